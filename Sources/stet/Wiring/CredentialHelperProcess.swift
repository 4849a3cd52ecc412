// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Subprocess
import SystemPackage

/// Runs credential helpers, which are found on PATH.
enum CredentialHelperProcess {
    /// More than any helper has to say.
    private static let outputLimitBytes = 1 << 20

    /// The seam that ``CredentialStore`` asks for.
    static let runner: ProgramRunner = { program, arguments, input in
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), input: .inputWriter,
            output: .bytes(limit: outputLimitBytes), error: .bytes(limit: outputLimitBytes)
        ) { execution in
            // A program may end without reading what it is told: its status says whether that was right.
            _ = try? await execution.standardInputWriter.write(input)
            try? await execution.standardInputWriter.finish()
        }
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let number): 128 + number
            }
        return ProgramResult(
            status: status, output: result.standardOutput, errorOutput: result.standardError)
    }
}

extension CredentialStore {
    /// The credentials of whoever runs the command.
    static let ofUser = CredentialStore(
        CredentialPlaces(environment: Environment.value),
        ProgramLimits(running: CredentialHelperProcess.runner))
}
