// SPDX-License-Identifier: Apache-2.0

/// One argument of `EXPOSE`: `80`, `80/udp`, `8000-8010/tcp`.
///
/// Source: Dockerfile reference, "EXPOSE"; image-spec 1.1, config.md, "ExposedPorts".
struct PortRange {
    /// `port/protocol`, one for each port.
    let ports: [String]

    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let transport = parts.count > 1 ? parts[1].lowercased() : "tcp"
        let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        guard parts.count <= 2, (1...2).contains(bounds.count), let low = bounds[0],
            let high = bounds[bounds.count - 1], low <= high
        else { throw Problem("'\(text)' is not a port", hint: "write 80, 80/udp or 8000-8010/tcp") }
        guard ["tcp", "udp", "sctp"].contains(transport) else {
            throw Problem("'\(transport)' is not a protocol", hint: "tcp, udp or sctp")
        }
        ports = (low...high).map { "\($0)/\(transport)" }
    }
}
