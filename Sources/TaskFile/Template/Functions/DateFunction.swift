// SPDX-License-Identifier: Apache-2.0

/// Moments, and dates as texts.
///
/// `now` is the start of the run, so that a text renders the same however long rendering takes.
enum DateFunction: String, TemplateFunctionGroup {
    case now, ago, date, dateInZone, dateModify, toDate, unixEpoch, htmlDate
    case htmlDateInZone, duration
    case zonedDate = "date_in_zone"
    case modifiedDate = "date_modify"

    var arity: ClosedRange<Int> {
        switch self {
        case .now: 0...0
        case .ago, .unixEpoch, .htmlDate, .duration: 1...1
        case .date, .dateModify, .modifiedDate, .toDate, .htmlDateInZone: 2...2
        case .dateInZone, .zonedDate: 3...3
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .now: return .moment(arguments.context.now)
        case .ago:
            return .text(DurationText.format(seconds: arguments.context.now - moment(0, arguments)))
        case .duration: return .text(DurationText.format(seconds: arguments.integer(0)))
        case .unixEpoch: return .text(String(moment(0, arguments)))
        case .htmlDate: return .text(format("2006-01-02", moment(0, arguments), offset: 0))
        case .htmlDateInZone:
            return .text(format("2006-01-02", moment(0, arguments), offset: try zone(1, arguments)))
        case .date: return .text(format(try arguments.text(0), moment(1, arguments), offset: 0))
        case .dateInZone, .zonedDate:
            let offset = try zone(2, arguments)
            return .text(format(try arguments.text(0), moment(1, arguments), offset: offset))
        case .dateModify, .modifiedDate:
            guard let seconds = DurationText.parse(try arguments.text(0)) else {
                throw arguments.problem(
                    "\"\(arguments[0].printed)\" is no span of time", hint: "write it like -1.5h or 2h45m")
            }
            return .moment(Self.bounded(moment(1, arguments) + seconds))
        case .toDate:
            let layout = try arguments.text(0)
            guard let seconds = DateReader.read(try arguments.text(1), as: DateLayout(layout)) else {
                throw arguments.problem(
                    "\"\(arguments[1].printed)\" is no date of the form \"\(layout)\"",
                    hint: "the form shows the moment 2006-01-02 15:04:05")
            }
            return .moment(seconds)
        }
    }

    private func format(_ layout: String, _ seconds: Int, offset: Int) -> String {
        DateLayout(layout).format(secondsSinceEpoch: seconds, offset: offset)
    }

    /// A moment, or the number of its seconds since 1970; what is neither is `now`, as in Sprig.
    private func moment(_ index: Int, _ arguments: TemplateArguments) -> Int {
        switch arguments[index] {
        case .moment(let seconds): seconds
        case .integer(let seconds): Self.bounded(seconds)
        default: arguments.context.now
        }
    }

    /// The years 0 to 9999, about.
    private static func bounded(_ seconds: Int) -> Int {
        min(max(seconds, -62_135_596_800), 253_402_300_799)
    }

    private func zone(_ index: Int, _ arguments: TemplateArguments) throws(TemplateProblem) -> Int {
        let name = try arguments.text(index)
        guard !["", "UTC", "GMT", "Local", "Z"].contains(name) else { return 0 }
        let hours = Int(name.dropFirst(4).prefix(2))
        let isFixed = name.count == 9 && name.hasPrefix("UTC")
        if isFixed, let hours, let minutes = Int(name.suffix(2)), hours < 24, minutes < 60 {
            return (hours * 3600 + minutes * 60) * (name.dropFirst(3).first == "-" ? -1 : 1)
        }
        throw arguments.problem(
            "the time zone \"\(name)\" is not known here", hint: "write UTC, or an offset like UTC+02:00")
    }
}
