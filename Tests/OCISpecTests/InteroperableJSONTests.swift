// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct InteroperableJSONTests {
    /// An empty index with more members, each beginning with a comma.
    private func index(_ members: String) -> [UInt8] {
        Array(#"{"schemaVersion":2,"manifests":[]\#(members)}"#.utf8)
    }

    @Test(arguments: [
        "", #", "a": {"a": 1, "b": [{"a": 1}, {"a": 1}]}"#, #", "x": "\u00e9\ud83d\ude00\"\\\/\b""#,
        #", "x": [0, -0.5e+3, 1E9, true, false, null, {}, [ ]]"#, #", "Manifests": 1"#,
        #", "e\u0301": 1, "\u00e9": 2"#,  // equal for a reader of Unicode, not for one of JSON
        #", "x": "# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
    ])
    func readsWhatEveryoneReads(members: String) throws {
        let bytes = index(members)
        #expect(try Manifest(bytes, mediaType: .ociIndex).bytes == bytes)
    }

    @Test(arguments: [
        (#", "manifests": []"#, "\"manifests\" is there twice"),
        (#", "m\u0061nifests": []"#, "\"manifests\" is there twice"),
        (#", "x": [{"y": {"a": 1, "b": 2, "a": 1}}]"#, "\"a\" is there twice"),
        (#", "x": 01"#, "not JSON"), (#", "x": 1."#, "not JSON"), (#", "x": +1"#, "not JSON"),
        (#", "x": tru"#, "not JSON"), (#", "x": NaN"#, "not JSON"), (#", "x": "\q""#, "not JSON"),
        (#", "x": "\u12g4""#, "not JSON"), (#", "x": [1,]"#, "not JSON"), (",", "not JSON"),
        (", \"x\": \"a\nb\"", "not JSON"), (#", "x": 1} {"#, "not JSON"), (#", 'x': 1"#, "not JSON"),
        (
            #", "x": "# + String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
            "nested too deeply"
        ),
        (#", "x": "# + String(repeating: "[", count: 1_000_000), "nested too deeply"),
    ])
    func refusesWhatSomeReadInAnotherWay(members: String, reason: String) {
        let error = #expect(throws: InvalidValue.self) {
            try Manifest(index(members), mediaType: .ociIndex)
        }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func isInUTF8WithoutAMark() {
        let text = String(decoding: index(""), as: UTF8.self)
        let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        let rows = [
            [0xEF, 0xBB, 0xBF] + index(""), little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big,
            index(", \"x\": \"") + [0xC3] + Array("\"}".utf8),
        ]
        for bytes in rows {
            #expect(throws: InvalidValue.self) { try Manifest(bytes, mediaType: .ociIndex) }
        }
    }
}
