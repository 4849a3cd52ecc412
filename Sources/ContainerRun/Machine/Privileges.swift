// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// What this process may do.
enum Privileges {
    /// True in a user namespace, where root is an ordinary user outside.
    static let isInUserNamespace: Bool = {
        guard let bytes = try? WholeFile.read("/proc/self/uid_map", limitBytes: 64 << 10) else {
            return false
        }
        return !coversEveryone(String(decoding: bytes, as: UTF8.self))
    }()

    /// The capabilities in effect, by bit.
    static let capabilities: UInt64 = {
        guard let bytes = try? WholeFile.read("/proc/self/status", limitBytes: 64 << 10) else { return 0 }
        return effectiveCapabilities(in: String(decoding: bytes, as: UTF8.self))
    }()

    static var isRoot: Bool { geteuid() == 0 }

    /// Reads `/proc/self/uid_map`: the initial namespace maps all numbers to themselves.
    static func coversEveryone(_ map: String) -> Bool {
        map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"]
    }

    /// Reads the line `CapEff` of `/proc/self/status`.
    static func effectiveCapabilities(in status: String) -> UInt64 {
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        return line.flatMap { UInt64($0.dropFirst(7).drop(while: \.isWhitespace), radix: 16) } ?? 0
    }
}
