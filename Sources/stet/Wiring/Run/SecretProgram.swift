// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Subprocess
import SystemPackage
import TaskFile
import TaskRun

extension SecretReader {
    /// Reads secrets as whoever runs the command.
    static func ofUser(over http: any HTTPTransport) -> SecretReader {
        let environment: @Sendable (String) -> String? = { Environment.value($0) }
        return SecretReader(
            environment: environment,
            vault: KeyVaultClient(http: RetryingTransport(http), environment: environment)
        ) { words in
            let result = try await Subprocess.run(
                .name(words[0]), arguments: Arguments(Array(words.dropFirst())),
                output: .bytes(limit: 1 << 20), error: .discarded)
            guard result.terminationStatus.isSuccess else {
                throw TaskResolveError("the program \(words[0]) ended with \(result.terminationStatus)")
            }
            return result.standardOutput
        }
    }
}
