// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Foundation
import ImageBuild
import RegistryTransport
import ScratchFolder
import ScriptedHTTP
import SystemPackage
import Testing

/// Secrets whose names say which server they are for.
@Suite struct ServerSecretTests {
    private typealias Secrets = [String: SecretSource]

    private static func secrets(_ texts: [String: String]) -> Secrets {
        texts.mapValues { .bytes(Array($0.utf8)) }
    }

    private static func basic(_ token: String) -> String {
        "basic " + Data("x-access-token:\(token)".utf8).base64EncodedString()
    }

    /// Builds with a file of a web, and says what each request had for `Authorization`.
    private func headers(_ secrets: Secrets, _ steps: String) async throws -> [String?] {
        let web = FakeWeb([
            "https://w.io/f": .text("F"), "https://w.io:8443/f": .text("F"),
            "https://w.io/moved": .redirect(to: "https://x.io/f"),
            "https://x.io/f": .text("F"),
        ])
        let fixture = try BuildFixture()
        var site = BuildSite(store: fixture.store, bases: fixture)
        site.http = web
        _ = try await ImageBuilder(site).build(
            try fixture.request("FROM scratch\n\(steps)") { $0.running.secrets = secrets })
        return web.requests.map { $0.headers["Authorization"] }
    }

    @Test(arguments: [
        (["HTTP_AUTH_TOKEN_w.io": "abc"], "Bearer abc"), (["HTTP_AUTH_TOKEN_w.io": "abc\r\n"], "Bearer abc"),
        (["HTTP_AUTH_HEADER_w.io": "Basic eDp5"], "Basic eDp5"),
        (["HTTP_AUTH_HEADER_w.io": "Basic eDp5", "HTTP_AUTH_TOKEN_w.io": "abc"], "Bearer abc"),
        (["HTTP_AUTH_TOKEN_x.io": "abc"], nil), (["GIT_AUTH_TOKEN": "abc"], nil), ([:], nil),
    ])
    func aServerOfFilesIsShownItsSecret(given: [String: String], header: String?) async throws {
        #expect(try await headers(Self.secrets(given), "ADD https://w.io/f /") == [header])
        #expect(try await headers(Self.secrets(given), "ADD https://w.io:8443/f /") == [header])
    }

    @Test func whatIsGivenCountsMoreThanTheAddress() async throws {
        let secrets = Self.secrets(["HTTP_AUTH_TOKEN_w.io": "abc"])
        #expect(try await headers(secrets, "ADD https://me:word@w.io/f /") == ["Bearer abc"])
    }

    @Test func anotherServerIsShownNothing() async throws {
        let secrets = Self.secrets(["HTTP_AUTH_TOKEN_w.io": "abc"])
        #expect(try await headers(secrets, "ADD https://w.io/moved /") == ["Bearer abc", nil])
    }

    @Test(arguments: [("", "is empty"), ("a\nwo", "has more than one line")])
    func whatCanBeNoHeaderIsRefusedWithoutBeingShown(secret: String, message: String) async throws {
        let error = await #expect(throws: BuildError.self) {
            _ = try await headers(
                Self.secrets(["HTTP_AUTH_HEADER_w.io": secret]), "ADD https://w.io/f /")
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.contains("the secret HTTP_AUTH_HEADER_w.io \(message)") && !text.contains("wo\n"), "\(text)")
    }

    /// A repository on a server that asks who reads: what it was shown, or nil where that was nothing.
    private func server(of repository: GitRepository, asking header: String) throws -> ScriptedServer {
        try repository.server { $0.header("Authorization") == header }
    }

    @Test(arguments: [
        (["GIT_AUTH_TOKEN": "abc"], basic("abc")), (["GIT_AUTH_HEADER": "Bearer abc"], "Bearer abc"),
        (["GIT_AUTH_TOKEN.127.0.0.1": "abc", "GIT_AUTH_HEADER": "wrong"], basic("abc")),
        (["GIT_AUTH_HEADER.127.0.0.1": "Bearer abc", "GIT_AUTH_TOKEN.127.0.0.1": "wrong"], "Bearer abc"),
    ])
    func aRepositoryIsReadWithItsSecret(given: [String: String], header: String) async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let server = try server(of: repository, asking: header)
        let url = "http://127.0.0.1:\(server.port)/repository.git"
        let resolver = BuildContextResolver(
            scratch: scratch.path.appending("tmp"), secrets: ServerSecrets(Self.secrets(given)))
        let context = try await resolver.resolve(.parse(url + "?keep-git-dir=true#v1"))
        #expect(try WholeFile.read(context.folder.appending("a")) == Array("1".utf8))
        let settings = try WholeFile.read(context.folder.appending(".git/config"))
        #expect(!String(decoding: settings, as: UTF8.self).contains("Authorization"))
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nADD \(url)#v1 /x") {
            $0.running.secrets = Self.secrets(given)
        }
        #expect(try await fixture.entries(image).contains("x/a file 644 0:0 1"))
    }

    @Test(arguments: [[:], ["GIT_AUTH_TOKEN": "wrong"], ["GIT_AUTH_TOKEN.other.example": "abc"]])
    func withoutTheRightOneTheRepositoryStaysClosed(given: [String: String]) async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let server = try server(of: repository, asking: Self.basic("abc"))
        let location = try BuildContextLocation.parse("http://127.0.0.1:\(server.port)/repository.git")
        let resolver = BuildContextResolver(
            scratch: scratch.path.appending("tmp"), secrets: ServerSecrets(Self.secrets(given)))
        let error = await #expect(throws: ContextError.self) { _ = try await resolver.resolve(location) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("git fetch failed") && !text.contains("wrong"), "\(text)")
    }
}
