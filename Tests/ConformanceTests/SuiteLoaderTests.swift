// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import SourceText
import Testing

@Suite("The scenario language")
struct SuiteLoaderTests {
    /// A suite with one scenario, which has `extra` and `steps`.
    static func suite(_ extra: String = "", steps: String) -> String {
        """
        suite: s
        scenarios:
          - id: one
            title: t
            why: w
            level: write-once
            severity: must
            source: x
        \(extra.isEmpty ? "" : "    \(extra)\n")    steps:
        \(steps)
        """
    }

    static func load(_ text: String) throws -> [ScenarioSuite] {
        try SuiteLoader.load(files: [NamedText(name: "s.yaml", text: text)])
    }

    @Test(
        "accepts",
        arguments: [
            "      - push: {image: a, tag: v1}",
            "      - push: {image: a, tag: v1, with: docker-schema2, form: oci-chunked}\n        expect: created",
            "      - push: {image: a, tag: v1}\n        expect: {answer: either, alike: outcome, states: x}",
            "      - race: {writers: 2, tag: v1}\n        expect: one-winner",
            "      - pull: {tag: v1}\n        expect: {image: a}",
            "      - resolve: {tag: v1}\n        expect: absent",
            "      - resolve: {tag: v1}\n        expect: {image: [a, b, none]}",
            "      - list: {}",
            "      - list:\n        expect: {tags: [v1, v2]}",
            "      - delete: {image: a}\n        expect: either",
            "      - repeat: {times: 3, steps: [{push: {image: new, tag: v1}}]}",
            "      - push: {image: a, by: digest, query: tag=v1, in: x/y}\n        expect: unclaimed",
            "      - push: {image: a, tag: v1, as: oci-index, blobs: none, headers: {If-Match: '*'}}",
            "      - upload: {image: a, with: oci-single, writers: 8}",
            "      - upload: {image: a, begun-in: x}\n        expect: refused",
            "      - upload: {image: a, abandon: 20}",
            "      - send: {method: PUT, path: manifests/%76, body: garbage}\n        expect: refused",
            "      - abort: {image: a, tag: v1, at: last-byte}",
            "      - hold: {image: a, tag: v1, steps: [{list: {}}]}\n        expect: either",
            "      - race: {writers: 2, tag: v1, images: camps, claims: both}\n        expect: one-image",
            "      - race: {writers: 2, tag: v1, tags: each, fronts: all}\n        expect: all-accepted",
            "      - race: {writers: 2, tag: v1, deletes: true}\n        expect: settled",
            "      - race: {writers: 2, tag: v1, with: [oci-index, oci-single]}\n        expect: one-winner",
            "      - resolve: {image: b, accept: docker, times: 3, in: x}\n        expect: absent",
            "      - list: {page: 1, in: x}\n        expect: unchanged",
            "      - delete: {image: a, part: child}\n        expect: either",
            "      - policy: {create: namespace/a, tags: ['v*'], deletion: allow, enabled: false}",
            "      - policy: {change: repository/., images: [a]}\n        expect: refused",
            "      - policy: {create: registry, writers: 4}\n        expect: one-winner",
            "      - hook: kill",
            "      - compare: denials\n        expect: alike",
        ])
    func accepts(steps: String) throws {
        #expect(try SuiteLoaderTests.load(SuiteLoaderTests.suite(steps: steps))[0].scenarios.count == 1)
    }

    @Test(
        "refuses a step, with its place and what to do",
        arguments: [
            ("- pusch: {image: a}", "10:9", "unknown key \"pusch\" in a step", "did you mean \"push\"?"),
            (
                "- expect: refused", "10:9", "a step must do something",
                "one of push, upload, mount, send, abort"
            ),
            (
                "- push: {image: a, tag: v1}\n        pull: {tag: v1}", "11:9", "a step does one thing",
                "\"- pull:\""
            ),
            ("- push: {image: a}", "10:15", "push needs \"tag\"", ""),
            ("- push: {image: A, tag: v1}", "10:23", "an image's name must be lower-case", ""),
            ("- push: {image: a, tag: -v}", "10:31", "invalid tag \"-v\"", ""),
            ("- push: {image: a, tag: v1, with: oci-chunk}", "10:41", "unknown flow", "\"oci-chunked\"?"),
            ("- push: {image: a, tag: v1, with: $x}", "10:41", "unknown variable \"$x\"", "declares none"),
            (
                "- push: {image: a, tag: v1}\n        expect: refusd", "11:17", "unknown answer",
                "\"refused\"?"
            ),
            (
                "- push: {image: a, tag: v1}\n        expect: {answer: refused, states: x}", "11:17", "needs",
                ""
            ),
            (
                "- delete: {tag: v1}\n        expect: denied", "11:17", "cannot expect \"denied\"",
                "accepted, refused"
            ),
            ("- delete: {}", "10:17", "either \"tag\" or \"image\"", ""),
            ("- resolve: {tag: v1}", "10:18", "must say what it expects", "{image: a}, or absent"),
            (
                "- resolve: {tag: v1}\n        expect: nothing", "11:17", "unknown expectation \"nothing\"",
                "absent"
            ),
            (
                "- race: {writers: 2, tag: v, with: []}\n        expect: one-winner", "10:42",
                "there must be at least one flow", ""
            ),
            (
                "- race: {writers: 0, tag: v}\n        expect: one-winner", "10:25",
                "between 2 and 1000, not 0", ""
            ),
            (
                "- race: {writers: $w, tag: v}\n        expect: one-winner", "10:25",
                "unknown parameter \"$w\"", ""
            ),
            ("- repeat: {times: 2, steps: []}", "10:35", "at least one step", ""),
            ("- list: {}\n        expect: same", "11:17", "unknown expectation", "unchanged"),
            ("- push: {image: a, tag: v1, by: digest}", "10:31", "a push by digest has no tag", "query"),
            ("- push: {image: a, tag: v1, padding: 0}", "10:44", "the padding must be between", ""),
            ("- push: {image: a, tag: v1, coding: brotli}", "10:43", "unknown coding", ""),
            (
                "- push: {image: a, tag: v1, subject: new}", "10:44", "another image in each step",
                "a name of its own"
            ),
            ("- push: {image: a, tag: v1, as: oci-indx}", "10:39", "unknown form", "\"oci-index\"?"),
            ("- push: {image: a, tag: v1, in: A}", "10:39", "invalid repository name", ""),
            ("- push: {image: a, tag: v1, headers: {A B: c}}", "10:45", "is no header", ""),
            (
                "- resolve: {image: new}\n        expect: absent", "10:26", "another image in each step",
                "a name of its own"
            ),
            (
                "- send: {method: PUTT, path: x}\n        expect: refused", "10:24", "unknown method",
                "\"PUT\"?"
            ),
            ("- send: {method: PUT, path: x}", "10:15", "must say what it expects", "refused"),
            ("- abort: {image: a, tag: v1, at: end}", "10:40", "unknown moment", "last-byte"),
            ("- abort: {image: a, tag: v1, at: answer}\n        expect: refused", "11:17", "no answer", ""),
            ("- delete: {tag: v1, part: child}", "10:33", "goes with \"image\"", ""),
            ("- policy: {}", "10:17", "does one thing", "create, change"),
            ("- policy: {create: a}", "10:26", "unknown place \"a\"", "namespace/NAME"),
            ("- policy: {create: registry, writers: 4}", "10:17", "go together", ""),
            ("- policy: {create: registry, reuse: maybe}", "10:43", "unknown rule \"maybe\"", "deny, allow"),
            ("- hook: reboot", "10:15", "unknown hook \"reboot\"", "restart"),
            ("- compare: denials", "10:18", "must say what it expects", "alike"),
        ])
    func refuses(step: String, place: String, message: String, hint: String) throws {
        let text = SuiteLoaderTests.suite(steps: "      \(step)")
        let diagnostics = #expect(throws: Diagnostics.self) { try SuiteLoaderTests.load(text) }
        let error = try #require(diagnostics?.all.first)
        #expect("\(error.location)" == "s.yaml:\(place)")
        #expect(error.message.contains(message), "\(error)")
        #expect((error.hint ?? "").contains(hint), "\(error)")
        #expect(error.sourceLine != nil)
    }

    @Test(
        "refuses a scenario, with its place",
        arguments: [
            ("level: write-once", "level: write-onse", "6:12", "unknown level \"write-onse\""),
            ("severity: must", "severity: may", "7:15", "unknown severity \"may\""),
            ("why: w", "wy: w", "5:5", "unknown key \"wy\" in a scenario"),
            ("id: one", "id: One", "3:9", "cannot be part of a repository's name"),
            ("id: one", "id: a/b", "3:9", "must not contain"),
            ("source: x", "source: x\n    given: nothing", "9:12", "unknown given"),
            ("source: x", "for: {a: others}", "8:14", "needs a variable before it"),
            ("source: x", "for: {a: pusher}", "8:14", "unknown values \"pusher\""),
            ("source: x", "for: {a: []}", "8:14", "at least one flow"),
            ("source: x", "source: x\n    needs: [restrt]", "9:13", "unknown need \"restrt\""),
            ("source: x", "thorough: {n: 3}", "8:16", "unknown parameter \"n\""),
            (
                "source: x", "parameters: {n: 3}\n    thorough: {n: 3}", "9:19",
                "asks for more than 3, not for 3"
            ),
            ("source: x", "parameters: {n: many}", "8:21", "must be a whole number"),
            ("source: x", "source: x\n    covers: O2", "9:13", "covers must be a list"),
        ])
    func refusesScenario(old: String, new: String, place: String, message: String) throws {
        let text = SuiteLoaderTests.suite(steps: "      - list: {}").replacing(old, with: new)
        let diagnostics = #expect(throws: Diagnostics.self) { try SuiteLoaderTests.load(text) }
        let error = try #require(diagnostics?.all.first)
        #expect("\(error.location)" == "s.yaml:\(place)", "\(error)")
        #expect(error.message.contains(message), "\(error)")
    }

    @Test(
        "refuses a file",
        arguments: [
            ("", "s.yaml:1:1", "the file has no scenarios"),
            ("suite: s\nscenarios: [", "s.yaml:3:1", "not YAML"),
            ("suit: s", "s.yaml:1:1", "unknown key \"suit\""),
            ("scenarios: []", "s.yaml:1:1", "a suite needs \"suite\""),
        ])
    func refusesFile(text: String, place: String, message: String) throws {
        let diagnostics = #expect(throws: Diagnostics.self) { try SuiteLoaderTests.load(text) }
        let error = try #require(diagnostics?.all.first)
        #expect("\(error.location)".hasPrefix(place), "\(error)")
        #expect(error.message.contains(message), "\(error)")
    }

    @Test func namesEveryWrongScenarioAndEveryIdThatIsTakenTwice() throws {
        let first = SuiteLoaderTests.suite(steps: "      - lst: {}")
        let second = SuiteLoaderTests.suite(steps: "      - list: {}")
        let files = ["a.yaml", "b.yaml", "c.yaml"].enumerated()
            .map { NamedText(name: $0.element, text: $0.offset == 0 ? first : second) }
        let diagnostics = #expect(throws: Diagnostics.self) { try SuiteLoader.load(files: files) }
        #expect(diagnostics?.all.map { "\($0.location)" } == ["a.yaml:10:9", "c.yaml:3:5"])
        #expect(diagnostics?.all.last?.message == "the id \"one\" is taken by the scenario at b.yaml:3:5")
    }

    @Test(
        "makes a case of every combination",
        arguments: [
            ("{}", [""]),
            ("{a: [oci-chunked]}", ["oci-chunked"]),
            (
                "{a: [oci-chunked, docker-schema2], b: [oci-monolithic]}",
                ["oci-chunked.oci-monolithic", "docker-schema2.oci-monolithic"]
            ),
            (
                "{a: [oci-chunked], b: others}",
                [
                    "docker-schema2", "oci-patch", "oci-tag-first", "oci-monolithic", "oci-single",
                    "oci-mount", "oci-index", "docker-list", "oci-artifact",
                ].map { "oci-chunked.\($0)" }
            ),
        ])
    func matrix(written: String, cases: [String]) throws {
        let text = SuiteLoaderTests.suite("for: \(written)", steps: "      - list: {}")
        #expect(try SuiteLoaderTests.load(text)[0].scenarios[0].matrix.cases.map(\.id) == cases)
    }
}
