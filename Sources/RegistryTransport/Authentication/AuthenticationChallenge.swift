// SPDX-License-Identifier: Apache-2.0

/// One challenge of a `WWW-Authenticate` header.
///
/// Source: RFC 9110 section 11.6.1; distribution, "Token Authentication Specification".
package enum AuthenticationChallenge: Hashable, Sendable {
    case basic
    case bearer(realm: String, service: String?, scope: String?)

    /// Reads a header's value; schemes that we do not speak are left out.
    package static func parse(_ header: String) -> [AuthenticationChallenge] {
        var scanner = ChallengeScanner(header)
        return scanner.challenges().compactMap { scheme, parameters in
            switch scheme.lowercased() {
            case "basic": .basic
            case "bearer":
                parameters["realm"].map {
                    .bearer(realm: $0, service: parameters["service"], scope: parameters["scope"])
                }
            default: nil
            }
        }
    }
}

/// Splits `Scheme name=value, name="quoted value", Scheme2 …`.
private struct ChallengeScanner {
    private var rest: Substring

    init(_ text: String) {
        rest = Substring(text)
    }

    mutating func challenges() -> [(scheme: String, parameters: [String: String])] {
        var all: [(String, [String: String])] = []
        while true {
            skip { $0 == "," || $0.isWhitespace }
            let word = take { !$0.isWhitespace && $0 != "=" && $0 != "," }
            guard !word.isEmpty else { return all }
            skip(\.isWhitespace)
            if rest.first == "=", let last = all.indices.last {
                rest.removeFirst()
                all[last].1[word.lowercased()] = value()
            } else {
                all.append((word, [:]))
            }
        }
    }

    private mutating func value() -> String {
        skip(\.isWhitespace)
        guard rest.first == "\"" else { return take { $0 != "," && !$0.isWhitespace } }
        rest.removeFirst()
        var text = ""
        while let character = rest.popFirst(), character != "\"" {
            text.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
        }
        return text
    }

    private mutating func take(_ isWanted: (Character) -> Bool) -> String {
        let taken = rest.prefix(while: isWanted)
        rest = rest.dropFirst(taken.count)
        return String(taken)
    }

    private mutating func skip(_ isSkipped: (Character) -> Bool) {
        rest = rest.drop(while: isSkipped)
    }
}
