// SPDX-License-Identifier: Apache-2.0

/// One round of a race as a time line: a bar for each request, from its first byte to its answer.
struct RacePicture {
    private let round: RaceRound

    private static let labelWidth = 110
    private static let barWidth = 560
    private static let rowHeight = 15
    /// So many requests are drawn.
    private static let shown = 40

    init(_ round: RaceRound) {
        self.round = round
    }

    var svg: String {
        let entries = round.entries.prefix(Self.shown)
        let end = max(1, entries.map(\.endMicroseconds).max() ?? 1)
        let height = entries.count * Self.rowHeight + 44
        let width = Self.labelWidth + Self.barWidth + 60
        var parts = [
            #"<svg class="race" viewBox="0 0 \#(width) \#(height)" width="\#(width)" height="\#(height)" role="img" aria-label="\#(XMLText.escaped(title))">"#,
            #"<text x="0" y="12" class="strong">\#(XMLText.escaped(title))</text>"#,
        ]
        for (index, entry) in entries.enumerated() { parts.append(bar(entry, index, end)) }
        if round.entries.count > entries.count {
            parts.append(
                #"<text x="\#(width)" y="\#(height - 6)" text-anchor="end">and \#(round.entries.count - entries.count) more</text>"#
            )
        }
        parts.append(
            #"<text x="\#(Self.labelWidth)" y="\#(height - 6)">0</text>"#
                + #"<text x="\#(Self.labelWidth + Self.barWidth)" y="\#(height - 6)" text-anchor="end">\#(Self.time(end))</text>"#
        )
        return parts.joined() + "</svg>"
    }

    /// `tag v1-3, broken: 2 accepted, 14 refused; readers saw image a, then image b`.
    private var title: String {
        let counts = Outcome.allCases.compactMap { outcome in
            let count = round.entries.count { Outcome($0.status) == outcome }
            return count == 0 ? nil : "\(count) \(outcome.words)"
        }
        let seen = round.seen.isEmpty ? "" : "; readers saw \(round.seen.joined(separator: ", then "))"
        return "tag \(round.tag)\(round.isBroken ? ", broken" : ""): \(counts.joined(separator: ", "))\(seen)"
    }

    private func bar(_ entry: RaceRound.Entry, _ index: Int, _ end: Int) -> String {
        let y = 20 + index * Self.rowHeight
        let scale = { (time: Int) in Self.labelWidth + time * Self.barWidth / end }
        let (from, to) = (scale(entry.startMicroseconds), scale(entry.endMicroseconds))
        let answer = entry.status.map { "\($0)" } ?? "no answer"
        let text = XMLText.escaped("\(entry.name): \(answer) after \(Self.time(entry.endMicroseconds))")
        return
            #"<text x="\#(Self.labelWidth - 8)" y="\#(y + 10)" text-anchor="end">\#(XMLText.escaped(entry.name))</text>"#
            + #"<rect class="s-\#(Outcome(entry.status).rawValue)" x="\#(from)" y="\#(y)" width="\#(max(2, to - from))" height="\#(Self.rowHeight - 4)" rx="2"><title>\#(text)</title></rect>"#
            + #"<text x="\#(to + 5)" y="\#(y + 10)">\#(answer)</text>"#
    }

    /// How a request of a race ended, by the page's class for it.
    private enum Outcome: String, CaseIterable {
        case won, refused, odd

        init(_ status: Int?) {
            self =
                switch status {
                case .some(200..<300): .won
                case .some(400..<500): .refused
                default: .odd
                }
        }

        var words: String {
            switch self {
            case .won: "accepted"
            case .refused: "refused"
            case .odd: "answered as no race should be"
            }
        }
    }

    private static func time(_ microseconds: Int) -> String {
        microseconds < 10_000 ? "\(microseconds) µs" : "\(microseconds / 1000) ms"
    }
}
