// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// What a token server gave.
struct AccessToken: Hashable, Sendable {
    let value: String
    /// When it ends, in seconds since 1970.
    let expires: Int64
    /// What can be exchanged for further tokens; only where it was asked for.
    let refreshToken: String?

    /// Still good for a request that is about to be sent.
    func isFresh(at now: Int64) -> Bool { now + AccessToken.leeway < expires }

    /// A token is replaced so many seconds before it ends: a request takes time to arrive.
    private static let leeway: Int64 = 10
}

/// Never printed.
extension AccessToken: CustomStringConvertible, CustomReflectable {
    var description: String { "access token ***" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// The JSON of a token server.
///
/// Source: distribution, "Token Authentication Specification", section "Token Response Fields".
struct TokenAnswer: Decodable {
    private var token: String?
    private var accessToken: String?
    private var refreshToken: String?
    private var expiresIn: Double?
    private var issuedAt: String?

    private enum CodingKeys: String, CodingKey {
        case token
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresIn = "expires_in"
        case issuedAt = "issued_at"
    }

    /// The token, with its end by our clock; nil when the answer has none.
    func accessToken(at now: Int64) -> AccessToken? {
        guard let value = [token, accessToken].compactMap(\.self).first(where: { !$0.isEmpty }) else {
            return nil
        }
        let lifetime = TokenAnswer.lifetime(expiresIn)
        return AccessToken(
            value: value, expires: start(lifetime, now) + lifetime,
            refreshToken: refreshToken.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// At least a minute, which is also what is meant when nothing is said; at most a day.
    private static func lifetime(_ seconds: Double?) -> Int64 {
        guard let seconds, seconds.isFinite else { return 60 }
        return Int64(min(max(seconds, 60), 86_400))
    }

    /// When the token was issued; now, if the server's clock says something that cannot be.
    private func start(_ lifetime: Int64, _ now: Int64) -> Int64 {
        guard let issuedAt, let issued = TokenAnswer.seconds(issuedAt), issued <= now, issued > now - lifetime
        else { return now }
        return issued
    }

    /// RFC 3339 to seconds since 1970; fractions of a second, of whatever length, do not count.
    private static func seconds(_ text: String) -> Int64? {
        var whole = text
        if let dot = text.firstIndex(of: ".") {
            let zone = text[dot...].dropFirst().drop { $0.isNumber }
            whole = String(text[..<dot] + zone)
        }
        guard let date = try? Date(whole, strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970)
    }
}
