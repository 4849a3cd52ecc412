// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import RegistryTransport
import SourceText

/// `repeat: {times: $repetitions, steps: […]}`: does steps again and again.
struct RepeatStep: StepAction {
    private let times: CountReference
    let steps: [Step]
    /// How often the innermost steps are done, with the scenario's own numbers.
    private let total: Int

    init(_ source: StepSource) throws(Diagnostic) {
        try source.refuseExpect("a repetition expects nothing itself: its steps do")
        let fields = try Fields(source.value, "repeat", known: ["times", "steps"])
        times = try source.names.count(try fields.required("times"), "times", .repetitions)
        steps = try StepSource.steps(
            try fields.required("steps"), under: "\(source.path).", names: source.names)
        let own =
            switch times {
            case .literal(let number): number
            case .parameter(let name): source.names.parameters[name] ?? 1
            }
        total = own * RepeatStep.total(steps)
        guard CountBounds.repetitions.contains(total) else {
            throw Diagnostic(
                at: source.value.location, "the steps inside would be done \(total) times",
                hint: "repetitions in repetitions must come to \(CountBounds.repetitions) in all")
        }
    }

    private static func total(_ steps: [Step]) -> Int {
        steps.map { ($0.action as? RepeatStep)?.total ?? total($0.action.steps) }.max() ?? 1
    }

    var bounds: [(String, CountBounds)] { times.bounds(.repetitions) + steps.flatMap(\.action.bounds) }

    var places: [Place] { steps.flatMap(\.action.places) }
    var flows: [FlowReference] { steps.flatMap(\.action.flows) }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        steps.map { $0.action.estimate(in: run, sizes) }.sum() * max(1, run.count(times))
    }

    func describe(in run: CaseRun) -> String { "repeat \(run.count(times)) times" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let count = run.count(times)
        for repetition in 1...max(1, count) {
            switch try await run.perform(steps) {
            case .passed: continue
            case .violated(let finding): return .violated(finding.inRepetition(repetition, of: count))
            case let end: return end
            }
        }
        run.notes.append(counted(count, "repetition"))
        return .passed
    }
}

extension Finding {
    fileprivate func inRepetition(_ repetition: Int, of count: Int) -> Finding {
        var finding = self
        finding.message += " (repetition \(repetition) of \(count))"
        return finding
    }
}
