// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// An HTTP/1.1 server on a free loopback port that answers as a test says, well or badly.
///
/// Each request is read whole and handed to the script, which gives raw bytes back; nil hangs up.
package final class ScriptedServer: Sendable {
    package struct Request: Sendable {
        /// Request line and header fields, as they came.
        package let head: String
        package let body: [UInt8]

        /// `METHOD target`.
        package var line: String {
            String(head.prefix { $0 != "\r\n" }.split(separator: " ").prefix(2).joined(separator: " "))
        }

        package func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts[0].lowercased() == name.lowercased() {
                    return parts.last.map { String($0.drop { $0 == " " }) } ?? ""
                }
            }
            return nil
        }
    }

    package typealias Script = @Sendable (Request) -> [UInt8]?

    package var port: UInt16 { listener.port }
    private let listener: Listener
    private let log = RequestLog()

    package init(_ script: @escaping Script) throws(SocketFailure) {
        listener = try Listener(backlog: 64)
        DispatchQueue(label: "scripted.accept").async { [listener, log] in
            while let connection = listener.next() {
                log.connections.withLock { $0 += 1 }
                DispatchQueue(label: "scripted.connection").async {
                    Connection(descriptor: connection).serve { request in
                        log.requests.withLock { $0.append(request) }
                        return script(request)
                    }
                }
            }
        }
    }

    deinit { listener.stop() }

    /// What has come so far.
    package var requests: [Request] { log.requests.withLock { $0 } }

    /// How many connections have been made.
    package var connectionCount: Int { log.connections.withLock { $0 } }

    /// An answer with a body and `Content-Length`.
    package static func answer(_ status: Int, _ headers: [String] = [], _ body: String = "") -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Scripted", "Content-Length: \(body.utf8.count)"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}

/// What a server has received, outliving it while a connection still runs.
private final class RequestLog: Sendable {
    let requests = Mutex([ScriptedServer.Request]())
    let connections = Mutex(0)
}

/// One connection, served until either side hangs up.
private struct Connection {
    let descriptor: Int32

    func serve(_ script: ScriptedServer.Script) {
        defer { close(descriptor) }
        var pending: [UInt8] = []
        while let request = read(&pending) {
            guard let answer = script(request), send(answer) else { return }
            // Also before the end of a body that is shorter than its length.
            if String(decoding: answer, as: UTF8.self).contains("\r\nConnection: close\r\n") { return }
        }
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func read(_ pending: inout [UInt8]) -> ScriptedServer.Request? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let end = pending.firstRange(of: separator) {
                let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                let rest = Array(pending[end.upperBound...])
                if let (body, used) = body(of: head, in: rest) {
                    pending = Array(rest[used...])
                    return ScriptedServer.Request(head: head, body: body)
                }
            }
            var piece = [UInt8](repeating: 0, count: 64 << 10)
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count > 0 else { return nil }
            pending += piece[..<count]
        }
    }

    /// The body and how many bytes it took; nil while it is incomplete.
    private func body(of head: String, in bytes: [UInt8]) -> ([UInt8], Int)? {
        let request = ScriptedServer.Request(head: head, body: [])
        if request.header("Transfer-Encoding")?.lowercased() == "chunked" { return chunks(in: bytes) }
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        return bytes.count >= length ? (Array(bytes[..<length]), length) : nil
    }

    private func chunks(in bytes: [UInt8]) -> ([UInt8], Int)? {
        var body: [UInt8] = []
        var position = 0
        while let end = bytes[position...].firstRange(of: [13, 10]) {
            guard
                let size = Int(String(decoding: bytes[position..<end.lowerBound], as: UTF8.self), radix: 16),
                bytes.count >= end.upperBound + size + 2
            else { return nil }
            body += bytes[end.upperBound..<end.upperBound + size]
            position = end.upperBound + size + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }
}
