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

    /// What crun's last words in a container mean, where it could not execute the program: it has no log there.
    static func lastWords(_ output: [UInt8]) -> String? {
        guard output.starts(with: #"{"msg":"exec container process "#.utf8) else { return nil }
        return lastError(in: String(decoding: output, as: UTF8.self))
    }

    /// What an error means: that the program cannot be executed, or that the runtime failed.
    package static func error(
        _ message: String, of runtime: ContainerRuntime.Name, program: String
    ) -> ContainerError {
        let words = message.lowercased()
        if programPhrases.contains(where: words.contains),
            let reason = reasons.first(where: { words.contains($0.phrase) })
        {
            return .cannotExecute(program: program, reason: reason.meaning, exitCode: reason.exitCode)
        }
        return .runtime(name: runtime.rawValue, reason: message.withoutDescriptors)
    }

    /// Those of runc, and those of crun.
    private static let programPhrases = [
        "exec: \"", "executable file", "open executable", "exec container process", "exec format error",
    ]

    /// With the statuses of a shell.
    private static let reasons: [(phrase: String, meaning: String, exitCode: Int32)] = [
        ("exec format error", "it is for another processor, or no program", 126),
        ("missing dynamic library", "its interpreter or its loader is missing", 127),
        ("not found", "there is no such program", 127),
        ("no such file", "there is no such program", 127),
        ("not permitted", "it is no file that can be executed", 126),
        ("permission denied", "permission denied", 126),
        ("not a directory", "a part of its path is no folder", 126),
    ]
}
