// SPDX-License-Identifier: Apache-2.0

/// What `--chmod` makes of a mode: `755`, or `u=rwX,go=rX`.
///
/// Source: chmod(1); Dockerfile reference, "COPY --chown --chmod". No umask counts.
struct ModeChange: Hashable, Sendable {
    private enum Operation: Character {
        case add = "+"
        case remove = "-"
        case set = "="
    }

    /// One operation on the permissions of somebody.
    private struct Action: Hashable {
        /// The bits of those it is about.
        let who: UInt32
        let operation: Operation
        let bits: UInt32
        /// `X`: execution for folders, and for what somebody can execute.
        let isConditional: Bool
        /// `u=g`: the permissions that somebody else has.
        let copied: Class?
    }

    private enum Class: UInt32 {
        case user = 6
        case group = 3
        case others = 0
    }

    /// nil for a number.
    private let actions: [Action]?
    private let number: UInt32

    /// - Throws: For what is neither an octal number up to 7777 nor a list of changes.
    init(_ text: String) throws(Problem) {
        if text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            guard let number = UInt32(text, radix: 8), number <= 0o7777 else { throw Self.problem(text) }
            (self.number, actions) = (number, nil)
            return
        }
        var actions: [Action] = []
        for clause in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let found = Self.actions(clause), !found.isEmpty else { throw Self.problem(text) }
            actions += found
        }
        (self.actions, number) = (actions, 0)
    }

    /// The permissions of folders that a destination lacks; nil where no number is given.
    var ofNewFolders: UInt32? { actions == nil ? number & 0o777 : nil }

    func apply(to mode: UInt32, isFolder: Bool) -> UInt32 {
        guard let actions else { return number }
        return actions.reduce(mode) { mode, action in
            var bits = action.bits
            if action.isConditional, isFolder || mode & 0o111 != 0 { bits |= 0o111 }
            if let other = action.copied { bits |= ((mode >> other.rawValue) & 0o7) * 0o111 }
            bits &= action.who
            return switch action.operation {
            case .add: mode | bits
            case .remove: mode & ~bits
            case .set: mode & ~action.who | bits
            }
        }
    }

    private static func problem(_ text: String) -> Problem {
        Problem(
            "'\(text)' is neither an octal mode from 0 to 7777 nor changes of one",
            hint: "write --chmod=755 or --chmod=u=rwX,go=rX")
    }

    /// Reads `ug+rw`, `a=rX`, `=`, `u+x-w`.
    private static func actions(_ clause: Substring) -> [Action]? {
        var rest = clause
        var who: UInt32 = 0
        while let bits = rest.first.flatMap({ members[$0] }) {
            who |= bits
            rest.removeFirst()
        }
        var actions: [Action] = []
        while let operation = rest.popFirst() {
            guard let operation = Operation(rawValue: operation) else { return nil }
            var (bits, isConditional): (UInt32, Bool) = (0, false)
            var copied: Class?
            while let next = rest.first, Operation(rawValue: next) == nil {
                rest.removeFirst()
                switch next {
                case "X": isConditional = true
                case "u": copied = .user
                case "g": copied = .group
                case "o": copied = .others
                default:
                    guard let permission = permissions[next] else { return nil }
                    bits |= permission
                }
            }
            actions.append(
                Action(
                    who: who == 0 ? 0o7777 : who, operation: operation, bits: bits,
                    isConditional: isConditional, copied: copied))
        }
        return actions
    }

    private static let members: [Character: UInt32] = ["u": 0o4700, "g": 0o2070, "o": 0o1007, "a": 0o7777]
    private static let permissions: [Character: UInt32] = [
        "r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000,
    ]
}
