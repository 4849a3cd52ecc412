// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import LayerArchive
import OCISpec
import RegistryTransport
import Synchronization
import SystemPackage
import Testing

@Suite struct DownloadTests {
    private static let page = FakeWeb.Page.text("F", ["Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT"])
    private static let digest = Digest(of: Array("F".utf8))

    private static let web = [
        "https://w.io/files/f.txt": page, "https://w.io/": .text("root"),
        "https://w.io/files/": .text("list"),
        "https://w.io/moved": .redirect(to: "/files/f.txt"), "https://w.io/a%20b": .text("blank"),
        "https://w.io/loop": .redirect(to: "/loop"), "https://w.io/gone": FakeWeb.Page(status: 410),
    ]

    @Test(arguments: [
        ("ADD https://w.io/files/f.txt /", "f.txt file 600 0:0 @784111777 F"),
        ("ADD https://w.io/files/f.txt /x", "x file 600 0:0 @784111777 F"),
        ("ADD https://w.io/files/f.txt#part /", "f.txt file 600 0:0 @784111777 F"),
        ("ADD --chmod=644 --chown=5:6 https://w.io/files/f.txt /", "f.txt file 644 5:6 @784111777 F"),
        ("ADD https://w.io/moved /", "moved file 600 0:0 @784111777 F"),
        ("ADD https://w.io/ /", "__unnamed__ file 600 0:0 root"),
        ("ADD https://w.io/files/ /", "files file 600 0:0 list"),
        ("ADD https://w.io/a%20b /", "a b file 600 0:0 blank"),
        ("ADD --checksum=\(digest) https://w.io/files/f.txt /", "f.txt file 600 0:0 @784111777 F"),
        ("ARG u=https://w.io\nADD $u/files/f.txt /", "f.txt file 600 0:0 @784111777 F"),
    ])
    func aURLBecomesAFile(lines: String, entry: String) async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\n\(lines)", web: FakeWeb(Self.web))
        #expect(try await fixture.entries(image) == [entry])
    }

    @Test(arguments: [
        ("https://w.io/gone", "Dockerfile:2:5: error: cannot get https://w.io/gone: the server answered 410"),
        ("https://w.io/loop", "redirected more than"),
        (
            "--checksum=sha256:\(String(repeating: "0", count: 64)) https://w.io/files/f.txt",
            "its digest is \(digest)"
        ),
        ("--checksum=nonsense https://w.io/files/f.txt", "Dockerfile:2:16"),
        ("https://user:word@w.io/gone", "cannot get https://w.io/gone: the server answered 410"),
        ("https://user:word@/x", "the host is missing"),
    ])
    func whatDoesNotComeIsSaidAtItsPlace(source: String, message: String) async throws {
        let fixture = try BuildFixture()
        let before = try fixture.storedFiles()
        let error = await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM scratch\nADD \(source) /", web: FakeWeb(Self.web))
        }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(message), "\(text)")
        #expect(!(text.split(separator: "\n").first ?? "").contains("word@"))
        #expect(try fixture.storedFiles() == before)
    }

    @Test func withoutANetworkAURLIsRefused() async throws {
        let refusal = await (try BuildFixture()).refusal(of: "FROM scratch\nADD https://w.io/x /")
        #expect(refusal?.hasPrefix("2:5 ADD of a URL is not possible here") ?? false)
    }

    /// Nobody listens: that is no reason to wait.
    private final class ClosedPort: HTTPTransport {
        let asked = Mutex(0)

        func send(
            _ request: HTTPRequest, receiving body: ResponseBody
        ) async throws(TransportError) -> HTTPResponse {
            asked.withLock { $0 += 1 }
            throw TransportError(.unreachable, request, "connection refused")
        }
    }

    @Test func aServerThatIsNotThereIsAskedOnce() async throws {
        let web = ClosedPort()
        let error = await #expect(throws: BuildError.self) {
            _ = try await BuildFixture().build("FROM scratch\nADD http://127.0.0.1:1/x /", web: web)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("2:5: error: GET http://127.0.0.1:1/x: connection"))
        #expect(web.asked.withLock { $0 } == 1)
    }

    @Test func aDownloadedArchiveIsUnpackedOnlyWhenAsked() async throws {
        let fixture = try BuildFixture().archive("p", [LayerEntry.file("a", "A")], compression: .standard)
        let bytes = try WholeFile.read(fixture.context.appending("p"))
        let web = FakeWeb(["https://w.io/p.tgz": FakeWeb.Page(body: bytes)])
        let packed = try await fixture.build("FROM scratch\nADD https://w.io/p.tgz /", web: web)
        #expect(try await fixture.entries(packed).first?.hasPrefix("p.tgz file 600") ?? false)
        let unpacked = try await fixture.build(
            "FROM scratch\nADD --unpack=true https://w.io/p.tgz /", web: web)
        #expect(try await fixture.entries(unpacked) == ["a file 644 0:0 A"])
    }

    @Test func aUserAndHisPasswordAreShownToTheServerAndToNobodyElse() async throws {
        let web = FakeWeb([
            "https://w.io/start": .redirect(to: "/f"), "https://w.io/f": .redirect(to: "https://other.io/f"),
            "https://other.io/f": .text("F"),
        ])
        let fixture = try BuildFixture()
        let image = try await fixture.build(
            "FROM scratch\nARG word=hush\nADD https://user:$word@w.io/start /x", web: web)
        #expect(try await fixture.entries(image) == ["x file 600 0:0 F"])
        let header = "Basic dXNlcjpodXNo"
        #expect(web.requests.map { $0.headers["Authorization"] } == [header, header, nil])
        let history = try await fixture.config(image).history?.last?.createdBy
        #expect(history == "ADD https://***@w.io/start /x # buildkit")
        #expect(!fixture.events.contains { "\($0)".contains("user:") || "\($0)".contains(header) })
    }

    @Test func theServerIsAskedForTheBytesAsTheyAre() async throws {
        let web = FakeWeb(Self.web)
        _ = try await BuildFixture().build("FROM scratch\nADD https://w.io/files/f.txt /", web: web)
        #expect(web.requests.map { $0.headers["Accept-Encoding"] } == ["identity"])
    }
}
