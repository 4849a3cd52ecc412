// SPDX-License-Identifier: Apache-2.0

import SourceText

extension InstructionParser {
    /// `NONE`, or `[flags] CMD command`.
    mutating func healthcheck(_ statement: Statement) throws(Diagnostic) -> HealthcheckInstruction {
        let kind = nextWord()
        let rest = rest()
        switch kind.text.uppercased() {
        case "NONE":
            guard rest.text.isEmpty else {
                throw error(at: rest, "HEALTHCHECK NONE takes no argument")
            }
            return .disabled
        case "CMD":
            guard !rest.text.isEmpty else { throw error(at: kind, "HEALTHCHECK CMD needs a command") }
            let command = try command(rest)
            guard command != .exec([]) else { throw error(at: rest, "HEALTHCHECK CMD needs a command") }
            return .check(command, try timing(statement.flags))
        default:
            throw error(
                at: kind, "'\(kind.text)' is neither NONE nor CMD",
                hint: "write HEALTHCHECK CMD \(kind.text)…")
        }
    }

    private func timing(_ flags: Flags) throws(Diagnostic) -> HealthcheckInstruction.Timing {
        HealthcheckInstruction.Timing(
            interval: try duration(flags.value("interval")), timeout: try duration(flags.value("timeout")),
            startPeriod: try duration(flags.value("start-period")),
            startInterval: try duration(flags.value("start-interval")),
            retries: try count(flags.value("retries")))
    }

    private func duration(_ word: Word?) throws(Diagnostic) -> Duration? {
        guard let word else { return nil }
        guard let duration = GoDuration(word.text)?.duration else {
            throw error(at: word, "'\(word.text)' is not a duration", hint: "write 30s, 1m30s or 500ms")
        }
        guard duration == .zero || duration >= .milliseconds(1) else {
            throw error(at: word, "'\(word.text)' is shorter than a millisecond")
        }
        return duration
    }

    private func count(_ word: Word?) throws(Diagnostic) -> Int? {
        guard let word else { return nil }
        guard let count = Int(word.text), count >= 0 else {
            throw error(at: word, "'\(word.text)' is not a number of retries")
        }
        return count
    }
}
