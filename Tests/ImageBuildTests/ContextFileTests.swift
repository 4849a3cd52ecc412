// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import OCISpec
import SystemPackage
import Testing

/// The texts that rule a build belong to its context: no link in it makes them those of another file.
@Suite struct ContextFileTests {
    private static let secret = "TOP-SECRET hunter2\n"

    /// A context with `name` as a link to a file beside it.
    private func fixture(_ name: String, to target: String) throws -> BuildFixture {
        let fixture = try BuildFixture().file("Dockerfile.kept", "FROM scratch\n")
        try WholeFile.write(Array(Self.secret.utf8), to: fixture.root.appending("outside"))
        try fixture.link(name, to: target.replacing("ROOT", with: fixture.root.string))
        return fixture
    }

    private func refusal(_ fixture: BuildFixture, isFetched: Bool) async throws -> String {
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("") {
                $0.dockerfile = nil
                $0.isFetched = isFetched
            }
        }
        return error.map { "\($0)" } ?? ""
    }

    private static let targets = ["ROOT/outside", "../outside", "../../../../../../../ROOT/outside"]

    @Test(arguments: targets, [false, true])
    func aDockerfileThatLeadsOutIsNotRead(target: String, isFetched: Bool) async throws {
        let refusal = try await refusal(try fixture("Dockerfile", to: target), isFetched: isFetched)
        #expect(refusal.contains("out of its context") && !refusal.contains("hunter2"), "\(refusal)")
    }

    @Test(arguments: targets, [".dockerignore", "Dockerfile.dockerignore"])
    func anIgnoreFileThatLeadsOutIsNotRead(target: String, name: String) async throws {
        let fixture = try fixture(name, to: target).file("Dockerfile", "FROM scratch\nCOPY . /\n")
        let refusal = try await refusal(fixture, isFetched: false)
        #expect(refusal.contains("out of its context") && refusal.contains(name), "\(refusal)")
    }

    @Test func aLinkInsideTheContextIsFollowed() async throws {
        let fixture = try BuildFixture().file("d/real", "FROM scratch\nLABEL a=1\n")
        try fixture.link("Dockerfile", to: "/d/real").link(".dockerignore", to: "d/ignore").file(
            "d/ignore", "x")
        let image = try await fixture.build("") { $0.dockerfile = nil }
        #expect(try await fixture.config(image).config?.labels == ["a": "1"])
    }

    /// The caller's own choice: the file is not part of the context.
    @Test func aDockerfileElsewhereIsReadWhereverItLeads() async throws {
        let fixture = try BuildFixture()
        let elsewhere = fixture.root.appending("elsewhere")
        try WholeFile.write(Array("FROM scratch\nLABEL a=2\n".utf8), to: fixture.root.appending("real"))
        symlink(fixture.root.appending("real").string, elsewhere.string)
        let image = try await fixture.build("") { $0.dockerfile = .file(elsewhere) }
        #expect(try await fixture.config(image).config?.labels == ["a": "2"])
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("") {
                $0.dockerfile = .file(elsewhere)
                $0.isFetched = true
            }
        }
        #expect(error.map { "\($0)".contains("elsewhere") } ?? false)
    }

    @Test func messagesNameFilesOfAFetchedContextWithoutItsFolder() async throws {
        let fixture = try BuildFixture().file("sub/Dockerfile", "FROM scratch\nFOO\n")
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("") {
                $0.dockerfile = .file(fixture.context.appending("sub/Dockerfile"))
                $0.isFetched = true
            }
        }
        #expect(error.map { "\($0)".hasPrefix("sub/Dockerfile:2:1: error:") } ?? false)
    }

    @Test func bytesThatAreNotUTF8AreRefusedAtTheirPlace() async throws {
        let fixture = try BuildFixture()
        let bytes = Array("FROM scratch\nENV a=é".utf8) + [0xFF] + Array("\n".utf8)
        try WholeFile.write(bytes, to: fixture.context.appending("Dockerfile"))
        let refusal = try await refusal(fixture, isFetched: false)
        #expect(refusal.contains("Dockerfile:2:8: error: these bytes are not UTF-8"), "\(refusal)")
    }

    /// Seconds that no count of nanoseconds holds.
    @Test(arguments: [-1 << 31, 16_725_225_600, 1 << 40])
    func filesOfAnyCenturyAreBuilt(seconds: Int) async throws {
        let fixture = try BuildFixture().file("f", "F").file("Dockerfile", "FROM scratch\nCOPY f /\n")
        for name in ["f", "Dockerfile"] {
            let times = [timespec(tv_sec: seconds, tv_nsec: 1), timespec(tv_sec: seconds, tv_nsec: 1)]
            #expect(utimensat(AT_FDCWD, fixture.context.appending(name).string, times, 0) == 0)
        }
        let image = try await fixture.build("") { $0.dockerfile = nil }
        #expect(try await fixture.listings(image) == [["f file 644 0:0 F"]])
    }
}
