// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText
import Testing

@Suite struct RepeatedKeyTests {
    /// `name lost kept`, places as `line:column`.
    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "a", "3", ["a 1:1 3:1"]),
        ("a: 1\n\"a\": 3\n", "a", "3", ["a 1:1 2:1"]),
        ("\"a\": 1\n'a': 3\n", "a", "3", ["a 1:1 2:1"]),
        ("&x a: 1\na: 3\n", "a", "3", ["a 1:1 2:1"]),
        ("!!str a: 1\na: 3\n", "a", "3", ["a 1:1 2:1"]),
        ("{a: 1, b: 2, a: 3}\n", "a", "3", ["a 1:2 1:14"]),
        ("a: 1\na: 2\na: 3\n", "a", "3", ["a 1:1 3:1", "a 2:1 3:1"]),
        ("1: x\n\"1\": y\n", "1", "y", ["1 1:1 2:1"]),
        ("? a\n: 1\n? a\n: 3\n", "a", "3", ["a 1:3 3:3"]),
    ])
    func theLastOneCounts(text: String, key: String, value: String, repeated: [String]) throws {
        let reading = try YAMLParser.read(text, file: "t.yaml")
        #expect(try reading.value?[key]?.string(key) == value)
        #expect(
            reading.repeatedKeys.map {
                "\($0.name) \($0.lost.line):\($0.lost.column) \($0.kept.line):\($0.kept.column)"
            } == repeated)
        #expect(try reading.value?.entries("all").count(where: { $0.key == key }) == 1)
    }

    @Test func whatStandsBehindInTheSameLineKeepsItsPlace() throws {
        let reading = try YAMLParser.read("{a: 1, a: 2, b: {c: 1, c: 2, d: x}}\n", file: "t.yaml")
        let d = try #require(reading.value?["b"]?["d"])
        #expect(d.location == SourceLocation(file: "t.yaml", line: 1, column: 33))
        #expect(reading.repeatedKeys.count == 2)
    }

    @Test func repeatedMergesAreBothMerged() throws {
        let text = "x: &x {p: 1}\ny: &y {q: 2}\nz:\n  <<: *x\n  <<: *y\n"
        let value = try YAMLParser.read(text, file: "t.yaml").value
        #expect(try value?["z"]?["p"]?.integer("p") == 1)
        #expect(try value?["z"]?["q"]?.integer("q") == 2)
    }

    @Test(arguments: ["[a]: 1\n[a]: 2\n", "&k a: 1\n*k : 2\n"])
    func aKeyThatIsNoScalarOfItsOwnIsRefused(text: String) {
        #expect {
            _ = try YAMLParser.read(text, file: "t.yaml")
        } throws: { "\($0)".contains("is repeated") }
    }

    @Test func moreThanAPersonWritesAreRefused() {
        let text = String(repeating: "a: 1\n", count: 100)
        #expect(throws: Diagnostic.self) { _ = try YAMLParser.read(text, file: "t.yaml") }
    }

    @Test func theStrictReadingNamesBothPlaces() {
        let error = #expect(throws: Diagnostic.self) {
            _ = try YAMLParser.parse("b: 0\na: 1\na: 2\n", file: "t.yaml")
        }
        #expect(error?.location == SourceLocation(file: "t.yaml", line: 3))
        #expect(error?.message == "the key \"a\" is repeated: it stands in line 2 already")
        #expect(error?.sourceLine == "a: 2")
    }
}
