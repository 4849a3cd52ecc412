// SPDX-License-Identifier: Apache-2.0

import Crypto
import OCISpec

/// Makes and reads the tokens that stand for a user, or for nobody in particular, for some minutes.
///
/// A token says who asks, not what for: rights are those of the request's moment. Nothing is stored; a token is a name
/// and a time with a keyed hash over them and the user's password hash, so that it ends with a new password. Every
/// process that serves the data folder has the same key.
package struct AccessTokens: Sendable {
    /// In seconds.
    package static let lifetime = 300

    private let key: SymmetricKey

    /// `secret` is known to this registry only.
    package init(secret: [UInt8]) {
        let secret = SymmetricKey(data: secret)
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(for: Array("stet access tokens".utf8), using: secret))
    }

    /// A token for a user, or for anybody (nil); `now` is in seconds since 1970.
    package func token(for user: User?, at now: Int) -> String {
        let payload = Array("\(now + AccessTokens.lifetime):\(user?.name ?? "")".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: signed(payload, user), using: key)
        return hexadecimalText(payload) + "." + hexadecimalText(Array(code))
    }

    /// Whom a token stands for.
    package enum Bearer: Sendable {
        case anybody
        case user(User)
    }

    /// Reads a token.
    ///
    /// - Returns: nil for one that is not ours, has ended, or is of a user who is gone or has another password now.
    package func bearer(of token: some StringProtocol, among users: Users, at now: Int) -> Bearer? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = bytes(parts[0]), let code = bytes(parts[1]),
            let colon = payload.firstIndex(of: UInt8(ascii: ":")),
            let expires = Int(String(decoding: payload[..<colon], as: UTF8.self)), now < expires
        else { return nil }
        let name = String(decoding: payload[(colon + 1)...], as: UTF8.self)
        let user = users[name]
        guard name.isEmpty || user != nil,
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed(payload, user), using: key)
        else { return nil }
        return user.map { .user($0) } ?? .anybody
    }

    private func signed(_ payload: [UInt8], _ user: User?) -> [UInt8] {
        payload + [0] + Array((user?.password.text ?? "").utf8)
    }

    private func hexadecimalText(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard digits[start] != UInt8(ascii: "+"),
                let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
