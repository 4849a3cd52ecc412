// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Synchronization

/// Has a program of the operator's prepare a registry.
///
/// | Call | What it does and prints |
/// |---|---|
/// | `PROGRAM prepare RUN` | lines `immutable PREFIX`, `mutable PREFIX`, `left WHAT` for what other runs have left; \
/// `policies` when it can set them, `attempts` when it can ask for them as somebody else |
/// | `PROGRAM repository KIND NAME` | makes a repository; KIND is `immutable`, `mutable` or `governed` |
/// | `PROGRAM policy VERB JSON` | `create`, `change`, `enable`, `disable`, `delete`; status 1: the registry refused |
/// | `PROGRAM attempt VERB NAME` | as `$STET_USERNAME` with `$STET_PASSWORD`; see ``attempt(_:on:as:)`` |
/// | `PROGRAM restore RUN` | puts back what it found |
///
/// Status 0 means done; any other than those above that it could not be done.
final class ExecSetup: RegistrySetup {
    struct State {
        var runID: String?
        var setsPolicies: Bool?
        var makesAttempts = false
    }

    let program: String
    private let programs: any ClientPrograms
    let state = Mutex(State())

    init(_ settings: SetupSettings) throws(SetupError) {
        program = try settings.required(
            SetupSettings.programVariable, "the program that prepares the registry")
        guard let programs = settings.programs else { throw SetupError("programs cannot be run here") }
        self.programs = programs
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        SetupPlan(places: SetupPlaces(immutable: nil, mutable: nil))
            .calling(.before, "\(program) prepare \(runID)", "says where repositories are write-once")
            .calling(.repository, "\(program) repository {kind} {name}", "makes it")
            .calling(.repository, "\(program) policy {verb} {json}", "sets a policy, if it said that it can")
            .calling(
                .repository, "\(program) attempt {verb} {name}",
                "asks for it as the writer, who must be turned away, if it said that it can"
            )
            .calling(.after, "\(program) restore \(runID)", "puts back what it found")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        // Also a preparation that breaks off half-way is to be put back.
        state.withLock { $0.runID = runID }
        let output = try await demand("prepare", runID)
        var places = SetupPlaces(immutable: nil, mutable: nil)
        state.withLock { $0.setsPolicies = false }
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch (words.first, words.count) {
            case ("immutable", 2): places.immutable = try SetupError.wrap { try RepositoryName(words[1]) }
            case ("mutable", 2): places.mutable = try SetupError.wrap { try RepositoryName(words[1]) }
            case ("policies", 1): state.withLock { $0.setsPolicies = true }
            case ("attempts", 1): state.withLock { $0.makesAttempts = true }
            case ("left", 2...):
                places.leftovers.append(
                    "\(ForeignText.line(String(line.dropFirst(5)))) is left from another run")
            default: continue
            }
        }
        return places
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        _ = try await demand("repository", given.rawValue, name.rawValue)
    }

    /// Only what the program has said counts: before it was asked, nobody knows.
    var untestedPolicies: String? {
        state.withLock { $0.setsPolicies } == false ? "\(program) prepare has not said \"policies\"" : nil
    }

    func offers(_ action: PolicyAction) -> Bool { state.withLock { $0.setsPolicies } == true }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        let (verb, terms) = ExecSetup.words(action)
        let json = try SetupError.wrap { try JSONDocument.encode(ExecTerms(terms)) }
        let outcome = try await run(["policy", verb, String(decoding: json, as: UTF8.self)])
        switch outcome.status {
        case 0: return .done
        case 1: return .refused(ForeignText.line(outcome.text))
        default: throw failure("policy", outcome)
        }
    }

    func restore() async throws(SetupError) {
        guard let runID = state.withLock({ $0.runID }) else { return }
        _ = try await demand("restore", runID)
    }

    private func demand(_ arguments: String...) async throws(SetupError) -> String {
        let outcome = try await run(arguments)
        guard outcome.status == 0 else { throw failure(arguments[0], outcome) }
        return outcome.text
    }

    func run(
        _ arguments: [String], adding variables: [String: String] = [:]
    ) async throws(SetupError) -> ClientOutcome {
        guard let outcome = try await programs.run(program, arguments, adding: variables) else {
            throw SetupError("there is no program \(program); $STET_SETUP_PROGRAM names it")
        }
        if let limit = outcome.unendedAfter {
            throw SetupError(
                "\(program) \(arguments[0]) did not end within \(limit.components.seconds) seconds, and was ended"
            )
        }
        return outcome
    }

    func failure(_ call: String, _ outcome: ClientOutcome) -> SetupError {
        SetupError("\(program) \(call) ended with \(outcome.status): \(ForeignText.line(outcome.text))")
    }

    private static func words(_ action: PolicyAction) -> (verb: String, terms: PolicyTerms) {
        switch action {
        case .create(let terms): ("create", terms)
        case .change(let terms): ("change", terms)
        case .enable(let place): ("enable", PolicyTerms(place))
        case .disable(let place): ("disable", PolicyTerms(place))
        case .delete(let place): ("delete", PolicyTerms(place))
        }
    }
}

/// A policy as the program reads it: the members of docs/admin-api.md.
private struct ExecTerms: Encodable {
    let scope: String
    let enabled: Bool?
    let images: [String]?
    let tags: [String]?
    let exceptTags: [String]?
    let identicalPush: String?
    let deletion: String?
    let reuse: String?

    init(_ terms: PolicyTerms) {
        let word = { (allows: Bool?) in allows.map { $0 ? "allow" : "deny" } }
        (scope, enabled) = (terms.place.description, terms.isEnabled)
        (images, tags, exceptTags) = (terms.images, terms.tags, terms.exceptTags)
        identicalPush = word(terms.allowsIdenticalPush)
        (deletion, reuse) = (word(terms.allowsDeletion), word(terms.allowsReuse))
    }
}
