// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import SourceText
import Testing

@Suite("Users in the scenario language")
struct UserLanguageTests {
    private func load(_ steps: String, needs: String = "") throws -> [ScenarioSuite] {
        let extra = needs.isEmpty ? "" : "needs: [\(needs)]"
        return try SuiteLoaderTests.load(SuiteLoaderTests.suite(extra, steps: steps))
    }

    @Test(
        "accepts",
        arguments: [
            ("anonymous", "- push: {image: a, tag: v1}\n        as: anonymous\n        expect: challenged"),
            ("reader", "- push: {image: a, tag: v1}\n        as: reader\n        assume: unauthorised"),
            (
                "reader",
                "- push: {image: a, tag: v1}\n        as: reader\n        expect: {answer: barred, among: x}"
            ),
            ("scoped", "- upload: {image: a, in: HOME}\n        as: scoped"),
            ("scoped", "- mount: {image: a, from: HOME}\n        as: scoped\n        expect: unauthorised"),
            ("", "- mount: {image: a, from: x, in: y}"),
            ("", "- catalog: {}\n        assume: listed"),
            ("reader", "- catalog: {in: ghost}\n        as: reader\n        expect: absent"),
            ("policy-rights", "- attempt: disable\n        as: writer\n        expect: unauthorised"),
            ("token-holder", "- resolve: {tag: v1}\n        as: token-holder\n        expect: absent"),
            ("administrator", "- repeat: {times: 2, steps: [{list: {}, as: administrator}]}"),
            ("administrator", "- repeat: {times: 2, steps: [{list: {}}]}\n        as: administrator"),
        ])
    func accepts(needs: String, steps: String) throws {
        #expect(try load("      \(steps)", needs: needs)[0].scenarios.count == 1)
    }

    @Test(
        "refuses a step, with its place and what to do",
        arguments: [
            ("", "- push: {image: a, tag: v1}\n        as: raeder", "11:13", "unknown user", "\"reader\"?"),
            (
                "", "- push: {image: a, tag: v1}\n        as: reader", "10:9", "somebody acts as reader",
                "needs: [reader]"
            ),
            (
                "", "- repeat: {times: 2, steps: [{list: {}, as: scoped}]}", "10:9",
                "somebody acts as scoped", "needs: [scoped]"
            ),
            (
                "reader", "- policy: {create: registry}\n        as: reader", "12:13",
                "policy is the operator's own", "\"attempt\""
            ),
            ("reader", "- hook: restart\n        as: reader", "12:13", "hook is the operator's own", ""),
            (
                "", "- push: {image: a, tag: v1}\n        expect: refused\n        assume: refused", "12:17",
                "a step either expects something or assumes it", "skips the case"
            ),
            (
                "", "- push: {image: a, tag: v1}\n        expect: unautorised", "11:17", "unknown answer",
                "\"unauthorised\"?"
            ),
            ("", "- mount: {image: a}", "10:16", "mount needs \"from\"", ""),
            ("", "- catalog: {}", "10:18", "must say what it expects", "listed, or absent"),
            ("", "- catalog: {}\n        expect: gone", "11:17", "unknown expectation \"gone\"", "listed"),
            ("", "- attempt: enable\n        expect: unauthorised", "10:18", "unknown attempt", "create"),
            ("", "- attempt: disable", "10:18", "must say what it expects", "unauthorised"),
            ("", "- attempt: disable\n        expect: refused", "11:17", "unknown expectation", ""),
            ("", "- as: reader", "10:9", "a step must do something", "push"),
        ])
    func refuses(needs: String, step: String, place: String, message: String, hint: String) throws {
        let diagnostics = #expect(throws: Diagnostics.self) { try load("      \(step)", needs: needs) }
        let error = try #require(diagnostics?.all.first)
        #expect("\(error.location)" == "s.yaml:\(place)", "\(error)")
        #expect(error.message.contains(message), "\(error)")
        #expect((error.hint ?? "").contains(hint), "\(error)")
    }

    @Test func aDryRunSaysWhoDoesWhatAndWhoIsMissing() throws {
        var request = try SuiteFiles.request()
        request.selection.only = ["reader-cannot-push", "scoped-elsewhere", "anonymous-cannot-push"]
        let text = try DryRun.render(request, users: [.scoped: try RepositoryName("team/robot")])
        #expect(text.contains("skipped: not applicable: it needs a user who may only pull"))
        #expect(text.contains("mount a blob of s from team/robot, as scoped\n"))
        #expect(text.contains("push b to v2, without its blobs with oci-monolithic, as anonymous\n"))
    }
}
