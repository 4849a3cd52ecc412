// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What runs have left that did not come to their end, by the names that setups give: `stet-certify…RUN…`.
struct Leftovers {
    private static let shownLines = 20
    /// What the request for a list is for, in a plan.
    static let purpose = "lists what runs have left that did not come to their end"

    /// What one of them is called: `repository`, with the plural that ends in -s or -ies.
    let noun: String
    /// The run that asks.
    let runID: String

    /// Lines for a person: one for each name, or for all the names of a run inside one folder.
    ///
    /// - Parameter names: All that the registry lists; those that no run has made are left out.
    /// - Returns: Twenty lines, and how many more there would be.
    func lines(among names: [String]) -> [String] {
        var places: [String: [String]] = [:]
        for name in names {
            guard let place = place(of: name) else { continue }
            places[place, default: []].append(name)
        }
        let lines = places.sorted { $0.key < $1.key }.map { place, names in
            names.count == 1
                ? "the \(noun) \(ForeignText.line(names[0])) is left from another run; if that does not go on, remove it"
                : "\(counted(names.count, noun)) in \(ForeignText.line(place)) are left from another run; if that does not go on, remove them"
        }
        guard lines.count > Leftovers.shownLines else { return lines }
        return lines.prefix(Leftovers.shownLines) + [
            "and of \(lines.count - Leftovers.shownLines) further runs"
        ]
    }

    /// The name as far as the run's: `team/stet-certify-frozen/RUN`; nil when no run has made it, or this one has.
    private func place(of name: String) -> String? {
        guard let mark = name.firstRange(of: "stet-certify") else { return nil }
        var start = mark.upperBound
        while start < name.endIndex {
            let rest = name[start...]
            if name[name.index(before: start)] == "-" || name[name.index(before: start)] == "/",
                RunName.beginning(of: rest) != nil
            {
                let end = rest.firstIndex(of: "/") ?? rest.endIndex
                return rest.hasPrefix(runID) ? nil : String(name[..<end])
            }
            start = name.index(after: start)
        }
        return nil
    }
}

extension Leftovers {
    /// The pages of a list, each asked for with what the one before it says; a thousand entries or so are enough.
    ///
    /// Whoever may not list goes on without: what is left is for the run before.
    ///
    /// - Parameters:
    ///   - ask: Sends the request for the page with this mark; nil for the first.
    ///   - read: The names in an answer, and the mark of the next page; nil for the last.
    /// - Returns: The lines about what is left.
    /// - Throws: When no answer came.
    func lines(
        ask: (String?) async throws(SetupError) -> AdminAPI.Answer,
        read: (JSONValue) -> (names: [String], next: String?)
    ) async throws(SetupError) -> [String] {
        var (names, mark): ([String], String?) = ([], nil)
        for _ in 0..<10 {
            let answer = try await ask(mark)
            guard answer.status == 200, let body = answer.body else { break }
            let page = read(body)
            names += page.names
            guard let next = page.next, !next.isEmpty else { break }
            mark = next
        }
        return lines(among: names)
    }
}
