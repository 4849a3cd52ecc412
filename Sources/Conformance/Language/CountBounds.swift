// SPDX-License-Identifier: Apache-2.0

/// Which numbers make sense for something that a step counts.
struct CountBounds: Hashable, Sendable, CustomStringConvertible {
    private let range: ClosedRange<Int>

    /// One writer races with nobody; each one has a connection and a task of its own.
    static let writers = CountBounds(range: 2...1000)
    static let rounds = CountBounds(range: 1...100_000)
    /// Once is no repetition.
    static let repetitions = CountBounds(range: 2...100_000)

    func contains(_ number: Int) -> Bool { range.contains(number) }

    /// What both allow.
    func intersection(_ other: CountBounds) -> CountBounds {
        let (lower, upper) = (
            max(range.lowerBound, other.range.lowerBound), min(range.upperBound, other.range.upperBound)
        )
        return CountBounds(range: lower...max(lower, upper))
    }

    /// `between 2 and 1000`.
    var description: String { "between \(range.lowerBound) and \(range.upperBound)" }
}

extension CountReference {
    /// The parameter that stands here, with what it may be; none for a literal.
    func bounds(_ bounds: CountBounds) -> [(String, CountBounds)] {
        guard case .parameter(let name) = self else { return [] }
        return [(name, bounds)]
    }
}
