// SPDX-License-Identifier: Apache-2.0

import SourceText
import Testing

@Suite struct NearestWordTests {
    @Test(arguments: [
        ("FORM", "FROM"),  // two letters swapped
        ("copyy", "COPY"),
        ("ENTRYPONT", "ENTRYPOINT"),
        ("LABLE", "LABEL"),
    ])
    func aMisspeltWordFindsTheOneThatWasMeant(word: String, meant: String) {
        #expect(nearestWord(to: word, in: ["ADD", "COPY", "ENTRYPOINT", "FROM", "LABEL"]) == meant)
    }

    @Test func aWordThatResemblesNothingFindsNothing() {
        #expect(nearestWord(to: "BANANA", in: ["ADD", "COPY", "FROM"]) == nil)
    }

    @Test func theFirstOfTwoEquallyNearWordsWins() {
        #expect(nearestWord(to: "bat", in: ["cat", "rat"]) == "cat")
    }
}
