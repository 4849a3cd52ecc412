// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc

/// Parses, runs, and turns what is thrown into words and an exit status.
@main
enum Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            let words = CommandWords.spelt(Array(CommandLine.arguments.dropFirst()))
            var command = try DirectParsing.parse(words)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            if let problem = Terminal.outputProblem {
                throw CommandFailure("cannot write to standard output: \(problem)")
            }
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Terminal.error.line("stet: \(failure.message)") }
            exit(failure.exitCode)
        } catch {
            let status = Stet.exitCode(for: error)
            let text = CommandWords.shown(Stet.fullMessage(for: error))
            if status == .success {
                Terminal.output.line(text)
            } else if status == .validationFailure {
                Terminal.error.line(
                    text.hasPrefix("Error: ") ? "stet: " + text.dropFirst("Error: ".count) : text)
            } else if !(error is ExitCode) {
                Terminal.error.line("stet: \(error)")
            }
            exit(status == .validationFailure ? CommandFailure.usage : status.rawValue)
        }
    }
}
