// SPDX-License-Identifier: Apache-2.0

import Conformance
import SystemPackage

/// A program of the operator's that restarts, kills and write-protects the registry: `PROGRAM restart`.
///
/// It ends with 0 when it is done and the registry answers again, and with 64 for what it does not offer.
struct HookProgram: RegistryHooks {
    let path: FilePath

    /// `EX_USAGE` of sysexits(3).
    private static let notOfferedStatus: Int32 = 64

    func offers(_ hook: RegistryHook) -> Bool { true }

    func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome {
        let outcome: ClientOutcome
        do {
            outcome = try await LimitedProgram().run(path, [hook.rawValue])
        } catch is CancellationError {
            throw SetupError("\(path) \(hook.rawValue) was interrupted")
        } catch {
            throw SetupError("\(path) cannot be run: \(error)")
        }
        if let limit = outcome.unendedAfter {
            throw SetupError(
                "\(path) \(hook.rawValue) did not end within \(limit.components.seconds) seconds, and was ended"
            )
        }
        switch outcome.status {
        case 0: return .done
        case HookProgram.notOfferedStatus: return .notOffered
        case let status:
            throw SetupError("\(path) \(hook.rawValue) ended with \(status): \(outcome.lastLine)")
        }
    }
}
