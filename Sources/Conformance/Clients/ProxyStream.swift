// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import RegistryTransport

/// HTTP/1.1 over one connection of a client, as far as pushing clients speak it.
///
/// Source: RFC 9112.
struct ProxyStream: ~Copyable {
    private let connection: Int32
    private var buffer: [UInt8] = []

    /// More than a head may have, and more than a body may have.
    private static let headLimitBytes = 64 << 10
    private static let bodyLimitBytes = 64 << 20
    /// They belong to one connection, or are made anew.
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length", "host",
        "expect",
        "te", "upgrade", "accept-encoding",
    ]

    init(_ connection: Int32) { self.connection = connection }

    func close() { Glibc.close(connection) }

    /// The next request, addressed to the registry; nil at the end of the connection, and for what is no request.
    mutating func request(to origin: HTTPURL) async -> HTTPRequest? {
        guard let head = await head() else { return nil }
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, let method = HTTPRequest.Method(rawValue: String(words[0])) else {
            return nil
        }
        let target = words[1].split(separator: "?", maxSplits: 1)
        var request = HTTPRequest(
            method,
            HTTPURL(
                origin.scheme, origin.authority, String(target.first ?? "/"),
                query: target.count > 1 ? String(target[1]) : nil))
        var length = 0
        var isChunked = false
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let (name, value) = (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
            if name == "content-length" { length = Int(value) ?? 0 }
            if name == "transfer-encoding" { isChunked = value.lowercased().contains("chunked") }
            if name == "expect" { await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
            if !ProxyStream.hopByHop.contains(name) { request.headers.add(String(parts[0]), value) }
        }
        guard let body = isChunked ? await chunks() : await bytes(length) else { return nil }
        if isChunked { request.framing = .chunked }
        if !body.isEmpty { request.body = .bytes(body) }
        return request
    }

    mutating func answer(_ answer: HTTPResponse, to request: HTTPRequest, proxy origin: HTTPURL) async {
        var text = "HTTP/1.1 \(HTTPStatus.line(answer.status))\r\n"
        for field in answer.headers.fields where !ProxyStream.hopByHop.contains(field.name.lowercased()) {
            var value = field.value
            // An absolute address would lead the client past the proxy.
            if field.name.lowercased() == "location", let url = try? HTTPURL(value),
                url.hasSameOrigin(as: origin)
            {
                value = url.path + (url.query.map { "?\($0)" } ?? "")
            }
            text += "\(field.name): \(value)\r\n"
        }
        let length = request.method == .head ? answer.headers["Content-Length"] : "\(answer.body.count)"
        if let length, answer.status != 204 { text += "Content-Length: \(length)\r\n" }
        await write(Array((text + "\r\n").utf8) + (request.method == .head ? [] : answer.body))
    }

    private mutating func head() async -> String? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.upperBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                return head
            }
            guard buffer.count < ProxyStream.headLimitBytes, await fill() else { return nil }
            if isHandshake {
                await write(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8))
                return nil
            }
        }
    }

    /// A client that tries TLS first waits for an answer to it, some for ten seconds; Docker with containerd's store
    /// goes on without TLS only when it is HTTP that answers.
    ///
    /// Source: RFC 8446, section 5.1: the first byte of a handshake is 22.
    private var isHandshake: Bool { buffer.first == 22 }

    private mutating func bytes(_ count: Int) async -> [UInt8]? {
        guard (0...ProxyStream.bodyLimitBytes).contains(count) else { return nil }
        while buffer.count < count { guard await fill() else { return nil } }
        let bytes = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return bytes
    }

    private mutating func chunks() async -> [UInt8]? {
        var body: [UInt8] = []
        while true {
            while buffer.firstRange(of: [0x0D, 0x0A]) == nil { guard await fill() else { return nil } }
            guard let end = buffer.firstRange(of: [0x0D, 0x0A]),
                let size = Int(
                    String(
                        decoding: buffer[..<end.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self),
                    radix: 16),
                body.count + size <= ProxyStream.bodyLimitBytes
            else { return nil }
            buffer.removeFirst(end.upperBound)
            guard let chunk = await bytes(size), await bytes(2) != nil else { return nil }
            if size == 0 { return body }
            body += chunk
        }
    }

    private mutating func fill() async -> Bool {
        let connection = connection
        let read = try? await BlockingThread.run { () -> [UInt8] in
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            var count = Glibc.read(connection, &piece, piece.count)
            while count < 0, errno == EINTR { count = Glibc.read(connection, &piece, piece.count) }
            return count > 0 ? Array(piece.prefix(count)) : []
        }
        guard let read, !read.isEmpty else { return false }
        buffer += read
        return true
    }

    private func write(_ bytes: [UInt8]) async {
        let connection = connection
        _ = try? await BlockingThread.run {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0, errno != EINTR { return }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }
}
