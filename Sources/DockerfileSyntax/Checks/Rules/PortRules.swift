// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `ExposeProtoCasing` and `ExposeInvalidFormat`.
    func ports() -> [CheckWarning] {
        dockerfile.stages.flatMap(\.instructions).flatMap { instruction -> [CheckWarning] in
            guard case .expose(let word) = instruction.action else { return [] }
            return word.text.split(whereSeparator: \.isBlank).flatMap {
                self.port(String($0), of: instruction)
            }
        }
    }

    private func port(_ text: String, of instruction: Instruction) -> [CheckWarning] {
        guard !text.contains("$") else { return [] }
        var warnings: [CheckWarning] = []
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, parts[1] != parts[1].lowercased() {
            warnings.append(
                warning(
                    .exposeProtoCasing, instruction,
                    "Defined protocol '\(text)' in EXPOSE instruction should be lowercase"))
        }
        if parts.first?.contains(":") ?? false {
            warnings.append(
                warning(
                    .exposeInvalidFormat, instruction,
                    "EXPOSE instruction should not define an IP address or host-port mapping, found '\(text)'"
                ))
        }
        return warnings
    }
}
