// SPDX-License-Identifier: Apache-2.0

import Conformance
import SourceText
import Testing

@Suite("Profiles")
struct ProfileTests {
    @Test func strictIs409AndDenied() throws {
        let profile = try SuiteFiles.profile()
        #expect(profile.name == "strict")
        #expect(profile.title.hasPrefix("409 Conflict with DENIED"))
    }

    @Test(
        "a malformed profile is refused with its place",
        arguments: [
            ("profile: p\ntitle: t", "1:1", "a profile needs \"denial\""),
            ("profile: p\ntitle: t\ndenials: {status: 409}", "3:1", "unknown key \"denials\""),
            ("profile: p\ntitle: t\ndenial: {status: 200}", "3:18", "between 400 and 499, not 200"),
            ("profile: p\ntitle: t\ndenial: {status: many}", "3:18", "must be a whole number"),
            ("profile: p\ntitle: t\ndenial: {status: 409, cod: X}", "3:23", "unknown key \"cod\""),
            (
                "profile: p\ntitle: t\ndenial: {status: 409, message-names: [tags]}", "3:39",
                "unknown name \"tags\""
            ),
            ("# nothing", "1:1", "the file has no profile"),
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nrecognise: [{host: a, header: b}]", "4:13",
                "a sign is a header or a host"
            ),
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nfacts: [{about: denail}]", "4:17",
                "unknown subject \"denail\""
            ),
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nfacts:\n  - {about: race, answer: a, source: s, confidence: sure}",
                "5:53", "unknown confidence \"sure\""
            ),
        ])
    func refuses(text: String, place: String, message: String) throws {
        let error = #expect(throws: Diagnostic.self) {
            try Profile.load(NamedText(name: "p.yaml", text: text))
        }
        #expect(error.map { "\($0.location)" } == "p.yaml:\(place)")
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }
}
