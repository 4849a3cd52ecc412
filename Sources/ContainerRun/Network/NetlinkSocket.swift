// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// The kernel's door to the links, addresses and routes of one network namespace: that in which it was made.
///
/// Source: netlink(7), rtnetlink(7).
struct NetlinkSocket: Sendable {
    private let file: OpenFile

    private static let family: Int32 = 16
    private static let raw: Int32 = 3

    /// For the namespace of this thread.
    init() throws(ContainerError) {
        let raw = socket(Self.family, Self.raw | Int32(O_CLOEXEC), 0)
        guard raw >= 0 else {
            throw .system(operation: "ask the kernel about networks", .current, advice: nil)
        }
        file = OpenFile(owning: raw)
    }

    /// Asks for something to be done.
    ///
    /// - Throws: The kernel's refusal.
    func perform(_ message: RouteMessage) throws(ContainerError) {
        let answer = try exchange(message, acknowledged: true)
        guard answer.failure == 0 else {
            throw .system(
                operation: message.operation, Errno(rawValue: answer.failure), advice: "see `stet doctor`")
        }
    }

    /// The number of a link; nil when there is none of that name.
    func index(of name: String) throws(ContainerError) -> UInt32? {
        try exchange(.find(name), acknowledged: false).index
    }

    private func exchange(
        _ message: RouteMessage, acknowledged: Bool
    ) throws(ContainerError) -> RouteMessage.Answer {
        let request = message.bytes(acknowledged: acknowledged)
        guard request.withUnsafeBytes({ send(file.raw, $0.baseAddress, $0.count, 0) }) == request.count else {
            throw .system(operation: message.operation, .current, advice: nil)
        }
        var errno = Errno.current
        let reply = [UInt8](unsafeUninitializedCapacity: 32 << 10) { buffer, count in
            var received = recv(file.raw, buffer.baseAddress, buffer.count, 0)
            while received < 0, Errno.current == .interrupted {
                received = recv(file.raw, buffer.baseAddress, buffer.count, 0)
            }
            errno = .current
            count = max(0, received)
        }
        guard let answer = RouteMessage.Answer(reply) else {
            throw .system(operation: message.operation, errno, advice: nil)
        }
        return answer
    }
}
