// SPDX-License-Identifier: Apache-2.0

import Glibc
import OCISpec

/// A signal for the first process of a container.
package struct ContainerSignal: Hashable, Sendable {
    let number: Int32

    static let kill = ContainerSignal(number: SIGKILL)

    private init(number: Int32) {
        self.number = number
    }

    private static let numbers: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ABRT": SIGABRT, "KILL": SIGKILL, "USR1": SIGUSR1,
        "USR2": SIGUSR2, "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM, "CHLD": SIGCHLD,
        "CONT": SIGCONT, "STOP": SIGSTOP, "TSTP": SIGTSTP, "TTIN": SIGTTIN, "TTOU": SIGTTOU,
        "URG": SIGURG, "WINCH": SIGWINCH,
    ]

    /// Reads a number, or a name with or without `SIG`, letter case ignored.
    init(_ text: String) throws(InvalidValue) {
        let upper = text.uppercased()
        if let number = Int32(text), (1...64).contains(number) {
            self.number = number
        } else if let number = Self.numbers[upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper] {
            self.number = number
        } else {
            throw InvalidValue("signal", text, "write a name such as HUP, or a number")
        }
    }

    /// Whether whoever sends it wants the container to end.
    var ends: Bool { [SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGTERM].contains(number) }
}
