// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec
import Testing

@Suite struct DecisionTests {
    private static let a = Digest(of: Array("a".utf8))
    private static let b = Digest(of: Array("b".utf8))

    private func name(_ text: String) throws -> TagName {
        let reference = try Reference("registry.test/" + text)
        return TagName(reference.repository, try #require(reference.tag))
    }

    private func policy(_ scope: String, _ change: (inout Policy) throws -> Void = { _ in }) throws -> Policy
    {
        var policy = Policy(scope: try PolicyScope(scope))
        try change(&policy)
        return policy
    }

    private func refusesOverwrite(of text: String, _ policies: [Policy]) throws -> Bool {
        decide(.push(Self.b), on: try name(text), in: .taken(Self.a), under: policies) != .allow
    }

    struct Coverage: Sendable, CustomTestStringConvertible {
        let scope: String
        var images = ["**"]
        var tags = ["**"]
        var exceptTags: [String] = []
        let frozen: [String]
        let open: [String]

        var testDescription: String { "\(scope) \(images) \(tags) \(exceptTags)" }
    }

    @Test(arguments: [
        Coverage(scope: "registry", frozen: ["a:1", "a/x:1", "b/y/z:latest"], open: []),
        Coverage(scope: "namespace/a", frozen: ["a/x:1", "a/y/z:1"], open: ["b/x:1", "ab/x:1", "a:1"]),
        Coverage(scope: "repository/a/x", frozen: ["a/x:1"], open: ["a/x2:1", "a/x/y:1"]),
        Coverage(
            scope: "registry", images: ["web-*"], frozen: ["web-1:1"], open: ["web-1/a:1", "my-web-1:1"]),
        Coverage(
            scope: "namespace/a", images: ["{repo1, repo2}"], frozen: ["a/repo1:1", "a/repo2:1"],
            open: ["a/repo3:1", "a/b/repo1:1", "repo1:1"]),
        Coverage(
            scope: "registry", images: ["a/**", "b"], frozen: ["a/x:1", "a/x/y:1", "b:1"],
            open: ["a:1", "b/c:1"]),
        Coverage(scope: "registry", tags: ["v?.0"], frozen: ["a:v1.0"], open: ["a:v.0", "a:v10.0"]),
        Coverage(scope: "registry", tags: ["v1.0"], frozen: ["a:v1.0"], open: ["a:v1x0"]),
        Coverage(scope: "registry", tags: ["V*"], frozen: ["a:V1"], open: ["a:v1"]),
        Coverage(
            scope: "registry", exceptTags: ["latest"], frozen: ["a:latest2", "a:v1", "a:Latest"],
            open: ["a:latest"]),
        Coverage(
            scope: "registry", tags: ["v*"], exceptTags: ["dev-*", "v0*"], frozen: ["a:v1"],
            open: ["a:v01", "a:dev-1", "a:x"]),
    ])
    func protectsWhatThePolicyDescribes(row: Coverage) throws {
        let policy = try policy(row.scope) {
            $0.images = try row.images.map { try Pattern($0) }
            $0.tags = try row.tags.map { try Pattern($0) }
            $0.exceptTags = try row.exceptTags.map { try Pattern($0) }
        }
        for tag in row.frozen { #expect(try refusesOverwrite(of: tag, [policy]), "\(tag)") }
        for tag in row.open { #expect(try !refusesOverwrite(of: tag, [policy]), "\(tag)") }
    }

    @Test func protectsNothingWhenThereIsNoPolicyOrItIsOff() throws {
        #expect(try !refusesOverwrite(of: "a:1", []))
        #expect(try !refusesOverwrite(of: "a:1", [policy("registry") { $0.enabled = false }]))
    }

    @Test func opensNothingThatAWiderPolicyProtects() throws {
        let all = try policy("registry")
        let off = try policy("repository/a/x") { $0.enabled = false }
        let hole = try policy("repository/a/x") { $0.exceptTags = [.all] }
        let lenient = try policy("repository/a/x") {
            ($0.identicalPush, $0.deletion, $0.reuse) = (.allow, .allow, .allow)
        }
        for narrow in [off, hole, lenient] {
            #expect(try refusesOverwrite(of: "a/x:1", [all, narrow]))
            #expect(try refusesOverwrite(of: "a/x:1", [narrow, all]))
        }
        let deletion = decide(.delete, on: try name("a/x:1"), in: .taken(Self.a), under: [all, lenient])
        #expect(deletion != .allow)
    }

    @Test func namesTheNarrowestPolicyThatRefuses() throws {
        let policies = try ["registry", "repository/a/b/x", "namespace/a", "namespace/a/b"].map {
            try policy($0)
        }
        func scope(_ policies: [Policy]) throws -> String? {
            let decision = decide(.push(Self.b), on: try name("a/b/x:1"), in: .taken(Self.a), under: policies)
            guard case .refuse(let refusal) = decision else { return nil }
            return refusal.policy.description
        }
        #expect(try scope(policies) == "repository/a/b/x")
        #expect(try scope(policies.reversed()) == "repository/a/b/x")
        #expect(try scope(policies.filter { $0.scope.description != "repository/a/b/x" }) == "namespace/a/b")
        #expect(try scope([policies[0]]) == "registry")
    }

    struct Step: Sendable, CustomTestStringConvertible {
        let change: Change
        let state: TagState
        /// The refusal when the rule denies, and when it allows.
        let denied: Refusal.Reason?
        let allowed: Refusal.Reason?
        /// Sets the rule that is asked.
        let rule: @Sendable (inout Policy, Policy.Rule) -> Void

        var testDescription: String { "\(change) in \(state)" }
    }

    @Test(arguments: [
        Step(change: .push(a), state: .free, denied: nil, allowed: nil) { $0.reuse = $1 },
        Step(change: .push(b), state: .taken(a), denied: .exists, allowed: .exists) { $0.identicalPush = $1 },
        Step(change: .push(a), state: .taken(a), denied: .exists, allowed: nil) { $0.identicalPush = $1 },
        Step(change: .push(b), state: .deleted(last: a), denied: .deletedBefore, allowed: nil) {
            $0.reuse = $1
        },
        Step(change: .push(a), state: .deleted(last: a), denied: .deletedBefore, allowed: nil) {
            $0.reuse = $1
        },
        Step(change: .delete, state: .taken(a), denied: .undeletable, allowed: nil) { $0.deletion = $1 },
        Step(change: .delete, state: .free, denied: nil, allowed: nil) { $0.deletion = $1 },
        Step(change: .delete, state: .deleted(last: a), denied: nil, allowed: nil) { $0.deletion = $1 },
    ])
    func answersEveryChangeInEveryState(step: Step) throws {
        let name = try name("team/app:1.0")
        for (rule, reason) in [(Policy.Rule.deny, step.denied), (.allow, step.allowed)] {
            let policy = try policy("namespace/team") { step.rule(&$0, rule) }
            let expected = reason.map {
                Decision.refuse(Refusal(name: name, reason: $0, digest: Self.a, policy: policy.scope))
            }
            #expect(decide(step.change, on: name, in: step.state, under: [policy]) == expected ?? .allow)
        }
    }

    @Test(arguments: [
        (Refusal.Reason.exists, "immutable tag: team/app:1.0 already exists"),
        (.undeletable, "immutable tag: team/app:1.0 cannot be deleted"),
        (.deletedBefore, "immutable tag: team/app:1.0 was deleted and cannot be used again"),
    ])
    func saysWhy(reason: Refusal.Reason, message: String) throws {
        let refusal = Refusal(
            name: try name("team/app:1.0"), reason: reason, digest: Self.a, policy: .registry)
        #expect(refusal.message == message)
    }
}
