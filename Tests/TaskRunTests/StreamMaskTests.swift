// SPDX-License-Identifier: Apache-2.0

import TaskRun
import Testing

@Suite struct StreamMaskTests {
    private func masked(_ pieces: [String], secrets: [String]) -> String {
        var mask = StreamMask(secrets)
        let bytes = pieces.flatMap { mask.take(Array($0.utf8)) } + mask.finish()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("token is hunter2!", ["hunter2"], "token is ***!"),
        ("aaab", ["aab"], "a***"),
        ("hunter", ["hunter2"], "hunter"),
        ("hunter2hunter2", ["hunter2"], "******"),
        ("abcdef", ["abc", "abcde"], "***f"),  // the longest of those that begin here
        ("xabcx", ["bcx", "abc"], "x***x"),  // the first one in the text
        ("line one\nline two", ["one\nline"], "line *** two"),
        ("nothing", [], "nothing"), ("nothing", [""], "nothing"), ("", ["x"], ""),
        ("pässwörd", ["pässwörd"], "***"),
    ])
    func secretsAreReplacedHoweverTheStreamIsCut(text: String, secrets: [String], shown: String) {
        #expect(masked([text], secrets: secrets) == shown)
        var mask = StreamMask(secrets)
        let bytewise = text.utf8.flatMap { mask.take([$0]) } + mask.finish()
        #expect(String(decoding: bytewise, as: UTF8.self) == shown)
        for cut in text.indices {
            #expect(masked([String(text[..<cut]), String(text[cut...])], secrets: secrets) == shown)
        }
    }

    @Test func onlyTheBeginningOfASecretIsHeldBack() {
        var mask = StreamMask(["secret"])
        #expect(mask.take(Array("progress 10%".utf8)) == Array("progress 10%".utf8))
        #expect(mask.take(Array("se".utf8)).isEmpty)
        #expect(mask.take(Array("ven".utf8)) == Array("seven".utf8))
    }
}

@Suite struct LineSplitterTests {
    private func lines(_ pieces: [String]) -> [String] {
        var splitter = LineSplitter()
        return pieces.flatMap { splitter.take(Array($0.utf8)) } + splitter.finish()
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b\nc"], ["ab", "c"]), (["\n\n"], ["", ""]), ([""], []),
        (["a\r\nb"], ["a", "b"]), (["10%\r20%\r100%\n"], ["100%"]),
    ])
    func piecesBecomeLines(pieces: [String], expected: [String]) {
        #expect(lines(pieces) == expected)
    }

    @Test(arguments: [
        (["a\nb\nc\nd"], 2, ["b", "c", "d"]), (["a", "b\nc\nd\n"], 2, ["c", "d"]), (["a", "b\n"], 5, ["ab"]),
        (["a\n", "b\n"], 1, ["a", "b"]),
    ])
    func onlyTheLastLinesOfAPieceAreLookedAt(pieces: [String], limit: Int, expected: [String]) {
        var splitter = LineSplitter()
        let lines = pieces.flatMap { splitter.take(Array($0.utf8), atMost: limit) } + splitter.finish()
        #expect(lines == expected)
    }

    @Test func aLineWithoutEndIsNotKeptInMemory() {
        let lines = lines([String(repeating: "x", count: 100_000)])
        #expect(lines.count == 7 && lines.joined().count == 100_000)
    }
}
