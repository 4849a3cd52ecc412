// SPDX-License-Identifier: Apache-2.0

import LayerArchive
import SystemPackage
import Testing

@Suite struct NameTextTests {
    struct Vector: Sendable {
        let bytes: [UInt8]
        let shown: String
    }

    private static let vectors = [
        Vector(bytes: Array("plain".utf8), shown: "plain"), Vector(bytes: Array("é 🙂".utf8), shown: "é 🙂"),
        Vector(bytes: [0xFF], shown: #"\xFF"#), Vector(bytes: [0x61, 0x80, 0x62], shown: #"a\x80b"#),
        // Half of a character, one that is written too long, and half of a pair.
        Vector(bytes: [0xC3], shown: #"\xC3"#), Vector(bytes: [0xC0, 0xAF], shown: #"\xC0\xAF"#),
        Vector(bytes: [0xED, 0xA0, 0x80], shown: #"\xED\xA0\x80"#),
        Vector(bytes: [0xC3, 0xA9, 0xFE, 0xC3, 0xA9], shown: #"é\xFEé"#),
        // What stands in for 0xFE is itself one character of UTF-8.
        Vector(bytes: [0xF4, 0x8F, 0xBF, 0xBE], shown: #"\xF4\x8F\xBF\xBE"#),
        Vector(bytes: Array("\u{10FF7F}".utf8), shown: "\u{10FF7F}"), Vector(bytes: [], shown: ""),
    ]

    @Test(arguments: vectors)
    func textLosesNoByte(vector: Vector) {
        let text = String(nameBytes: vector.bytes)
        #expect(text.nameBytes == vector.bytes)
        #expect(text.shownName == vector.shown)
    }

    @Test func noTwoNamesHaveOneText() {
        #expect(Set(Self.vectors.map { String(nameBytes: $0.bytes) }).count == Self.vectors.count)
    }

    @Test(arguments: vectors.filter { !$0.bytes.isEmpty })
    func aPathHasTheBytesOfItsText(vector: Vector) {
        let path = FilePath(nameText: "d/" + String(nameBytes: vector.bytes))
        #expect(path.nameText.nameBytes == Array("d/".utf8) + vector.bytes)
        #expect(FilePath("d").appending(nameText: String(nameBytes: vector.bytes)) == path)
    }
}
