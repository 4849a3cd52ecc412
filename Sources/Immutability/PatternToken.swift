// SPDX-License-Identifier: Apache-2.0

/// One sign of a pattern.
enum PatternToken: Hashable, Sendable {
    case literal(Unicode.Scalar)
    /// `?`
    case one
    /// `*`
    case run
    /// `**`
    case deepRun

    /// Where a name can stand after this sign, given where it can stand before it.
    func advance(_ before: Positions, in name: [Unicode.Scalar]) -> Positions {
        var after = Positions(count: name.count + 1)
        for (index, scalar) in name.enumerated() {
            switch self {
            case .literal(let wanted):
                if before.contains(index), scalar == wanted { after.insert(index + 1) }
            case .one:
                if before.contains(index), scalar != "/" { after.insert(index + 1) }
            case .run, .deepRun:
                if before.contains(index) { after.insert(index) }
                if after.contains(index), scalar != "/" || self == .deepRun { after.insert(index + 1) }
            }
        }
        if before.contains(name.count), self == .run || self == .deepRun { after.insert(name.count) }
        return after
    }
}

/// A set of places between the characters of a name.
struct Positions {
    private var isReached: [Bool]

    init(count: Int) {
        isReached = Array(repeating: false, count: count)
    }

    var isEmpty: Bool { !isReached.contains(true) }

    func contains(_ position: Int) -> Bool { isReached[position] }

    mutating func insert(_ position: Int) { isReached[position] = true }

    mutating func formUnion(_ other: Positions) {
        for position in isReached.indices where other.contains(position) { insert(position) }
    }
}
