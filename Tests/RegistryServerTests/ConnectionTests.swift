// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct ConnectionTests {
    private func head(_ manifest: TestManifest, _ tag: String, _ more: String = "") -> String {
        let length = more.contains("chunked") ? "" : "Content-Length: \(manifest.bytes.count)\r\n"
        return """
            PUT /v2/r/manifests/\(tag) HTTP/1.1\r\nHost: registry\r\nContent-Type: \(manifest.mediaType)\r
            \(length)\(more)\r\n
            """
    }

    @Test func takesNothingFromAPushThatBreaksOff() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let (a, b) = (try await registry.image("a", in: "r"), try await registry.image("b", in: "r"))
            let text = String(decoding: a.bytes, as: UTF8.self)
            for half in [String(text.prefix(text.count / 2)), String(text.dropLast()), ""] {
                let finished = try RawConnection(registry.address)
                try finished.send(head(a, "v1") + half)
                finished.finishSending()
                let answer = try await finished.receive(until: "\r\n\r\n")
                #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(answer)")
                let aborted = try RawConnection(registry.address)
                try aborted.send(head(a, "v1") + half)
                aborted.abort()
                _ = try await aborted.receive(until: "\r\n\r\n")
            }
            let chunked = try RawConnection(registry.address)
            let size = String(a.bytes.count, radix: 16)
            try chunked.send(head(a, "v1", "Transfer-Encoding: chunked\r\n") + "\(size)\r\n\(text)\r\n")
            chunked.finishSending()
            let answer = try await chunked.receive(until: "\r\n\r\n")
            #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(answer)")
            #expect(try await registry.resolve("v1", in: "r") == nil)
            #expect(try await registry.push(b, to: "r", as: "v1").status == 201)
        }
    }

    @Test func reservesNothingForASlowPush() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let (a, b) = (try await registry.image("a", in: "r"), try await registry.image("b", in: "r"))
            let text = String(decoding: a.bytes, as: UTF8.self)
            let slow = try RawConnection(registry.address)
            try slow.send(head(a, "v1") + text.dropLast())
            #expect(try await registry.push(b, to: "r", as: "v1").status == 201)
            try slow.send(String(text.suffix(1)))
            let answer = try await slow.receive(until: "]}")
            #expect(answer.hasPrefix("HTTP/1.1 409 Conflict\r\n"), "\(answer)")
            #expect(try await registry.resolve("v1", in: "r") == b.digest.description)
        }
    }

    @Test func asksForTheBodyThatWaitsForItsLeave() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("a", in: "r")
            let connection = try RawConnection(registry.address)
            try connection.send(head(image, "v1", "Expect: 100-continue\r\n"))
            let leave = try await connection.receive(until: "\r\n\r\n")
            #expect(leave.hasPrefix("HTTP/1.1 100 Continue\r\n"))
            try connection.send(String(decoding: image.bytes, as: UTF8.self))
            let answer = try await connection.receive(until: "\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 201 Created\r\n"), "\(answer)")
        }
    }

    @Test func goesOnWithAnUploadThatBrokeOff() async throws {
        try await withTestRegistry { registry in
            let content = Array("hello, registry".utf8)
            let begun = try await registry.send(.post, "/v2/r/blobs/uploads/")
            let location = try #require(begun.headers["Location"])
            let connection = try RawConnection(registry.address)
            try connection.send(
                "PATCH \(location) HTTP/1.1\r\nHost: registry\r\nContent-Length: 15\r\n\r\nhello, ")
            connection.finishSending()
            _ = try await connection.receive(until: "\r\n\r\n")
            #expect(try await registry.send(.get, location).headers["Range"] == "0-6")
            let closing = try await registry.send(
                .put, "\(location)?digest=\(Digest(of: content))", ["Content-Range": "7-14"],
                body: Array(content[7...]))
            #expect(closing.status == 201, "\(closing.text)")
        }
    }
}
