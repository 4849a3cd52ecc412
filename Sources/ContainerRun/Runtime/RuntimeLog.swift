// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What an OCI runtime writes with `--log-format json`: an object a line.
package enum RuntimeLog {
    private struct Line: Decodable {
        let level: String
        let msg: String
    }

    /// The last message about an error; nil when there is none.
    package static func lastError(in text: String) -> String? {
        for line in text.split(separator: "\n").reversed() {
            let entry = try? JSONDocument.decode(Line.self, from: Array(line.utf8), noun: "log line")
            if let entry, ["error", "fatal"].contains(entry.level) { return entry.msg }
        }
        return nil
    }

    /// What an error means: that the program cannot be executed, or that the runtime failed.
    package static func error(
        _ message: String, of runtime: ContainerRuntime.Name, program: String
    ) -> ContainerError {
        let isAboutProgram = message.contains("exec: \"") || message.contains("executable file")
        if isAboutProgram, message.contains("not found") || message.contains("no such file") {
            return .cannotExecute(program: program, reason: "there is no such program", exitCode: 127)
        }
        if isAboutProgram, message.contains("permission denied") {
            return .cannotExecute(program: program, reason: "permission denied", exitCode: 126)
        }
        if message.contains("exec format error") {
            return .cannotExecute(
                program: program, reason: "it is for another processor, or no program", exitCode: 126)
        }
        return .runtime(name: runtime.rawValue, reason: message)
    }
}
