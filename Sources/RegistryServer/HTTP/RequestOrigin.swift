// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore

/// Who sent a request, and what the request is called in logs: what audit events say about it.
struct RequestOrigin: Sendable {
    /// The request's name: the one that the client or a proxy gave it, else one of ours.
    let id: String
    /// The client's address without its port; nil when it is not known.
    let address: String?
    /// What the audit trail calls who sent it, once that is known.
    var actor = "anonymous"

    private static let idLimit = 128

    /// - Parameters:
    ///   - request: Its `X-Request-Id` counts when it is of 1 to 128 letters, digits and `._-:/+=@`.
    ///   - peerAddress: Of the other end of the connection.
    ///   - isBehindProxy: Whether the other end is a proxy, whose word on the client's address counts: the last one
    ///     in `X-Forwarded-For`, for those before it are the client's own.
    init(_ request: Request, peerAddress: String?, isBehindProxy: Bool) {
        let given = request.headers[name: .requestIdentifier] ?? ""
        id = RequestOrigin.isIdentifier(given) ? given : RequestOrigin.makeIdentifier()
        let forwarded = isBehindProxy ? request.headers[name: .forwardedFor] : nil
        let last = forwarded?.split(separator: ",").last.map { String($0.filter { $0 != " " }) }
        address = last.flatMap { RequestOrigin.isAddress($0) ? $0 : nil } ?? peerAddress
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...idLimit).contains(text.utf8.count) && text.utf8.allSatisfy(isWordByte)
    }

    /// An address, or the name that a proxy has for one.
    ///
    /// Source: RFC 7239, section 6.
    private static func isAddress(_ text: String) -> Bool {
        (1...idLimit).contains(text.utf8.count)
            && text.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-:/+=@".utf8.contains(byte)
        }
    }

    private static func makeIdentifier() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What the server knows of a request beside the request itself.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Of the other end of the connection; nil where it has none.
    let peerAddress: String?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}
