// SPDX-License-Identifier: Apache-2.0

/// What is asked of the kernel about links, addresses and routes, as bytes.
///
/// Source: rtnetlink(7); linux/if_link.h, linux/veth.h.
package struct RouteMessage: Sendable {
    /// For the message about a refusal.
    let operation: String
    private let type: UInt16
    private let flags: UInt16
    private let body: [UInt8]

    private static let isRequest: UInt16 = 1
    private static let wantsAcknowledgement: UInt16 = 4
    /// NLM_F_EXCL and NLM_F_CREATE.
    private static let isNew: UInt16 = 0x600
    private static let isUp: UInt32 = 1
    private static let internet: UInt8 = 2

    /// An address such as 10.83.0.1.
    package typealias Address = (UInt8, UInt8, UInt8, UInt8)

    /// Makes the two ends of a cable: `name` here, switched on, and `peer` in another namespace.
    package static func makeCable(_ name: String, peer: String, in namespace: Int32) -> RouteMessage {
        let far =
            link(flags: 0) + attribute(3, text(peer)) + attribute(28, word(UInt32(bitPattern: namespace)))
        let kind = attribute(1, Array("veth".utf8)) + attribute(2, attribute(1, far))
        return RouteMessage(
            operation: "make the network link \(name)", type: 16, flags: isNew,
            body: link(flags: isUp) + attribute(3, text(name)) + attribute(18, kind))
    }

    package static func switchOn(_ index: UInt32) -> RouteMessage {
        RouteMessage(
            operation: "switch on a network link", type: 16, flags: 0, body: link(index, flags: isUp))
    }

    package static func removeLink(_ name: String) -> RouteMessage {
        RouteMessage(
            operation: "remove the network link \(name)", type: 17, flags: 0,
            body: link(flags: 0) + attribute(3, text(name)))
    }

    package static func find(_ name: String) -> RouteMessage {
        RouteMessage(
            operation: "find the network link \(name)", type: 18, flags: 0,
            body: link(flags: 0) + attribute(3, text(name)))
    }

    /// Gives a link an address; on a cable, `peer` is the only other one, and is reached through it.
    package static func addAddress(
        _ address: Address, peer: Address? = nil, prefix: UInt8, to index: UInt32
    ) -> RouteMessage {
        RouteMessage(
            operation: "give a network link its address", type: 20, flags: isNew,
            body: [internet, prefix, 0, 0] + word(index) + attribute(2, octets(address))
                + attribute(1, octets(peer ?? address)))
    }

    /// Everything that has no other way goes through `gateway`.
    package static func addDefaultRoute(through gateway: Address, on index: UInt32) -> RouteMessage {
        RouteMessage(
            operation: "make the default route", type: 24, flags: isNew,
            body: [internet, 0, 0, 0, 254, 4, 0, 1] + word(0) + attribute(5, octets(gateway))
                + attribute(4, word(index)))
    }

    /// The whole message.
    package func bytes(acknowledged: Bool) -> [UInt8] {
        let all = flags | Self.isRequest | (acknowledged ? Self.wantsAcknowledgement : 0)
        return Self.word(UInt32(16 + body.count)) + Self.half(type) + Self.half(all) + Self.word(1)
            + Self.word(0) + body
    }

    /// What the kernel answers.
    package struct Answer: Hashable, Sendable {
        /// An error's number; 0 when there was none.
        package private(set) var failure: Int32 = 0
        /// Of the link that was asked for.
        package private(set) var index: UInt32?

        /// nil for what is no answer.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count >= 24 else { return nil }
            let word = { (offset: Int) in
                (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
            }
            switch UInt16(bytes[4]) | UInt16(bytes[5]) << 8 {
            case 2: failure = -Int32(bitPattern: word(16))
            case 16: index = word(20)
            default: return nil
            }
        }
    }

    // MARK: Bytes

    private static func link(_ index: UInt32 = 0, flags: UInt32) -> [UInt8] {
        [0, 0, 0, 0] + word(index) + word(flags) + word(flags)
    }

    private static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return half(UInt16(4 + value.count)) + half(type) + value + padding
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    private static func octets(_ address: Address) -> [UInt8] {
        [address.0, address.1, address.2, address.3]
    }

    private static func word(_ value: UInt32) -> [UInt8] {
        half(UInt16(value & 0xFFFF)) + half(UInt16(value >> 16))
    }

    /// Little-endian, as all processors that stet runs on.
    private static func half(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}
