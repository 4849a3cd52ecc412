// SPDX-License-Identifier: Apache-2.0

/// A moment as a calendar shows it in UTC.
///
/// Source: the civil calendar of days since 1970-01-01 (proleptic Gregorian), eras of 400 years.
package struct UTCTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    package init(secondsSinceEpoch seconds: Int) {
        let days = Int((Double(seconds) / 86400).rounded(.down))
        let rest = seconds - days * 86400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)

        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The seconds from 1970-01-01 to the start of a day.
    static func seconds(toYear year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86400
    }

    var secondsSinceEpoch: Int {
        Self.seconds(toYear: year, month: month, day: day) + hour * 3600 + minute * 60 + second
    }

    /// 0 for Sunday.
    var weekday: Int {
        let days = Self.seconds(toYear: year, month: month, day: day) / 86400
        return ((days + 4) % 7 + 7) % 7
    }

    /// From 1.
    var dayOfYear: Int {
        (Self.seconds(toYear: year, month: month, day: day)
            - Self.seconds(toYear: year, month: 1, day: 1)) / 86400 + 1
    }

    /// `20261120-235146z`, the form of `.Run.Date`.
    package var stamp: String {
        "\(padded(year, 4))\(padded(month))\(padded(day))-\(padded(hour))\(padded(minute))\(padded(second))z"
    }

    /// `2026-11-20T23:51:46Z` (RFC 3339).
    package var rfc3339: String {
        "\(padded(year, 4))-\(padded(month))-\(padded(day))"
            + "T\(padded(hour)):\(padded(minute)):\(padded(second))Z"
    }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
