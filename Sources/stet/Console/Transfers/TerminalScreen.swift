// SPDX-License-Identifier: Apache-2.0

import Glibc
import TerminalProgress

/// The terminal that standard error is, if it is one.
enum TerminalScreen {
    /// True when lines on it can change in place.
    static var isInteractive: Bool {
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        return isatty(STDERR_FILENO) == 1 && !isDumb
    }

    /// Its size now; 80 by 24 where it does not say.
    static var size: LiveLines.Screen {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return LiveLines.Screen(columns: 80, rows: 24)
        }
        return LiveLines.Screen(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
