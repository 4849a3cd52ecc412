// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText
import Testing

@Suite struct YAMLParserTests {
    @Test func everyValueKnowsItsPlace() throws {
        let value = try #require(try YAMLParser.parse("a: 1\nb:\n  - x\n  - {c: d}\n", file: "t.yaml"))
        let item = try #require(try value["b"]?.items("b").last)
        #expect(item.location == SourceLocation(file: "t.yaml", line: 4, column: 5))
        #expect(try item["c"]?.string("c") == "d")
    }

    @Test func anAliasStandsForItsAnchor() throws {
        let value = try YAMLParser.parse("a: &x [1, 2]\nb: *x\n", file: "t.yaml")
        #expect(try value?["b"]?.items("b").count == 2)
    }

    @Test func aMergedKeyLosesAgainstTheMappingsOwn() throws {
        let value = try YAMLParser.parse("a: &x {p: 1, q: 2}\nb:\n  q: 3\n  <<: *x\n", file: "t.yaml")
        #expect(try value?["b"]?["p"]?.integer("p") == 1)
        #expect(try value?["b"]?["q"]?.integer("q") == 3)
    }

    @Test func aRepeatedKeyIsRefusedBecauseOneOfTheTwoWouldBeLost() {
        #expect(throws: Diagnostic.self) { try YAMLParser.parse("b: 0\na: 1\na: 2\n", file: "t.yaml") }
    }

    @Test(arguments: ["", "# only a comment\n", "---\n"])
    func aTextWithoutContentHasNoDocumentOrNull(text: String) throws {
        #expect(try YAMLParser.parse(text, file: "t.yaml")?.isNull ?? true)
    }

    @Test(arguments: [
        ("a: [1", 1),
        ("a: 1\n\tb: 2\n", 2),  // a tab indents
        ("a: b: c", 1),
        ("x: *nowhere", 1),
    ])
    func whatIsNotYAMLIsRefusedAtItsLine(text: String, line: Int) {
        #expect { try YAMLParser.parse(text, file: "t.yaml") } throws: { error in
            (error as? Diagnostic).map { $0.location.file == "t.yaml" && $0.location.line >= line } ?? false
        }
    }

    @Test func aliasesThatMultiplyAreRefusedBeforeTheyFillTheMemory() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect {
            try YAMLParser.parse(text, file: "t.yaml")
        } throws: { "\($0)".contains("too many values") }
    }

    @Test func aQuotedNumberIsText() throws {
        let value = try #require(try YAMLParser.parse("a: \"3\"\n", file: "t.yaml"))
        #expect(throws: Diagnostic.self) { try value["a"]?.integer("retries") }
    }
}
