// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// How containers that have no name server of their own find names: as the machine does, where they can.
package enum MachineResolver {
    /// Where a machine says whom to ask, the better first: the second is behind a server on the loopback.
    ///
    /// Source: systemd-resolved.service(8), "/etc/resolv.conf".
    private static let files: [FilePath] = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"]

    /// The content of a resolv.conf; nil when the machine asks only servers that containers do not reach.
    static func reachable() -> String? {
        for file in files {
            let bytes = (try? WholeFile.read(file, limitBytes: 1 << 20)) ?? []
            if let text = reachable(in: String(decoding: bytes, as: UTF8.self)) { return text }
        }
        return nil
    }

    /// What of a resolv.conf is of use in a container that has only IPv4, behind a router.
    ///
    /// - Returns: nil when no server is left: those on the loopback are the container's own there.
    ///
    /// Source: resolv.conf(5).
    package static func reachable(in text: String) -> String? {
        var servers = 0
        let lines = text.split(whereSeparator: \.isNewline).filter { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.first == "nameserver" else { return words.first != nil }
            guard words.count > 1, isReachable(words[1]) else { return false }
            servers += 1
            return true
        }
        return servers == 0 ? nil : lines.map { $0 + "\n" }.joined()
    }

    private static func isReachable(_ address: Substring) -> Bool {
        let numbers = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard numbers.count == 4, !numbers.contains(nil), let first = numbers[0] else { return false }
        return first != 127 && first != 0
    }
}
