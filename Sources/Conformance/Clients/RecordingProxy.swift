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
    private let door: ProxyDoor
    private let origin: HTTPURL
    private let transport: any HTTPTransport
    private let allowance: TrafficAllowance
    private let seen = Mutex<[Exchange]>([])

    /// For clients: `127.0.0.1:port`.
    var address: String { "127.0.0.1:\(door.port)" }

    /// What went through so far, in the order of the answers.
    var exchanges: [Exchange] { seen.withLock { $0 } }

    init(
        before origin: HTTPURL, _ transport: any HTTPTransport, allowance: TrafficAllowance
    ) throws(SetupError) {
        self.origin = origin
        self.transport = transport
        self.allowance = allowance
        door = try ProxyDoor()
        let proxy = WeakProxy(proxy: self)
        Task { [door] in await RecordingProxy.accept(at: door, for: proxy) }
    }

    deinit { close() }

    /// Takes no more connections.
    func close() { door.close() }

    /// Lets a proxy that nobody has any more go, although its door is open.
    private struct WeakProxy: Sendable {
        weak let proxy: RecordingProxy?
    }

    private static func accept(at door: ProxyDoor, for weakly: WeakProxy) async {
        while let connection = try? await BlockingThread.run({ door.next() }) {
            guard let proxy = weakly.proxy else {
                Glibc.close(connection)
                return
            }
            Task { await proxy.serve(connection) }
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
