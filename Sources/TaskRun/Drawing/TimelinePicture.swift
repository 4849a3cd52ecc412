// SPDX-License-Identifier: Apache-2.0

/// When each step of a run was at work, as an SVG picture for a page that styles it.
enum TimelinePicture {
    private static let width = 960.0
    private static let top = 32.0

    static func render(_ record: RunRecord) -> String {
        let form = Form(record)
        let height = top + Double(record.steps.count) * form.row + 8
        let ticks = ticks(upTo: max(record.duration, 0.001))
        let total = max(record.duration, 0.001)
        let x = { (seconds: Double) in form.nameWidth + seconds / total * (width - form.nameWidth - 80) }
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="0 0 \(width.point) \(height.point)" role="img" \
            aria-label="when each step was at work">
            """
        ]
        for tick in ticks {
            parts.append(
                """
                <line class="tick" x1="\(x(tick).point)" x2="\(x(tick).point)" y1="\(top - 6)" y2="\((height - 4).point)"/>\
                <text class="axis" x="\(x(tick).point)" y="18" text-anchor="middle">\(seconds(tick))</text>
                """)
        }
        for (index, step) in record.steps.enumerated() {
            parts.append(bar(step, y: top + Double(index) * form.row, form, x: x))
        }
        return parts.joined(separator: "\n") + "\n</svg>"
    }

    /// What depends on how many steps there are, and on their names.
    private struct Form {
        let row: Double
        let nameWidth: Double

        init(_ record: RunRecord) {
            row = record.steps.count > 20 ? 22 : 30
            let longest = record.steps.map(\.id.count).max() ?? 0
            nameWidth = 30 + Double(min(max(longest, 5), nameLimit)) * 8.5
        }

        /// Where a line of text stands in a row that begins at `y`.
        func baseline(_ y: Double) -> String { (y + row / 2 + 4).point }
    }

    /// Longer names are cut.
    private static let nameLimit = 24

    private static func bar(
        _ step: RunRecord.Step, y: Double, _ form: Form, x: (Double) -> Double
    ) -> String {
        let name = """
            <text class="name" x="\((form.nameWidth - 12).point)" y="\(form.baseline(y))" text-anchor="end">\
            \(step.id.cut(to: nameLimit).asMarkup)</text>
            """
        guard let start = step.startedAfter else {
            return name
                + "<text class=\"note\" x=\"\((form.nameWidth + 2).point)\" y=\"\(form.baseline(y))\">\(step.status.rawValue)</text>"
        }
        let width = max(3, x(start + step.duration) - x(start))
        return name
            + """
            <g class="bar \(step.status.rawValue)\(step.ignoredError == nil ? "" : " ignored")">\
            <title>\(step.id.asMarkup): \(step.status.rawValue), \(seconds(step.duration))</title>\
            <rect x="\(x(start).point)" y="\((y + 4).point)" width="\(width.point)" height="\((form.row - 8).point)" rx="4"/>\
            <text class="note" x="\((x(start) + width + 6).point)" y="\(form.baseline(y))">\(seconds(step.duration))</text></g>
            """
    }

    /// Round numbers, about five of them.
    private static func ticks(upTo total: Double) -> [Double] {
        var step = 0.001
        let factors = [2, 2.5, 2]
        var index = 0
        while total / step > 6 {
            step *= factors[index % 3]
            index += 1
        }
        return stride(from: 0, through: total, by: step).map { $0 }
    }

    /// `12 ms`, `1.25 s`, `3 min 4 s`.
    static func seconds(_ value: Double) -> String {
        if value < 1 { return "\(Int((value * 1000).rounded())) ms" }
        if value < 60 {
            let rounded = (value * 100).rounded() / 100
            return rounded == rounded.rounded() ? "\(Int(rounded)) s" : "\(rounded) s"
        }
        let whole = Int(value.rounded())
        return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
    }
}
