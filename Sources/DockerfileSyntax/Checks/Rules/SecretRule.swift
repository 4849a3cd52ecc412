// SPDX-License-Identifier: Apache-2.0

extension CheckedFile {
    /// `SecretsUsedInArgOrEnv`: names that look like those of secrets.
    func secrets() -> [CheckWarning] {
        let instructions = dockerfile.globalInstructions + dockerfile.stages.flatMap(\.instructions)
        return instructions.flatMap { instruction in
            instruction.definedNames.filter(Self.looksSecret).map { name in
                warning(
                    .secretsUsedInArgOrEnv, instruction,
                    "Do not use ARG or ENV instructions for sensitive data (\(instruction.keyword.rawValue) "
                        + "\(Self.quoted(name)))")
            }
        }
    }

    private static let secretWords: Set<String> = [
        "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret",
        "token",
    ]

    /// One of the words between underscores is a secret's, and none of them is `public`.
    private static func looksSecret(_ name: String) -> Bool {
        let words = Set(name.lowercased().split(separator: "_").map(String.init))
        return !words.isDisjoint(with: secretWords) && !words.contains("public")
    }
}

extension Instruction {
    /// The variables that `ARG` and `ENV` define.
    var definedNames: [String] {
        switch action {
        case .arg(let declarations): declarations.map(\.name.text)
        case .env(let assignments): assignments.map(\.name.text)
        default: []
        }
    }
}
