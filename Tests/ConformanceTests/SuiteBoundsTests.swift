// SPDX-License-Identifier: Apache-2.0

import Conformance
import SourceText
import Testing

/// What a suite may not ask for, although each of its lines is right.
@Suite struct SuiteBoundsTests {
    private static func nested(_ outer: Int, _ inner: Int) -> String {
        SuiteLoaderTests.suite(
            steps: """
                      - repeat:
                          times: \(outer)
                          steps:
                            - repeat:
                                times: \(inner)
                                steps:
                                  - resolve: {tag: v1}
                                    expect: absent
                """)
    }

    @Test func repetitionsInRepetitionsAreBounded() throws {
        #expect(throws: Never.self) { try SuiteLoaderTests.load(Self.nested(100, 1000)) }
        let refused = #expect(throws: Diagnostics.self) { try SuiteLoaderTests.load(Self.nested(1000, 1000)) }
        #expect(refused?.all.first?.message == "the steps inside would be done 1000000 times")
    }

    @Test(arguments: [("O1", nil), ("O99", "covers \"O99\", and there is no such check")])
    func whatIsCoveredMustBeACheck(id: String, reason: String?) throws {
        let checks = try Check.load(
            NamedText(name: "checks.yaml", text: "checks:\n  - {id: O1, name: one}\n"))
        let text = SuiteLoaderTests.suite("covers: [\(id)]", steps: "      - push: {image: a, tag: v1}")
        let file = NamedText(name: "s.yaml", text: text)
        guard let reason else {
            #expect(try SuiteLoader.load(files: [file], checks: checks).count == 1)
            return
        }
        let refused = #expect(throws: Diagnostics.self) {
            try SuiteLoader.load(files: [file], checks: checks)
        }
        #expect(refused?.all.first?.message.hasSuffix(reason) == true)
        #expect(try SuiteLoader.load(files: [file]).count == 1, "nobody has listed the checks")
    }
}
