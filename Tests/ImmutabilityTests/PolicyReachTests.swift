// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec
import Testing

@Suite struct PolicyReachTests {
    private func policy(_ members: String) throws -> Policy {
        let text = #"{"scope": "registry"\#(members)}"#
        return try Policy(json: JSONDocument.decode(JSONValue.self, from: Array(text.utf8), noun: "policy"))
    }

    @Test(arguments: [
        "", #", "images": ["**", "team/web-*", "a_b.c?"]"#, #", "tags": ["V*", "{v1, v2}.?", "_x"]"#,
        #", "exceptTags": ["latest", "DEV-*"]"#,
    ])
    func takesPatternsOverTheCharactersOfNames(members: String) throws {
        try policy(members).checkReach()
    }

    @Test(arguments: [
        (#", "images": ["a", " web-*"]"#, "images[1]", true), (#", "images": ["A*"]"#, "images[0]", false),
        (#", "images": ["a:b"]"#, "images[0]", false), (#", "tags": ["v*, x"]"#, "tags[0]", true),
        (#", "tags": [" "]"#, "tags[0]", true), (#", "tags": ["["]"#, "tags[0]", false),
        (#", "tags": ["v/1"]"#, "tags[0]", false), (#", "tags": ["{v1,ä}"]"#, "tags[0]", false),
        (#", "exceptTags": ["latest,dev"]"#, "exceptTags[0]", true),
    ])
    func refusesAPatternThatMatchesNoName(members: String, field: String, isList: Bool) throws {
        let policy = try policy(members)
        let error = #expect(throws: InvalidPolicy.self) { try policy.checkReach() }
        #expect(error?.field == field)
        #expect(error?.reason.contains("matches nothing") == true)
        #expect(error?.reason.contains("repeat the flag") == isList)
    }

    @Test(arguments: [
        "", #", "tags": ["v*", "*"]"#, #", "identicalPush": "allow""#, #", "deletion": "allow""#,
        #", "reuse": "allow""#,
    ])
    func leavesNoGapWhenEveryTagStands(members: String) throws {
        #expect(try policy(members).gap == nil)
    }

    @Test(arguments: [
        (#", "enabled": false"#, "off"), (#", "images": ["*"]"#, "images"), (#", "tags": ["v*"]"#, "tags"),
        (#", "exceptTags": ["latest"]"#, "latest"), (#", "deletion": "allow", "reuse": "allow""#, "again"),
    ])
    func namesTheGap(members: String, word: String) throws {
        #expect(try policy(members).gap?.contains(word) == true)
    }
}
