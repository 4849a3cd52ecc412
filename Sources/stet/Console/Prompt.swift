// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc

/// Asks a person for a line.
enum Prompt {
    /// False where standard input is no terminal: nobody is there to answer.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 }

    /// A line that is seen while it is typed; nil at the end of the input.
    static func line(_ question: String) -> String? {
        Terminal.error.write(Array(question.utf8))
        return readLine(strippingNewline: true)
    }

    /// A line that is not seen while it is typed; nil at the end of the input, and where there is no terminal.
    static func password(_ question: String) -> String? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        let signals = restoring(before)
        defer { for source in signals { source.cancel() } }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        Terminal.error.write(Array(question.utf8))
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else { return nil }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Terminal.error.write([0x0A])
        }
        return readLine(strippingNewline: true)
    }

    /// Makes the signals that end the process give the terminal its echo back first.
    private static func restoring(_ settings: termios) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var settings = settings
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                _exit(128 + number)
            }
            source.setCancelHandler { signal(number, SIG_DFL) }
            source.resume()
            return source
        }
    }
}
