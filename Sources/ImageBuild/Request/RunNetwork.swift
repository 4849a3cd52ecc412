// SPDX-License-Identifier: Apache-2.0

import Glibc
package import OCISpec

/// What `RUN` reaches.
///
/// Source: Dockerfile reference, "RUN --network".
package enum RunNetwork: String, CaseIterable, Hashable, Sendable {
    /// A network of its own that leads outside, where this machine can make one; else the host's.
    case sandbox = "default"
    case none
    /// That of this machine; needs `--allow network.host` when a `RUN` asks for it.
    case host
}

/// Something that a Dockerfile may ask for only when whoever builds allows it: `--allow`.
///
/// Source: docker buildx build, `--allow`.
package enum Entitlement: String, CaseIterable, Hashable, Sendable {
    case networkHost = "network.host"
    case securityInsecure = "security.insecure"
}

/// A line for `/etc/hosts` while `RUN` runs.
package struct ExtraHost: Hashable, Sendable {
    package let name: String
    package let address: String

    /// Reads `NAME:ADDRESS` or `NAME=ADDRESS`; an IPv6 address may be in brackets.
    package init(_ text: String) throws(InvalidValue) {
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
            throw InvalidValue("host", text, "it must be like NAME:ADDRESS")
        }
        name = String(text[..<separator])
        var address = text[text.index(after: separator)...]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        self.address = String(address)
        guard Self.isAddress(self.address) || address == "host-gateway" else {
            throw InvalidValue("host", text, "\"\(address)\" is no address")
        }
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "-._".utf8.contains($0)
            }
        guard isName else { throw InvalidValue("host", text, "\"\(name)\" is no host's name") }
    }

    private static func isAddress(_ text: String) -> Bool {
        var bytes = in6_addr()
        return [AF_INET, AF_INET6].contains { inet_pton($0, text, &bytes) == 1 }
    }
}
