// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Check sums, in hexadecimal; that of Adler is a decimal number.
enum DigestFunction: String, TemplateFunctionGroup {
    case sha1sum, sha256sum, sha512sum, adler32sum

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let bytes = Array(try arguments.text(0).utf8)
        switch self {
        case .sha1sum: return .text(Self.hexadecimal(Insecure.SHA1.hash(data: bytes)))
        case .sha256sum: return .text(Self.hexadecimal(SHA256.hash(data: bytes)))
        case .sha512sum: return .text(Self.hexadecimal(SHA512.hash(data: bytes)))
        case .adler32sum: return .text(String(Self.adler32(bytes)))
        }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Source: RFC 1950, section 9.
    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var a: UInt32 = 1
        var b: UInt32 = 0
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }
}
