// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec
import Testing

@Suite struct PolicyJSONTests {
    private func json(_ text: String) throws -> JSONValue {
        try JSONDocument.decode(JSONValue.self, from: Array(text.utf8), noun: "policy")
    }

    @Test func hasTheStrictDefaults() throws {
        let policy = try Policy(json: json(#"{"scope": "namespace/team"}"#))
        #expect(policy == Policy(scope: try PolicyScope("namespace/team")))
        #expect(policy.enabled)
        #expect(policy.images == [.all] && policy.tags == [.all] && policy.exceptTags.isEmpty)
        #expect(policy.identicalPush == .deny && policy.deletion == .deny && policy.reuse == .deny)
    }

    @Test func survivesWritingAndReading() throws {
        let text = """
            {"scope": "registry", "enabled": false, "images": ["team/*"], "tags": ["v*", "{a, b}"],
            "exceptTags": ["latest"], "identicalPush": "allow", "deletion": "allow", "reuse": "allow"}
            """
        let policy = try Policy(json: json(text))
        #expect(policy.json == (try json(text)))
        #expect(try Policy(json: policy.json) == policy)
    }

    @Test(arguments: [
        (#"{}"#, "scope"), (#"{"scope": 1}"#, "scope"), (#"{"scope": "team"}"#, "scope"),
        (#"{"scope": "registry", "enabled": "yes"}"#, "enabled"),
        (#"{"scope": "registry", "tags": "v*"}"#, "tags"), (#"{"scope": "registry", "tags": []}"#, "tags"),
        (#"{"scope": "registry", "tags": ["v*", ""]}"#, "tags[1]"),
        (#"{"scope": "registry", "images": ["{a"]}"#, "images[0]"),
        (#"{"scope": "registry", "exceptTags": [1]}"#, "exceptTags[0]"),
        (#"{"scope": "registry", "deletion": true}"#, "deletion"),
        (#"{"scope": "registry", "reuse": "never"}"#, "reuse"),
        (#"{"scope": "registry", "identicalpush": "allow"}"#, "identicalpush"),
        (#"{"scope": "repository/a", "images": ["a"]}"#, "images"),
    ])
    func namesTheWrongField(text: String, field: String) throws {
        let value = try json(text)
        let error = #expect(throws: InvalidPolicy.self) { try Policy(json: value) }
        #expect(error?.field == field)
    }

    @Test func isChangedMemberByMember() throws {
        let policy = try Policy(json: json(#"{"scope": "registry", "exceptTags": ["latest"]}"#))
        let changed = try policy.changed(by: json(#"{"enabled": false, "tags": ["v*"]}"#))
        #expect(!changed.enabled)
        #expect(changed.tags.map(\.text) == ["v*"])
        #expect(changed.exceptTags.map(\.text) == ["latest"])
    }

    @Test func keepsItsScope() throws {
        let policy = Policy(scope: .registry)
        #expect(try policy.changed(by: json(#"{"scope": "registry"}"#)) == policy)
        let other = try json(#"{"scope": "namespace/a"}"#)
        let error = #expect(throws: InvalidPolicy.self) { try policy.changed(by: other) }
        #expect(error?.field == "scope")
    }
}
