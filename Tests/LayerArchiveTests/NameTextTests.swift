// SPDX-License-Identifier: Apache-2.0

import Foundation
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
        // What stands in for 0xFE, and for an accent, is itself a character of UTF-8.
        Vector(bytes: [0xF4, 0x8F, 0xBF, 0xBE], shown: "\u{10FFFE}"),
        Vector(bytes: Array("\u{F0301}".utf8), shown: "\u{F0301}"),
        Vector(bytes: Array("\u{10FF7F}".utf8), shown: "\u{10FF7F}"), Vector(bytes: [], shown: ""),
        // One look, several spellings: accents, a unit, Hangul, an ideograph of a far plane.
        Vector(bytes: Array("e\u{301}".utf8), shown: "e\u{301}"),
        Vector(bytes: Array("\u{E9}".utf8), shown: "\u{E9}"),
        Vector(bytes: Array("\u{212B}\u{C5}A\u{30A}".utf8), shown: "\u{212B}\u{C5}A\u{30A}"),
        Vector(bytes: Array("\u{AC00}\u{1100}\u{1161}".utf8), shown: "\u{AC00}\u{1100}\u{1161}"),
        Vector(bytes: Array("\u{2F800}\u{4E3D}".utf8), shown: "\u{2F800}\u{4E3D}"),
        Vector(bytes: Array("e\u{301}".utf8) + [0xFF], shown: "e\u{301}\\xFF"),
    ]

    @Test(arguments: vectors)
    func textLosesNoByte(vector: Vector) {
        let text = String(nameBytes: vector.bytes)
        #expect(text.nameBytes == vector.bytes)
        #expect(text.shownName.utf8.elementsEqual(vector.shown.utf8))
    }

    @Test func noTwoNamesHaveOneText() {
        #expect(Set(Self.vectors.map { String(nameBytes: $0.bytes) }).count == Self.vectors.count)
    }

    @Test(arguments: [
        ("\u{E9}", "e\u{301}"), ("\u{212B}", "\u{C5}"), ("\u{AC00}", "\u{1100}\u{1161}"),
        ("\u{4E3D}", "\u{2F800}"),
        ("a\u{323}\u{307}", "a\u{307}\u{323}"), ("\u{37E}", ";"), ("\u{2000}", "\u{2002}"),
    ])
    func whatLooksTheSameIsNotEqual(_ one: String, _ other: String) {
        #expect(one == other)
        #expect(String(nameBytes: Array(one.utf8)) != String(nameBytes: Array(other.utf8)))
    }

    /// Every character, alone and behind ones that others like to join: its text is in form C, where equal is the same,
    /// and joins no slash.
    @Test func noCharacterOfAnyTextJoinsAnother() {
        let starts = [
            "", "a", "\u{1100}", "\u{AC00}", "\u{9C7}", "\u{B47}", "\u{1025}", "\u{1B05}", "\u{3046}",
        ]
        var wrong: [String] = []
        for value in [0x80...0xD7FF, 0xE000...0x1FFFF, 0x2F800...0x2FA1F, 0xE0000...0xE01FF].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let text = String(scalar).asName
            let isAlone = "/\(text)/".split(separator: "/", omittingEmptySubsequences: false).count == 3
            let joined = starts.map { $0 + text }.joined(separator: "|")
            let isNormal = joined.precomposedStringWithCanonicalMapping.utf8.elementsEqual(joined.utf8)
            if !isAlone || !isNormal { wrong.append(String(value, radix: 16)) }
        }
        #expect(wrong == [])
    }

    @Test(arguments: ["e\u{301}", "\u{E9}", "a/b\u{308}/.wh.c", "plain"])
    func textsArePutTogetherAsNamesAre(name: String) {
        for tail in ["\u{301}", "x", "\u{212B}"] {
            let whole = String(nameBytes: Array((name + tail).utf8))
            #expect(whole == String(nameBytes: Array(name.utf8)) + String(nameBytes: Array(tail.utf8)))
            #expect(whole == (name + tail).asName)
        }
    }

    @Test(arguments: vectors.filter { !$0.bytes.isEmpty })
    func aPathHasTheBytesOfItsText(vector: Vector) {
        let path = FilePath(nameText: "d/" + String(nameBytes: vector.bytes))
        #expect(path.nameText.nameBytes == Array("d/".utf8) + vector.bytes)
        #expect(FilePath("d").appending(nameText: String(nameBytes: vector.bytes)) == path)
    }
}
