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

    /// What nobody should be able to write is written, where a program does not do what it says.
    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        guard hook.cure != nil || hook.isCure else { return TrafficEstimate() }
        return sizes.push(HookProof.flow.pusher.form, with: HookProof.flow)
    }

    func describe(in run: CaseRun) -> String { hook.deed }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let notOffered = StepEnd.unprepared(Finding("there is no way to do \(hook.rawValue) here"))
        guard let hooks = run.context.hooks, hooks.offers(hook) else { return notOffered }
        let proof = HookProof(hook: hook, hooks: hooks)
        // Also when it fails: half of it may be done.
        if let cure = hook.cure { run.cures.append(cure) }
        let (outcome, wasAway) = await proof.perform(in: run.context)
        switch outcome {
        case .failure(let error): return .inconclusive("\(hook.rawValue) failed: \(error)", nil)
        case .success(.notOffered):
            run.cures.removeAll { $0 == hook.cure }
            return notOffered
        case .success(.done): break
        }
        if hook.isCure {
            if let failure = await proof.failure(in: &run) {
                return .inconclusive(proof.claim(failure), nil)
            }
            run.cures.removeAll { $0 == hook }
        }
        if hook == .kill || hook == .restart, !wasAway {
            return .inconclusive(
                "\(hook.rawValue) is said to be done, and the registry answered all the while: nothing happened to it",
                nil)
        }
        guard proof.closesStorage, let exchange = await proof.write(in: &run) else { return .passed }
        return .inconclusive(
            "\(hook.rawValue) is said to be done, and the registry stored another image: nothing happened to its storage",
            exchange)
    }
}
