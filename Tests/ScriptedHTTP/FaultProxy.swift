// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// An HTTP/1.1 proxy before a server of this machine that does to requests what a test says.
package final class FaultProxy: Sendable {
    package enum Fault: Hashable, Sendable {
        /// Hangs up before the server has heard of the request.
        case dropsRequest
        /// Passes on the head and half of the body, then hangs up on both sides.
        case breaksInRequestBody
        /// Passes the request on, and hangs up before the answer.
        case dropsAnswer
        /// Passes on half of the answer's body, then hangs up.
        case breaksInAnswerBody
        /// Answers itself; the server hears nothing.
        case answers(Int, retryAfter: Int? = nil)
        /// Passes the request on and answers with another status.
        case replacesAnswer(Int)
        /// Sends the client to the same path at another address, `host:port`.
        case redirects(to: String)
    }

    package var port: UInt16 { listener.port }
    private let listener: Listener
    private let log = Mutex([String]())

    /// `fault` is asked for each request line, `METHOD target`; nil passes the request on.
    package init(
        before server: UInt16, _ fault: @escaping @Sendable (_ line: String) -> Fault?
    ) throws(SocketFailure) {
        listener = try Listener(backlog: 64)
        DispatchQueue(label: "proxy.accept").async { [listener, weak self] in
            while let connection = listener.next() {
                DispatchQueue(label: "proxy.connection").async { [weak self] in
                    let client = SocketStream(connection)
                    while let head = client.readHead() {
                        let exchange = ProxyExchange(head: head, client: client, server: server)
                        self?.log.withLock { $0.append(exchange.line) }
                        guard exchange.run(fault(exchange.line)) else { return }
                    }
                }
            }
        }
    }

    deinit { listener.stop() }

    /// `METHOD target` of every request so far.
    package var lines: [String] { log.withLock { $0 } }

    /// `host:port`, as references spell it.
    package var address: String { "127.0.0.1:\(port)" }
}

/// One request on its way through a proxy.
private struct ProxyExchange {
    let line: String
    private let head: String
    private let client: SocketStream
    private let server: UInt16
    private let bodyBytes: Int

    init(head: [UInt8], client: SocketStream, server: UInt16) {
        self.head = String(decoding: head, as: UTF8.self)
        self.client = client
        self.server = server
        line = self.head.prefix { $0 != "\r\n" }.split(separator: " ").prefix(2).joined(separator: " ")
        bodyBytes = ProxyExchange.length(in: self.head) ?? 0
    }

    private static func length(in head: String) -> Int? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
    }

    /// - Returns: Whether the connection can take the next request.
    func run(_ fault: FaultProxy.Fault?) -> Bool {
        switch fault {
        case .dropsRequest: return false
        case .answers(let status, let retryAfter):
            let wait = retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
            return drain(bodyBytes) && answer(status, wait)
        case .redirects(let address):
            let target = line.split(separator: " ").last ?? "/"
            return drain(bodyBytes) && answer(307, "Location: http://\(address)\(target)\r\n")
        case .breaksInRequestBody:
            _ = forward(bodyBytes / 2)
            return false
        case .dropsAnswer:
            _ = forward(bodyBytes)?.readHead()
            return false
        case .replacesAnswer(let status):
            _ = forward(bodyBytes)?.readHead()
            return answer(status, "")
        case .breaksInAnswerBody:
            relay(isHalf: true)
            return false
        case nil:
            relay(isHalf: false)
            return false
        }
    }

    private func answer(_ status: Int, _ field: String) -> Bool {
        client.write(Array("HTTP/1.1 \(status) Fault\r\n\(field)Content-Length: 0\r\n\r\n".utf8))
    }

    private func drain(_ count: Int) -> Bool {
        var left = count
        while left > 0 {
            guard let piece = client.read(limit: left) else { return false }
            left -= piece.count
        }
        return true
    }

    /// Passes on the head and so much of the body.
    ///
    /// The server is told that this is the only request, so that its answer ends when it hangs up.
    private func forward(_ count: Int) -> SocketStream? {
        guard let descriptor = LoopbackSocket.connect(to: server) else { return nil }
        let upstream = SocketStream(descriptor)
        // The empty line is one character.
        let only = head.dropLast() + "Connection: close\r\n\r\n"
        guard upstream.write(Array(only.utf8)) else { return nil }
        var left = count
        while left > 0 {
            guard let piece = client.read(limit: left), upstream.write(piece) else { return nil }
            left -= piece.count
        }
        return upstream
    }

    private func relay(isHalf: Bool) {
        guard let upstream = forward(bodyBytes), let answer = upstream.readHead(), client.write(answer) else {
            return
        }
        let length = ProxyExchange.length(in: String(decoding: answer, as: UTF8.self))
        var left = isHalf ? (length ?? 0) / 2 : .max
        while left > 0, let piece = upstream.read(limit: left), client.write(piece) { left -= piece.count }
    }
}
