// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The locales in which libarchive leaves names as they are.
enum NameLocale: String {
    /// For writing: in the C locale it stores other names than ASCII as `hdrcharset=BINARY`, which gives the same tree
    /// another digest.
    case utf8 = "C.UTF-8"
    /// For reading: in a UTF-8 one it composes accents, so that two names may become one. Here it gives bytes, and a
    /// warning for those that are not ASCII.
    case bytes = "C"

    // Made once, never changed, never freed.
    nonisolated(unsafe) private static let utf8Locale = newlocale(
        1 << LC_CTYPE, NameLocale.utf8.rawValue, nil)
    nonisolated(unsafe) private static let bytesLocale = newlocale(
        1 << LC_CTYPE, NameLocale.bytes.rawValue, nil)

    /// Runs `body` with this thread in the locale.
    func run<Value>(_ body: () throws(LayerError) -> Value) throws(LayerError) -> Value {
        guard let locale = self == .utf8 ? NameLocale.utf8Locale : NameLocale.bytesLocale else {
            throw .archive(entry: nil, reason: "the system has no locale \(rawValue)")
        }
        let previous = uselocale(locale)
        defer { uselocale(previous) }
        return try body()
    }
}
