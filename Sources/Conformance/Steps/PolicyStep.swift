// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `policy: {create: namespace/a, tags: ["v*"]}`: changes the policies of the registry, as its operators do.
///
/// One of `create`, `change`, `enable`, `disable` and `delete`, each with a place: `registry`, `namespace/NAME` or
/// `repository/NAME`; the name is under the case's own repository, which is `.`. With `writers` that many operators
/// do it at the same time.
struct PolicyStep: StepAction {
    private enum Expectation: String, CaseIterable {
        case accepted
        case refused
        /// One of several writers is accepted, all others are refused.
        case oneWinner = "one-winner"
    }

    private let policy: WrittenPolicy
    private let writers: CountReference
    private let expect: Expectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "policy", known: WrittenPolicy.keys + ["writers"])
        policy = try WrittenPolicy(fields, source.value)
        writers =
            try fields["writers"].map { value throws(Diagnostic) in
                try source.names.count(value, "writers", .writers)
            } ?? .literal(1)
        expect = try source.expect?.word("expectation") ?? .accepted
        if (expect == .oneWinner) != (fields["writers"] != nil) {
            throw Diagnostic(at: source.value.location, "\"writers\" and \"one-winner\" go together")
        }
    }

    var bounds: [(String, CountBounds)] { writers.bounds(.writers) }

    func describe(in run: CaseRun) -> String { "\(policy)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let setup = run.context.setup else {
            return .unprepared(Finding("there is no way to set policies here"))
        }
        let action = policy.action(under: run.repository)
        guard setup.offers(action) else {
            return .unprepared(Finding("the registry's policies cannot say this"))
        }
        let results = await perform(action, setup, count: max(1, run.count(writers)))
        if case .create(let terms) = action { note(terms.place, results, in: &run) }
        var done = 0
        var words: [String] = []
        for result in results {
            switch result {
            case .success(.done): done += 1
            case .success(.refused(let text)): words.append(text)
            case .failure(let error): return .inconclusive("the policy could not be set: \(error)", nil)
            }
        }
        return end(done: done, of: results.count, words)
    }

    /// Notes what is to be withdrawn: what was refused is not there, or is somebody else's.
    ///
    /// A lost answer may have been a yes; in the one scope that is everybody's the setup itself knows what is the
    /// run's.
    private func note(
        _ place: PolicyPlace, _ results: [Result<PolicyOutcome, SetupError>], in run: inout CaseRun
    ) {
        let isOurs = results.contains { result in
            switch result {
            case .success(.done): true
            case .success(.refused): false
            case .failure: place != .registry
            }
        }
        if isOurs { run.policies.append(place) }
    }

    private func end(done: Int, of count: Int, _ words: [String]) -> StepEnd {
        switch expect {
        case .accepted:
            done == count ? .passed : .violated("it must be done, and was refused: \(words[0])", nil)
        case .refused: done == 0 ? .passed : .violated("it must be refused, and was done", nil)
        case .oneWinner:
            done == 1 ? .passed : .violated("one of \(count) must be accepted, and \(done) were", nil)
        }
    }

    private func perform(
        _ action: PolicyAction, _ setup: any RegistrySetup, count: Int
    ) async -> [Result<PolicyOutcome, SetupError>] {
        await withTaskGroup(of: Result<PolicyOutcome, SetupError>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do throws(SetupError) {
                        return .success(try await setup.perform(action))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Result<PolicyOutcome, SetupError>] = []
            for await result in group { results.append(result) }
            return results
        }
    }
}
