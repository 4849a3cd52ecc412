// SPDX-License-Identifier: Apache-2.0

/// What a setup will do in a run, known before its first request.
package struct SetupPlan: Sendable {
    /// When something is done.
    package enum Moment: String, CaseIterable, Sendable {
        case before = "before the run"
        case repository = "for each repository"
        case push = "after each push to a write-once repository"
        case after = "after the run"
    }

    /// One request, or one call of a program.
    package struct Call: Sendable {
        package let moment: Moment
        /// `METHOD URL`; what is not known yet is in braces: `DELETE https://r.example/projects/{id}`.
        package let request: String
        package let purpose: String
    }

    /// Where the scenarios will live.
    package let places: SetupPlaces
    package private(set) var calls: [Call] = []

    package init(places: SetupPlaces) { self.places = places }

    func calling(_ moment: Moment, _ request: String, _ purpose: String) -> SetupPlan {
        var plan = self
        plan.calls.append(Call(moment: moment, request: request, purpose: purpose))
        return plan
    }

    /// For people: the calls in the order in which they are made.
    var lines: [String] {
        Moment.allCases.flatMap { moment -> [String] in
            let calls = calls.filter { $0.moment == moment }
            guard !calls.isEmpty else { return [] }
            return ["setup, \(moment.rawValue):"] + calls.map { "    \($0.request)\n        \($0.purpose)" }
        }
    }
}
