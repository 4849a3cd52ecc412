// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance

/// The programs of this machine, as `certify` runs real clients and the operator's own way of preparing a registry.
struct InstalledPrograms: ClientPrograms {
    /// Where they leave their files; goes away with this.
    let folder: TemporaryFolder

    func run(
        _ program: String, _ arguments: [String], adding variables: [String: String]
    ) async throws(SetupError) -> ClientOutcome? {
        guard let path = ProgramSearch.find(program) else { return nil }
        do {
            return try await LimitedProgram().run(path, arguments, adding: variables)
        } catch is CancellationError {
            throw SetupError("\(program) was interrupted")
        } catch {
            throw SetupError("\(program) cannot be run: \(error)")
        }
    }
}
