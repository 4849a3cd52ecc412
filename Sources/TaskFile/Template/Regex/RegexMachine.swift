// SPDX-License-Identifier: Apache-2.0

/// Runs a regular expression over a text, all alternatives at once.
///
/// The time is the length of the text times that of the expression, whatever they are: nothing is tried
/// twice. Of all matches the leftmost counts, and of those the one that the expression prefers.
///
/// Source: Rob Pike's virtual machine for Ken Thompson's construction.
struct RegexMachine {
    private static let workLimit = 50_000_000

    private struct Thread {
        let instruction: Int
        let captures: [Int]
    }

    private let program: RegexProgram
    private let text: [UnicodeScalar]
    /// The position at which an instruction was last reached, to reach it once for each.
    private var reached: [Int]
    private var step = 0
    private var work = 0

    init(_ program: RegexProgram, text: [UnicodeScalar]) {
        self.program = program
        self.text = text
        reached = Array(repeating: -1, count: program.instructions.count)
    }

    /// The next match from `start` on.
    ///
    /// - Returns: Start and end of the match, then of each group; -1 where a group took no part.
    /// - Throws: When all matches together have taken too long.
    mutating func match(from start: Int) throws(RegexProblem) -> [Int]? {
        let slots = Array(repeating: -1, count: 2 * (program.groupNames.count + 1))
        var matched: [Int]?
        var current: [Thread] = []
        step += 1
        for position in start...text.count {
            if matched == nil { follow(0, slots, at: position, into: &current) }
            guard matched == nil || !current.isEmpty else { break }
            step += 1
            work += current.count
            guard work <= Self.workLimit else {
                throw RegexProblem(message: "the text is too long for this expression")
            }
            var following: [Thread] = []
            threads: for thread in current {
                switch program.instructions[thread.instruction] {
                case .scalar(let set):
                    guard position < text.count, set.contains(text[position]) else { continue }
                    follow(thread.instruction + 1, thread.captures, at: position + 1, into: &following)
                case .match:
                    matched = thread.captures
                    break threads
                default: continue
                }
            }
            current = following
        }
        return matched
    }

    /// Adds what can be reached from an instruction without taking a character, the preferred first.
    private mutating func follow(
        _ instruction: Int, _ captures: [Int], at position: Int, into threads: inout [Thread]
    ) {
        var waiting = [Thread(instruction: instruction, captures: captures)]
        while let thread = waiting.popLast() {
            let here = thread.instruction
            guard reached[here] != step else { continue }
            reached[here] = step
            switch program.instructions[here] {
            case .scalar, .match: threads.append(thread)
            case .jump(let target): waiting.append(Thread(instruction: target, captures: thread.captures))
            case .fork(let preferred, let other):
                waiting.append(Thread(instruction: other, captures: thread.captures))
                waiting.append(Thread(instruction: preferred, captures: thread.captures))
            case .save(let slot):
                var captures = thread.captures
                captures[slot] = position
                waiting.append(Thread(instruction: here + 1, captures: captures))
            case .assert(let assertion):
                guard assertion.holds(at: position, in: text) else { continue }
                waiting.append(Thread(instruction: here + 1, captures: thread.captures))
            }
        }
    }
}
