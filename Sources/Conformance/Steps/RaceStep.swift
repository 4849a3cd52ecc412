// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SourceText

/// `race: {writers: $writers, rounds: $rounds, tag: v1, with: oci-monolithic}`: many writers claim one new tag at
/// the same moment, each with an image of its own.
///
/// The last byte of every request is held until all others are there, too. Each round has its own tag.
struct RaceStep: StepAction {
    private enum Expectation: String, CaseIterable {
        /// One writer is accepted, all others are refused, and the tag shows what the winner sent.
        case oneWinner = "one-winner"
    }

    private let writers: CountReference
    private let rounds: CountReference
    private let tag: Tag
    private let flow: FlowReference

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "race", known: ["writers", "rounds", "tag", "with"])
        writers = try source.names.count(try fields.required("writers"), "writers", .writers)
        rounds =
            try fields["rounds"].map { value throws(Diagnostic) in
                try source.names.count(value, "rounds", .rounds)
            } ?? .literal(1)
        tag = try fields.required("tag").tag()
        flow =
            try fields["with"].map { value throws(Diagnostic) in try source.names.flow(value) }
            ?? .fixed(.ociMonolithic)
        let _: Expectation = try source.requiredExpect("one-winner").word("expectation")
    }

    var bounds: [(String, CountBounds)] { writers.bounds(.writers) + rounds.bounds(.rounds) }

    func describe(in run: CaseRun) -> String {
        "race of \(run.count(writers)) writers for \(tag) with \(run.flow(flow).rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let (writers, rounds) = (run.count(writers), run.count(rounds))
        var broken: [StepEnd] = []
        for round in 1...max(1, rounds) {
            guard let tag = try? Tag("\(tag)-\(round)") else { break }
            let race = Race(tag: tag, pusher: run.flow(flow).pusher, writers: writers)
            switch try await race.run(in: &run) {
            case .passed: continue
            case .violated(let finding): broken.append(.violated(finding))
            case let end: return broken.first ?? end
            }
        }
        run.notes.append("\(counted(rounds, "round")) of \(counted(writers, "writer"))")
        guard case .violated(var finding)? = broken.first else { return .passed }
        finding.message += " (in \(broken.count) of \(counted(rounds, "round")))"
        return .violated(finding)
    }
}
