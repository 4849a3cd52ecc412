// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import RegistryTransport
import SourceText

/// `hook: restart`: has the registry's operator do something to it.
struct HookStep: StepAction {
    private let hook: RegistryHook

    init(_ source: StepSource) throws(Diagnostic) {
        try source.refuseExpect("a hook expects nothing itself")
        hook = try source.value.word("hook")
    }

    func describe(in run: CaseRun) -> String { "\(hook.rawValue) the registry" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let notOffered = StepEnd.unprepared(Finding("there is no way to do \(hook.rawValue) here"))
        guard let hooks = run.context.hooks, hooks.offers(hook) else { return notOffered }
        do throws(SetupError) {
            if hook == .readOnly { run.isReadOnly = true }
            guard case .done = try await hooks.perform(hook) else { return notOffered }
            if hook == .writable { run.isReadOnly = false }
            return .passed
        } catch {
            return .inconclusive("\(hook.rawValue) failed: \(error)", nil)
        }
    }
}
