// SPDX-License-Identifier: Apache-2.0

/// A text without what the URLs in it have before `@`: `https://***@host/path`.
///
/// A name without a password stays where it is only a name, as in `ssh://git@host`; to http it can be a token.
package func withoutCredentials(_ text: String) -> String {
    var rest = text[...]
    var shown = ""
    while let separator = rest.firstRange(of: "://") {
        let scheme = rest[..<separator.lowerBound].reversed().prefix { $0.isLetter || $0.isNumber }.reversed()
        let authority = rest[separator.upperBound...].prefix { !$0.endsAuthority }
        shown += rest[..<separator.upperBound]
        rest = rest[authority.endIndex...]
        guard let at = authority.lastIndex(of: "@") else {
            shown += authority
            continue
        }
        let isName = !authority[..<at].contains(":") && !String(scheme).lowercased().hasPrefix("http")
        shown += isName ? authority : "***" + authority[at...]
    }
    return shown + rest
}

extension Character {
    /// True for what no host and no credentials have in a URL.
    ///
    /// Source: RFC 3986, section 3.2.
    fileprivate var endsAuthority: Bool { isWhitespace || "/?#\"'<>\\".contains(self) }
}
