// SPDX-License-Identifier: Apache-2.0

/// One argument of `EXPOSE`: `80`, `80/udp`, `8000-8010/tcp`.
///
/// Before the port, `8080:` or `127.0.0.1:8080:` may stand, as for `docker run -p`; an image knows nothing of it.
///
/// Source: Dockerfile reference, "EXPOSE"; image-spec 1.1, config.md, "ExposedPorts"; BuildKit, whose check
/// `ExposeInvalidFormat` warns of the address.
struct PortRange {
    /// `port/protocol`, one for each port.
    let ports: [String]

    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let transport = parts.count > 1 && !parts[1].isEmpty ? parts[1].lowercased() : "tcp"
        let places = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let place = places.last, let range = Self.range(place),
            places.count == 1 || Self.isPlaceOnMachine(places.dropLast())
        else { throw Problem("'\(text)' is not a port", hint: "write 80, 80/udp or 8000-8010/tcp") }
        guard ["tcp", "udp", "sctp"].contains(transport) else {
            throw Problem("'\(transport)' is not a protocol", hint: "tcp, udp or sctp")
        }
        ports = range.map { "\($0)/\(transport)" }
    }

    private static func range(_ text: Substring) -> ClosedRange<UInt16>? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard (1...2).contains(bounds.count), let low = bounds[0], let high = bounds[bounds.count - 1],
            low <= high
        else { return nil }
        return low...high
    }

    /// An address, a port or both; `ADDRESS:` stands for any port.
    private static func isPlaceOnMachine(_ parts: ArraySlice<Substring>) -> Bool {
        guard let port = parts.last, port.isEmpty || range(port) != nil else { return false }
        let address = parts.dropLast().joined(separator: ":")
        return address.allSatisfy { $0.isHexDigit || ".:[]".contains($0) }
    }
}
