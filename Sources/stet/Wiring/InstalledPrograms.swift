// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import Subprocess

/// The programs on the caller's PATH, as `certify --clients` runs them.
struct InstalledPrograms: ClientPrograms {
    /// Where they leave their files; goes away with this.
    let folder: TemporaryFolder

    private static let outputLimitBytes = 1 << 20

    func run(_ program: String, _ arguments: [String]) async throws(SetupError) -> ClientOutcome? {
        do {
            let result = try await Subprocess.run(
                .name(program), arguments: Arguments(arguments),
                output: .string(limit: Self.outputLimitBytes), error: .string(limit: Self.outputLimitBytes))
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let number): 128 + number
                }
            return ClientOutcome(status: status, text: result.standardOutput + result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return nil
        } catch {
            throw SetupError("\(program) cannot be run: \(error)")
        }
    }
}
