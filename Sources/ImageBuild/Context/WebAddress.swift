// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import OCISpec
package import RegistryTransport

/// Where a file is on a server, and who may have it: `https://USER:PASSWORD@HOST/PATH`.
///
/// Source: BuildKit, which shows what stands before the `@` to the server by Basic authentication.
package struct WebAddress: Hashable, Sendable {
    package let url: HTTPURL
    /// What the header `Authorization` says to the server; nil where nobody is named.
    package private(set) var authorization: String?

    /// Reads a URL; what a server never sees, the fragment, is left out.
    ///
    /// - Throws: For no URL; the error has no user and no password.
    package init(_ text: String) throws(InvalidValue) {
        let address = text.prefix { $0 != "#" }
        let authority = (address.firstRange(of: "://")?.upperBound).map { start in
            start..<(address[start...].firstIndex { "/?".contains($0) } ?? address.endIndex)
        }
        guard let authority, let at = address[authority].lastIndex(of: "@") else {
            url = try HTTPURL(address)
            authorization = nil
            return
        }
        let pair = address[authority.lowerBound..<at].split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        url = try HTTPURL(address[..<authority.lowerBound] + address[address.index(after: at)...])
        let user = pair[0].percentDecoded + [UInt8(ascii: ":")]
        let bytes = user + (pair.count == 2 ? pair[1].percentDecoded : [])
        authorization = "Basic " + Data(bytes).base64EncodedString()
    }

    /// With what is given for the server, which counts more than what the address says.
    func authorized(by secrets: ServerSecrets) async throws -> WebAddress {
        var address = self
        let host = ServerSecrets.host(of: url.authority)
        address.authorization = try await secrets.authorization(ofFilesAt: host) ?? authorization
        return address
    }
}

extension WebAddress: CustomStringConvertible {
    /// Without a user, a password and the values of a query.
    package var description: String { url.redacted }
}

extension Substring {
    /// The bytes that a part of a URL stands for; a `%` that begins no byte is itself.
    var percentDecoded: [UInt8] {
        var bytes: [UInt8] = []
        var rest = utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(Substring(digits)), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
