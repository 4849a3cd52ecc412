// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension StetSetup {
    /// A run that began longer ago has been killed.
    private static let lifetimeSeconds: Int64 = 24 * 3600

    /// Looks for policies of other runs, and removes those of runs that are over for certain.
    ///
    /// A run that may not see or remove them goes on all the same.
    ///
    /// - Returns: What was found and what became of it, a line for each policy.
    /// - Throws: When no answer came.
    func removeLeftovers(besides runID: String) async throws(SetupError) -> [String] {
        let list = try await api.send(.get, "/policies")
        let scopes = list.body?["policies"]?.array?.compactMap { $0["scope"]?.string } ?? []
        var lines: [String] = []
        for scope in scopes {
            let parts = scope.split(separator: "/")
            guard parts.count > 2, parts[1] == "stet-certify", parts[2] != runID else { continue }
            let what = "the policy for \(scope) is left from another run"
            guard let began = StetSetup.beginning(ofRun: parts[2]),
                now() - began > StetSetup.lifetimeSeconds
            else {
                lines.append("\(what); if that does not go on: stet policy delete \(scope)")
                continue
            }
            do throws(SetupError) {
                _ = try await api.demand([204, 404], .delete, "/policies/\(scope)")
                lines.append("\(what), and was removed")
            } catch {
                lines.append("\(what), and could not be removed: \(error.clause)")
            }
        }
        return lines
    }

    /// When a run began, in seconds since 1970; nil for what is no name of a run: `20261120-235146z-1a2b`.
    static func beginning(ofRun name: Substring) -> Int64? {
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
