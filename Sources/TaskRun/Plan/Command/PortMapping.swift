// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A port of a container that this machine answers on.
package struct PortMapping: Hashable, Sendable {
    package enum Transport: String, Hashable, Sendable {
        case tcp
        case udp
    }

    /// The address of this machine; loopback unless the text names another.
    package let address: String
    /// 0 for any free one.
    package let hostPort: UInt16
    package let containerPort: UInt16
    package let transport: Transport

    /// Reads `[[ADDRESS:]HOST:]CONTAINER[/tcp|udp]`; `HOST` and `CONTAINER` are ports, or ranges of one length.
    ///
    /// Source: docker-run(1), `--publish`.
    package static func parse(_ text: String) throws(InvalidValue) -> [PortMapping] {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let transport = Transport(rawValue: halves.count > 1 ? String(halves[1]) : "tcp") else {
            throw InvalidValue("port", text, "only /tcp and /udp are known")
        }
        var parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let container = try range(parts.removeLast(), of: text)
        let host = try parts.popLast().flatMap { part throws(InvalidValue) in
            part.isEmpty ? nil : try range(part, of: text)
        }
        let address = parts.joined(separator: ":").trimmingBrackets
        guard host.map({ $0.count == container.count }) ?? true else {
            throw InvalidValue("port", text, "the two ranges are not of one length")
        }
        return zip(container, host.map(Array.init) ?? Array(repeating: 0, count: container.count)).map {
            PortMapping(
                address: address.isEmpty ? "127.0.0.1" : address, hostPort: $1, containerPort: $0,
                transport: transport)
        }
    }

    private static func range(_ part: String, of text: String) throws(InvalidValue) -> [UInt16] {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], 1 <= first, first <= last
        else {
            throw InvalidValue(
                "port", text, "\"\(part)\" is no port between 1 and 65535, and no range of them")
        }
        return Array(first...last)
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
