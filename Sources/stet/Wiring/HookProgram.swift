// SPDX-License-Identifier: Apache-2.0

import Conformance
import Subprocess
import SystemPackage

/// A program of the operator's that restarts, kills and write-protects the registry: `PROGRAM restart`.
///
/// It ends with 0 when it is done and the registry answers again, and with 64 for what it does not offer.
struct HookProgram: RegistryHooks {
    let name: String

    /// `EX_USAGE` of sysexits(3).
    private static let notOfferedStatus: Int32 = 64

    func offers(_ hook: RegistryHook) -> Bool { true }

    func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome {
        let outcome: (status: TerminationStatus, errors: String)
        do {
            let result = try await Subprocess.run(
                .path(FilePath(name)), arguments: [hook.rawValue], output: .discarded,
                error: .string(limit: 1 << 16))
            outcome = (result.terminationStatus, result.standardError)
        } catch {
            throw SetupError("\(name) cannot be run: \(error)")
        }
        switch outcome.status {
        case .exited(0): return .done
        case .exited(HookProgram.notOfferedStatus): return .notOffered
        case let status: throw SetupError("\(name) \(hook.rawValue) ended with \(status): \(outcome.errors)")
        }
    }
}
