// SPDX-License-Identifier: Apache-2.0

/// The argument of `STOPSIGNAL`: a number, or a name with or without `SIG`.
///
/// Source: signal(7); the real-time signals are those of Linux.
enum StopSignal {
    private static let names: Set<String> = [
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
        "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN",
        "TTOU",
        "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
    ]

    static func check(_ text: String) throws(Problem) {
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let number = Int(text), (1...64).contains(number) { return }
        if names.contains(name) { return }
        for (prefix, limit) in [("RTMIN+", 15), ("RTMAX-", 14)] where name.hasPrefix(prefix) {
            if let offset = Int(name.dropFirst(prefix.count)), (1...limit).contains(offset) { return }
        }
        throw Problem("'\(text)' is not a signal", hint: "write a name such as SIGTERM, or a number")
    }
}
