// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import OCISpec
import SourceText
import SystemPackage
import Testing

@Suite struct RefusalTests {
    /// A Dockerfile, the place of its error, a part of the message, a part of the hint.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let text: String
        let place: String
        let message: String
        var hint: String?

        var testDescription: String { text }
    }

    @Test(arguments: [
        Refusal(text: "FROM scratch\nRUN make", place: "2:1", message: "RUN needs containers"),
        Refusal(text: "FROM scratch\nCOPY nope /", place: "2:6", message: "nope is not in the build context"),
        Refusal(
            text: "FROM scratch\nCOPY ../../etc/passwd /", place: "2:6",
            message: "../../etc/passwd is not in the build context", hint: "starts at the context folder"),
        Refusal(
            text: "FROM scratch\nCOPY out /", place: "2:6",
            message: "out is a link to /etc/passwd, which is not in the build context",
            hint: "copy the folder"),
        Refusal(
            text: "FROM scratch\nCOPY /etc/hostname /x", place: "2:6",
            message: "/etc/hostname is not in the build context", hint: "starts at the context folder"),
        Refusal(
            text: "FROM scratch AS x\nFROM scratch\nCOPY --from=x /a /", place: "3:15",
            message: "/a is not in the stage x"),
        Refusal(
            text: "FROM scratch\nCOPY hidden /", place: "2:6", message: "is not in the build context",
            hint: ".dockerignore"),
        Refusal(
            text: "FROM scratch\nCOPY a b /x", place: "2:10", message: "need a folder",
            hint: "end it with '/'"),
        Refusal(text: "FROM scratch\nCOPY [ab] /x", place: "2:11", message: "need a folder"),
        Refusal(text: "FROM scratch\nCOPY a /x\nCOPY b /x/", place: "3:8", message: "/x is in the way"),
        Refusal(text: "FROM scratch\nCOPY a /x\nCOPY d /x", place: "3:8", message: "/x is in the way"),
        Refusal(
            text: "FROM scratch\nCOPY d /x/a/\nCOPY a /x/", place: "3:8", message: "over the folder /x/a"),
        Refusal(text: "FROM scratch\nCOPY [a /x", place: "2:6", message: "not a pattern"),
        Refusal(
            text: "FROM scratch\nCOPY --chown=me a /", place: "2:14",
            message: "no user 'me' in the image: it has no /etc/passwd"),
        Refusal(text: "FROM scratch\nCOPY --chown=1:us a /", place: "2:14", message: "no group 'us'"),
        Refusal(text: "FROM scratch\nCOPY --chown=: a /", place: "2:14", message: "not USER, USER:GROUP"),
        Refusal(
            text: "FROM scratch\nCOPY --chown=4294967295 a /", place: "2:14",
            message: "no file can belong to 4294967295", hint: "4294967294"),
        Refusal(text: "FROM scratch\nCOPY --chown=1:4294967296 a /", place: "2:14", message: "4294967296"),
        Refusal(text: "FROM scratch\nCOPY --chmod=888 a /", place: "2:14", message: "octal mode"),
        Refusal(text: "FROM scratch\nCOPY --from=7 a /", place: "2:13", message: "no stage 7"),
        Refusal(text: "FROM scratch\nCOPY --from=scratch a /", place: "2:13", message: "scratch is empty"),
        Refusal(text: "FROM scratch AS a\nCOPY --from=a a /", place: "2:13", message: "needs itself"),
        Refusal(
            text: "FROM scratch AS a\nCOPY --from=b a /\nFROM a AS b\nCOPY a /", place: "2:13",
            message: "needs itself"),
        Refusal(text: "FROM scratch\nCOPY --from=A:B:C a /", place: "2:13", message: "invalid reference"),
        Refusal(text: "FROM $nothing", place: "1:6", message: "expands to nothing", hint: "--build-arg"),
        Refusal(text: "FROM --platform=x scratch", place: "1:17", message: "platform"),
        Refusal(text: "FROM scratch\nEXPOSE http", place: "2:8", message: "not a port"),
        Refusal(text: "FROM scratch\nEXPOSE http:80", place: "2:8", message: "not a port"),
        Refusal(text: "FROM scratch\nEXPOSE host:80:80", place: "2:8", message: "not a port"),
        Refusal(text: "FROM scratch\nEXPOSE 80:", place: "2:8", message: "not a port"),
        Refusal(text: "FROM scratch\nEXPOSE 80/icmp", place: "2:8", message: "not a protocol"),
        Refusal(text: "FROM scratch\nEXPOSE 90-80", place: "2:8", message: "not a port"),
        Refusal(text: "FROM scratch\nSTOPSIGNAL SIGNOPE", place: "2:12", message: "not a signal"),
        Refusal(text: "FROM scratch\nENV a=\"${b:?is missing}\"", place: "2:7", message: "b: is missing"),
        Refusal(text: "FROM scratch\nFOO bar", place: "2:1", message: "unknown instruction"),
    ])
    func whatCannotBeDoneIsSaidAtItsPlace(refusal: Refusal) async throws {
        let fixture = try BuildFixture()
            .file("a").file("b").file("d/a/x").file("hidden").file(".dockerignore", "hidden")
            .link("out", to: "/etc/passwd")
        let error = await #expect(throws: BuildError.self) { _ = try await fixture.build(refusal.text) }
        guard case .invalid(let diagnostics)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        let first = diagnostics.all[0]
        #expect("\(first.location.line):\(first.location.column)" == refusal.place)
        #expect(first.message.contains(refusal.message), "\(first.message)")
        #expect(first.sourceLine != nil)
        if let hint = refusal.hint { #expect(first.hint?.contains(hint) ?? false) }
    }

    @Test func anUnknownTargetNamesTheNearest() async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM scratch AS release") { $0.target = "relaese" }
        }
        #expect("\(String(describing: error.map { "\($0)" }))".contains("did you mean release?"))
    }

    @Test func aMissingDockerfileOrContextIsNamed() async throws {
        let fixture = try BuildFixture()
        let dockerfile = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("") { $0.dockerfile = nil }
        }
        #expect(dockerfile.map { "\($0)".contains("context/Dockerfile") } ?? false)
        let context = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM scratch\nCOPY . /") { $0.context = "/nowhere/at/all" }
        }
        #expect(context.map { "\($0)".contains("/nowhere/at/all") } ?? false)
    }

    @Test func aBadIgnoreFileIsLocated() async throws {
        let fixture = try BuildFixture().file(".dockerignore", "ok\n!\n")
        let error = await #expect(throws: BuildError.self) { _ = try await fixture.build("FROM scratch") }
        #expect(error.map { "\($0)".contains(".dockerignore:2:1: error:") } ?? false)
    }

    @Test func aFailedBuildLeavesTheStoreAsItWas() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let before = try fixture.storedFiles()
        let tag = try Reference("localhost:5000/t:1")
        await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM scratch\nCOPY a /\nCOPY b /") { $0.tags = [tag] }
        }
        #expect(try fixture.storedFiles() == before)
    }

    @Test func aContextFileThatCannotBeReadIsLocated() async throws {
        let fixture = try BuildFixture().file("a", "A").file("b", "B")
        let gone = fixture.context.appending("b")
        // The file goes away between the look at the context and the second COPY.
        let builder = ImageBuilder(store: fixture.store, bases: fixture) { event in
            if case .layer = event { try? Folder.remove(gone) }
        }
        var request = BuildRequest(
            context: fixture.context, platform: Platform(os: "linux", architecture: "amd64"))
        request.dockerfile = .text("FROM scratch\nCOPY a /\n\nCOPY b /", name: "Dockerfile")
        let asked = request
        let error = await #expect(throws: BuildError.self) { _ = try await builder.build(asked) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("Dockerfile:4:1: error: cannot"), "\(text)")
        #expect(text.contains(gone.string), "\(text)")
    }

    @Test func aContextThatCannotBeListedIsLocated() async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM scratch\nENV a=1\nCOPY . /") { $0.context = "/nowhere/at/all" }
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("Dockerfile:3:1: error: cannot open the context /nowhere/at/all"), "\(text)")
    }

    @Test func aNameForAnImageHasNoDigest() throws {
        let digest = Digest(of: Array("x".utf8))
        let error = #expect(throws: InvalidValue.self) { try BuildRequest.parseTag("a/b:1@\(digest)") }
        #expect(error.map { "\($0)".contains("it has a digest") } ?? false)
        #expect(try BuildRequest.parseTag("a/b:1").tag?.rawValue == "1")
    }
}
