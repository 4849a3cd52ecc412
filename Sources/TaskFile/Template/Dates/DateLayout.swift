// SPDX-License-Identifier: Apache-2.0

/// The form of a date, shown by example: `2006-01-02 15:04:05`.
///
/// Source: the documentation of Go's time package, "Layout".
struct DateLayout: Sendable {
    enum Part: Hashable, Sendable {
        case literal(String)
        case field(Field)
    }

    /// In the order in which they are looked for: of two that start alike, the longer one first.
    enum Field: String, CaseIterable, Sendable {
        case monthName = "January"
        case monthShort = "Jan"
        case weekdayName = "Monday"
        case weekdayShort = "Mon"
        case zoneName = "MST"
        case dayOfYear = "002"
        case monthTwo = "01"
        case dayTwo = "02"
        case hour12Two = "03"
        case minuteTwo = "04"
        case secondTwo = "05"
        case yearTwo = "06"
        case year = "2006"
        case dayBlank = "_2"
        case hour24 = "15"
        case halfDay = "PM"
        case halfDaySmall = "pm"
        case zoneColonZ = "Z07:00"
        case zonePlainZ = "Z0700"
        case zoneColon = "-07:00"
        case zonePlain = "-0700"
        case zoneHours = "-07"
        case month = "1"
        case day = "2"
        case hour12 = "3"
        case minute = "4"
        case second = "5"
    }

    let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while !rest.isEmpty {
            guard let field = Field.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
                literal.append(rest.removeFirst())
                continue
            }
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
            parts.append(.field(field))
            rest = rest.dropFirst(field.rawValue.count)
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        self.parts = parts
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]
    static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// The moment in this form, `offset` seconds east of UTC.
    func format(secondsSinceEpoch seconds: Int, offset: Int = 0) -> String {
        let time = UTCTime(secondsSinceEpoch: seconds + offset)
        return parts.map { part in
            switch part {
            case .literal(let text): text
            case .field(let field): Self.text(of: field, time, offset: offset)
            }
        }.joined()
    }

    private static func text(of field: Field, _ time: UTCTime, offset: Int) -> String {
        let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
        return switch field {
        case .year: digits(time.year, 4)
        case .yearTwo: digits(time.year % 100, 2)
        case .monthName: months[time.month - 1]
        case .monthShort: String(months[time.month - 1].prefix(3))
        case .monthTwo: digits(time.month, 2)
        case .month: String(time.month)
        case .weekdayName: weekdays[time.weekday]
        case .weekdayShort: String(weekdays[time.weekday].prefix(3))
        case .dayTwo: digits(time.day, 2)
        case .dayBlank: (time.day < 10 ? " " : "") + String(time.day)
        case .day: String(time.day)
        case .dayOfYear: digits(time.dayOfYear, 3)
        case .hour24: digits(time.hour, 2)
        case .hour12Two: digits(hour12, 2)
        case .hour12: String(hour12)
        case .minuteTwo: digits(time.minute, 2)
        case .minute: String(time.minute)
        case .secondTwo: digits(time.second, 2)
        case .second: String(time.second)
        case .halfDay: time.hour < 12 ? "AM" : "PM"
        case .halfDaySmall: time.hour < 12 ? "am" : "pm"
        case .zoneName: offset == 0 ? "UTC" : zone(offset, colon: "")
        case .zoneColonZ: offset == 0 ? "Z" : zone(offset, colon: ":")
        case .zonePlainZ: offset == 0 ? "Z" : zone(offset, colon: "")
        case .zoneColon: zone(offset, colon: ":")
        case .zonePlain: zone(offset, colon: "")
        case .zoneHours: String(zone(offset, colon: "").prefix(3))
        }
    }

    private static func zone(_ offset: Int, colon: String) -> String {
        let minutes = abs(offset) / 60
        return (offset < 0 ? "-" : "+") + digits(minutes / 60, 2) + colon + digits(minutes % 60, 2)
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
