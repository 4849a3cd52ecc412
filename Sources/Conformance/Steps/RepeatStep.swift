// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import SourceText

/// `repeat: {times: $repetitions, steps: […]}`: does steps again and again.
struct RepeatStep: StepAction {
    private let times: CountReference
    private let steps: [Step]

    init(_ source: StepSource) throws(Diagnostic) {
        try source.refuseExpect("a repetition expects nothing itself: its steps do")
        let fields = try Fields(source.value, "repeat", known: ["times", "steps"])
        times = try source.names.count(try fields.required("times"), "times", .repetitions)
        steps = try StepSource.steps(
            try fields.required("steps"), under: "\(source.path).", names: source.names)
    }

    var bounds: [(String, CountBounds)] { times.bounds(.repetitions) + steps.flatMap(\.action.bounds) }

    var places: [Place] { steps.flatMap(\.action.places) }
    var flows: [FlowReference] { steps.flatMap(\.action.flows) }

    func pushes(_ numbers: [String: Int]) -> Int {
        let count = if case .parameter(let name) = times { numbers[name] ?? 1 } else { 1 }
        return count * steps.reduce(0) { $0 + $1.action.pushes(numbers) }
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
