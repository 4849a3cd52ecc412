// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import RegistryTransport
import SourceText

/// `compare: denials`: all refusals of an existing tag in this run must be alike.
///
/// A scenario with this step runs after all others.
struct CompareStep: StepAction {
    private enum Subject: String, CaseIterable { case denials }

    init(_ source: StepSource) throws(Diagnostic) {
        let _: Subject = try source.value.word("subject of a comparison")
        guard try source.requiredExpect("alike").string("an expectation") == "alike" else {
            throw Diagnostic(at: source.value.location, "a comparison expects \"alike\"")
        }
    }

    func describe(in run: CaseRun) -> String { "compare all refusals of the run" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let classes = run.context.denials.classes
        let count = classes.reduce(0) { $0 + $1.count }
        run.notes.append(counted(count, "refusal"))
        guard classes.count > 1 else { return .passed }
        let lines = classes.map { "\($0.count) × \($0.first.shape) (first: \($0.first.place))" }
        return .violated(
            "all refusals must be alike, and there are \(classes.count) classes:\n" + Agreement.list(lines),
            classes.min { $0.count < $1.count }?.first.exchange)
    }
}
