// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The locale in which libarchive reads and writes names as UTF-8.
///
/// In the C locale it stores other names than ASCII as `hdrcharset=BINARY`, which gives the same tree another
/// digest.
enum UTF8Locale {
    // Made once, never changed, never freed.
    nonisolated(unsafe) private static let locale: locale_t? = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

    /// Runs `body` with this thread in the locale.
    static func run<Value>(_ body: () throws(LayerError) -> Value) throws(LayerError) -> Value {
        guard let locale else {
            throw .archive(entry: nil, reason: "the system has no locale C.UTF-8")
        }
        let previous = uselocale(locale)
        defer { uselocale(previous) }
        return try body()
    }
}
