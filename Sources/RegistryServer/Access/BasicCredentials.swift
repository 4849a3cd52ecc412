// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// A name and a password, as a client sends them.
///
/// Never printed.
///
/// Source: RFC 7617.
package struct BasicCredentials: Sendable {
    package let name: String
    package let password: [UInt8]

    package init(name: String, password: [UInt8]) {
        self.name = name
        self.password = password
    }

    /// Reads what stands behind `Basic` in an `Authorization` header.
    ///
    /// - Returns: nil for what is not base64 of `NAME:PASSWORD` in UTF-8 without control characters.
    init?(encoded text: Substring) {
        guard let data = Data(base64Encoded: String(text)),
            let colon = data.firstIndex(of: UInt8(ascii: ":")),
            let name = String(validating: data[..<colon], as: UTF8.self),
            data.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.init(name: name, password: Array(data[data.index(after: colon)...]))
    }

    /// True for what skopeo, buildah and podman send when they were asked for a password and have none.
    var areEmpty: Bool { name.isEmpty && password.isEmpty }
}

extension BasicCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "credentials ***" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
