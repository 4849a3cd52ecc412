// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import RegistryTransport
import Synchronization

/// A server on loopback that passes every request on to a registry and writes it down.
///
/// It speaks plain HTTP to a client and whatever the registry needs, credentials included, behind it: clients need
/// no certificates and no login.
final class RecordingProxy: Sendable {
    private let listener: Int32
    private let port: UInt16
    private let origin: HTTPURL
    private let transport: any HTTPTransport
    private let allowance: TrafficAllowance
    private let seen = Mutex<[Exchange]>([])

    /// For clients: `127.0.0.1:port`.
    var address: String { "127.0.0.1:\(port)" }

    /// What went through so far, in the order of the answers.
    var exchanges: [Exchange] { seen.withLock { $0 } }

    init(
        before origin: HTTPURL, _ transport: any HTTPTransport, allowance: TrafficAllowance
    ) throws(SetupError) {
        self.origin = origin
        self.transport = transport
        self.allowance = allowance
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | UInt32(SOCK_CLOEXEC.rawValue)), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            Glibc.close(descriptor)
            throw SetupError("no port can be opened for the recording proxy")
        }
        listener = descriptor
        port = UInt16(bigEndian: address.sin_port)
        let door = WeakProxy(proxy: self)
        Task { await RecordingProxy.accept(on: descriptor, door) }
    }

    deinit { close() }

    /// Takes no more connections.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Lets a proxy that nobody has any more go, although its door is open.
    private struct WeakProxy: Sendable {
        weak let proxy: RecordingProxy?
    }

    private static func accept(on listener: Int32, _ door: WeakProxy) async {
        while true {
            let accepted = try? await BlockingThread.run { RecordingProxy.connection(on: listener) }
            guard let connection = accepted, connection >= 0, let proxy = door.proxy else { break }
            Task { await proxy.serve(connection) }
        }
        Glibc.close(listener)
    }

    /// The next connection, past what ends none but the call: a signal (clients are children, which end), and a client
    /// that has gone before it was its turn.
    private static func connection(on listener: Int32) -> Int32 {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection >= 0 || (errno != EINTR && errno != ECONNABORTED) { return connection }
        }
    }

    private func serve(_ connection: Int32) async {
        var stream = ProxyStream(connection)
        defer { stream.close() }
        while let request = await stream.request(to: origin) {
            guard allowance.takes(request),
                let answer = try? await transport.send(request, receiving: .document),
                !answer.isTruncated
            else {
                await stream.answer(HTTPResponse(status: 502), to: request, proxy: self.origin)
                return
            }
            seen.withLock { $0.append(Exchange(request: request, response: answer)) }
            await stream.answer(answer, to: request, proxy: origin)
        }
    }
}
