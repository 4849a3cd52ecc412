// SPDX-License-Identifier: Apache-2.0

/// Reads a date that has a known form.
struct DateReader {
    private var rest: Substring
    private var year = 0
    private var month = 1
    private var day = 1
    private var dayOfYear: Int?
    private var hour = 0
    private var minute = 0
    private var second = 0
    private var isAfternoon: Bool?
    private var offset = 0

    /// - Returns: Seconds since 1970-01-01 in UTC; nil when the text has another form or no calendar has the
    ///   date.
    static func read(_ text: String, as layout: DateLayout) -> Int? {
        var reader = DateReader(rest: text[...])
        for part in layout.parts {
            guard reader.take(part) else { return nil }
        }
        return reader.seconds
    }

    private init(rest: Substring) {
        self.rest = rest
    }

    private var seconds: Int? {
        guard rest.isEmpty, (1...12).contains(month), (0...23).contains(hour), (0...59).contains(minute),
            (0...59).contains(second), isAfternoon == nil || (1...12).contains(hour)
        else { return nil }
        let start = UTCTime.seconds(toYear: year, month: dayOfYear == nil ? month : 1, day: dayOfYear ?? day)
        let found = UTCTime(secondsSinceEpoch: start)
        guard found.year == year, dayOfYear != nil || (found.month == month && found.day == day) else {
            return nil
        }
        let hours = isAfternoon.map { hour % 12 + ($0 ? 12 : 0) } ?? hour
        return start + hours * 3600 + minute * 60 + second - offset
    }

    private mutating func take(_ part: DateLayout.Part) -> Bool {
        switch part {
        case .literal(let text):
            guard rest.hasPrefix(text) else { return false }
            rest = rest.dropFirst(text.count)
            return true
        case .field(let field): return take(field)
        }
    }

    private mutating func take(_ field: DateLayout.Field) -> Bool {
        switch field {
        case .year: return takeNumber(4...4, into: \.year)
        case .yearTwo:
            guard takeNumber(2...2, into: \.year) else { return false }
            year += year < 69 ? 2000 : 1900
            return true
        case .monthTwo: return takeNumber(2...2, into: \.month)
        case .month: return takeNumber(1...2, into: \.month)
        case .dayTwo: return takeNumber(2...2, into: \.day)
        case .day: return takeNumber(1...2, into: \.day)
        case .dayBlank:
            if rest.first == " " { rest.removeFirst() }
            return takeNumber(1...2, into: \.day)
        case .dayOfYear:
            var number = 0
            guard takeNumber(3...3, into: &number) else { return false }
            dayOfYear = number
            return number > 0
        case .hour24, .hour12Two: return takeNumber(2...2, into: \.hour)
        case .hour12: return takeNumber(1...2, into: \.hour)
        case .minuteTwo: return takeNumber(2...2, into: \.minute)
        case .minute: return takeNumber(1...2, into: \.minute)
        case .secondTwo: return takeNumber(2...2, into: \.second)
        case .second: return takeNumber(1...2, into: \.second)
        case .monthName: return takeMonth(DateLayout.months)
        case .monthShort: return takeMonth(DateLayout.months.map { String($0.prefix(3)) })
        case .weekdayName: return takeName(DateLayout.weekdays) != nil
        case .weekdayShort: return takeName(DateLayout.weekdays.map { String($0.prefix(3)) }) != nil
        case .halfDay, .halfDaySmall:
            guard let index = takeName(["AM", "PM"]) else { return false }
            isAfternoon = index == 1
            return true
        case .zoneName: return takeName(["UTC", "GMT", "Z"]) != nil
        case .zoneColonZ, .zonePlainZ, .zoneColon, .zonePlain, .zoneHours: return takeOffset(field)
        }
    }

    private mutating func takeNumber(
        _ width: ClosedRange<Int>, into path: WritableKeyPath<DateReader, Int>
    ) -> Bool {
        var number = 0
        guard takeNumber(width, into: &number) else { return false }
        self[keyPath: path] = number
        return true
    }

    private mutating func takeNumber(_ width: ClosedRange<Int>, into number: inout Int) -> Bool {
        let digits = rest.prefix(width.upperBound).prefix { $0.isASCII && $0.isNumber }
        guard digits.count >= width.lowerBound, let value = Int(digits) else { return false }
        rest = rest.dropFirst(digits.count)
        number = value
        return true
    }

    private mutating func takeMonth(_ names: [String]) -> Bool {
        guard let index = takeName(names) else { return false }
        month = index + 1
        return true
    }

    /// Letter case does not matter.
    private mutating func takeName(_ names: [String]) -> Int? {
        let start = rest.lowercased()
        guard let index = names.firstIndex(where: { start.hasPrefix($0.lowercased()) }) else { return nil }
        rest = rest.dropFirst(names[index].count)
        return index
    }

    private mutating func takeOffset(_ field: DateLayout.Field) -> Bool {
        if field == .zoneColonZ || field == .zonePlainZ, rest.first == "Z" {
            rest.removeFirst()
            return true
        }
        guard let sign = rest.first, sign == "+" || sign == "-" else { return false }
        rest.removeFirst()
        var hours = 0
        var minutes = 0
        guard takeNumber(2...2, into: &hours) else { return false }
        if field != .zoneHours {
            if field == .zoneColon || field == .zoneColonZ {
                guard rest.first == ":" else { return false }
                rest.removeFirst()
            }
            guard takeNumber(2...2, into: &minutes) else { return false }
        }
        offset = (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
        return true
    }
}
