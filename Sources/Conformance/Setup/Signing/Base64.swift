// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// For URLs and tokens, without padding.
    ///
    /// Source: RFC 4648, section 5.
    static func encodeForURL(_ bytes: [UInt8]) -> String {
        encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
