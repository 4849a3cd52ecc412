// SPDX-License-Identifier: Apache-2.0

/// What the name of a run says: `20261120-235146z-1a2b`.
enum RunName {
    /// A run that began longer ago has been killed.
    static let lifetimeSeconds: Int64 = 24 * 3600

    /// When a run began, in seconds since 1970; nil for what is no name of a run.
    static func beginning(of name: Substring) -> Int64? {
        let digits = name.prefix(15).filter(\.isWholeNumber).compactMap(\.wholeNumberValue).map(Int64.init)
        guard digits.count == 14 else { return nil }
        let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + $1 } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        // Days from a civil date, years beginning in March: the last day of February is that of a year.
        let (march, since) = ((month + 9) % 12, month <= 2 ? year - 1 : year)
        let days = since * 365 + since / 4 - since / 100 + since / 400 + (march * 306 + 5) / 10 + day - 1
        return (days - 719_468) * 86_400 + number(8..<10) * 3600 + number(10..<12) * 60 + number(12..<14)
    }
}
