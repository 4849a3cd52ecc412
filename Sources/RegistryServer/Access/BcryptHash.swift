// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A bcrypt hash of a password, as htpasswd(1) writes it: `$2y$`, the cost, `$`, 22 characters of salt and 31 of hash.
///
/// Never printed.
///
/// Source: crypt(5), section "bcrypt".
package struct BcryptHash: Hashable, Sendable {
    /// Keep it out of logs and errors.
    package let text: String

    /// A cost above makes one login take seconds.
    private static let costs = 4...15

    /// - Throws: ``InvalidValue`` without the text, which may be a password.
    package init(_ text: String) throws(InvalidValue) {
        func invalid(_ reason: String) -> InvalidValue { InvalidValue("bcrypt hash", "***", reason) }
        let bytes = Array(text.utf8)
        guard ["$2a$", "$2b$", "$2y$"].contains(where: text.hasPrefix) else {
            throw invalid("it does not begin with $2y$, $2b$ or $2a$")
        }
        guard bytes.count == 60, bytes[6] == UInt8(ascii: "$") else {
            throw invalid("it does not have 60 characters, with a cost of two digits")
        }
        let digits = bytes[4..<6]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let cost = Int(String(decoding: digits, as: UTF8.self)), BcryptHash.costs.contains(cost)
        else { throw invalid("its cost must be between 04 and 15") }
        guard bytes[7...].allSatisfy(BcryptHash.isDigit) else {
            throw invalid("it has a character that bcrypt does not write")
        }
        self.text = text
    }

    /// One of `./A-Za-z0-9`.
    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ".")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Hashes a password and compares: 2 ms at cost 5, twice that for each further step.
    ///
    /// Blocks. Of a password, bcrypt takes the first 72 bytes.
    ///
    /// - Throws: ``CryptError`` when the system cannot hash.
    package func matches(_ password: [UInt8]) throws(CryptError) -> Bool {
        // What is behind a zero would not be looked at.
        guard !password.contains(0) else { return false }
        return try CryptLibrary.system.get().hash(password, like: text) == text
    }
}

extension BcryptHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "bcrypt hash ***" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
