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

    private static let strict = [
        "status: 409", "code: DENIED", "content-type: application/json",
        "message-names: [repository, tag]", "forbidden-headers: [WWW-Authenticate, Retry-After, Location]",
        "limit-bytes: 4096",
    ]

    private func profile(_ name: String, _ denial: [String]) throws -> Profile {
        let lines = denial.map { "  \($0)\n" }.joined()
        return try Profile.load(
            NamedText(name: "p.yaml", text: "title: t\nprofile: \(name)\ndenial:\n\(lines)"))
    }

    @Test func whatAsksForNoLessIsStrict() throws {
        #expect(try SuiteFiles.profile().isStrict)
        #expect(try profile("mine", Self.strict).isStrict)
        #expect(try profile("strict", Self.strict).isStrict)
    }

    @Test(
        "what asks for less is not strict and cannot be called so",
        arguments: [
            (0, "status: any"), (0, "status: 403"), (1, "code: TAG_IMMUTABLE"), (1, nil),
            (2, "content-type: text/plain"), (2, nil), (3, "message-names: [tag]"), (3, nil),
            (4, "forbidden-headers: [Retry-After, Location]"), (4, nil), (5, "limit-bytes: 4097"), (5, nil),
        ] as [(Int, String?)])
    func lessIsNotStrict(index: Int, line: String?) throws {
        var denial = Self.strict
        denial[index...index] = line.map { [$0] } ?? []
        #expect(try !profile("mine", denial).isStrict)
        let error = #expect(throws: Diagnostic.self) { try profile("strict", denial) }
        #expect(error.map { "\($0.location)" } == "p.yaml:2:10")
        #expect(error?.message == "a profile that asks for less than strict cannot have its name")
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
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nfacts:\n  - {about: race, answer: unknown, source: s, confidence: low}",
                "5:27", "the answer \"unknown\" and the confidence \"none\" go together"
            ),
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nfacts:\n  - {about: race, answer: a, source: s, confidence: none}",
                "5:27", "go together"
            ),
            (
                "profile: p\ntitle: t\ndenial: {status: any}\nfacts:\n  - {about: race, answer: a, source: s, confidence: low}\n  - {about: race, answer: b, source: s, confidence: low}",
                "6:5", "there is a fact about \"race\" already"
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
