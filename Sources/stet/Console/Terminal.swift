// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import SystemPackage

/// Standard output for results, standard error for everything that is said on the way.
struct Terminal: Sendable {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    static let output = Terminal(descriptor: STDOUT_FILENO)
    static let error = Terminal(descriptor: STDERR_FILENO)

    /// Why a result could not be written; nil when all could, and where the reader has left.
    static var outputProblem: Errno? { problem.withLock(\.self) }

    private static let problem = Mutex<Errno?>(nil)
    private let descriptor: Int32
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// True on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal is dumb.
    let usesColour: Bool

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        let isPlain = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        usesColour = isatty(descriptor) == 1 && !isPlain && !isDumb
    }

    /// Writes a line at once, so that lines of several writers do not mix.
    func line(_ text: String) {
        write(Array((text + "\n").utf8))
    }

    /// Writes lines with one call: a step may write thousands at once.
    func lines(_ texts: [String]) {
        if !texts.isEmpty { line(texts.joined(separator: "\n")) }
    }

    /// Writes bytes as they are.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return note(Errno(rawValue: errno)) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private func note(_ error: Errno) {
        guard descriptor == STDOUT_FILENO, error != .brokenPipe else { return }
        Self.problem.withLock { $0 = $0 ?? error }
    }

    func styled(_ text: String, _ style: Style) -> String {
        usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
