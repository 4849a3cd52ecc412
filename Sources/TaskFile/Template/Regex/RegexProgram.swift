// SPDX-License-Identifier: Apache-2.0

/// A regular expression as instructions for `RegexMachine`.
struct RegexProgram: Sendable {
    /// As many as RE2 allows itself, about.
    private static let sizeLimit = 10_000

    enum Instruction: Hashable, Sendable {
        case scalar(ScalarClass)
        /// Both ways, the first one preferred.
        case fork(Int, Int)
        case jump(Int)
        /// Remembers the position.
        case save(Int)
        case assert(RegexAssertion)
        case match
    }

    private(set) var instructions: [Instruction] = []
    let groupNames: [String?]

    init(_ text: String) throws(RegexProblem) {
        var parser = RegexParser(text)
        let node = try parser.parse()
        groupNames = parser.groupNames
        try emit(.group(node, number: 0))
        instructions.append(.match)
    }

    private mutating func append(_ instruction: Instruction) throws(RegexProblem) {
        guard instructions.count < Self.sizeLimit else {
            throw RegexProblem(message: "the expression is too large")
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: RegexNode) throws(RegexProblem) {
        switch node {
        case .empty: break
        case .scalar(let set): try append(.scalar(set))
        case .assertion(let assertion): try append(.assert(assertion))
        case .group(let inner, let number):
            if let number { try append(.save(2 * number)) }
            try emit(inner)
            if let number { try append(.save(2 * number + 1)) }
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .choice(let options): try emit(choice: options[...])
        case .repetition(let inner, let count): try emit(inner, count)
        }
    }

    private mutating func emit(choice options: ArraySlice<RegexNode>) throws(RegexProblem) {
        var exits: [Int] = []
        for (index, option) in options.enumerated() {
            guard index < options.count - 1 else {
                try emit(option)
                break
            }
            let fork = instructions.count
            try append(.match)
            try emit(option)
            exits.append(instructions.count)
            try append(.match)
            instructions[fork] = .fork(fork + 1, instructions.count)
        }
        for exit in exits { instructions[exit] = .jump(instructions.count) }
    }

    private mutating func emit(_ node: RegexNode, _ count: RegexRepetition) throws(RegexProblem) {
        guard let maximum = count.maximum else { return try emit(loop: node, count) }
        for _ in 0..<count.minimum {
            let before = instructions.count
            try emit(node)
            guard instructions.count > before else { return }
        }
        var forks: [Int] = []
        for _ in count.minimum..<maximum {
            forks.append(instructions.count)
            try append(.match)
            try emit(node)
        }
        for fork in forks {
            instructions[fork] = Self.fork(fork + 1, instructions.count, isGreedy: count.isGreedy)
        }
    }

    /// `x*` is `(x+)?`, so that a round that takes nothing ends the loop instead of being forgotten.
    private mutating func emit(loop node: RegexNode, _ count: RegexRepetition) throws(RegexProblem) {
        let skip = instructions.count
        if count.minimum == 0 { try append(.match) }
        for _ in 1..<max(1, count.minimum) {
            let before = instructions.count
            try emit(node)
            guard instructions.count > before else { return }
        }
        let round = instructions.count
        try emit(node)
        try append(Self.fork(round, instructions.count + 1, isGreedy: count.isGreedy))
        if count.minimum == 0 {
            instructions[skip] = Self.fork(skip + 1, instructions.count, isGreedy: count.isGreedy)
        }
    }

    private static func fork(_ more: Int, _ less: Int, isGreedy: Bool) -> Instruction {
        isGreedy ? .fork(more, less) : .fork(less, more)
    }
}
