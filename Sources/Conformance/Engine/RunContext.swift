// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// What all cases of a run have in common.
struct RunContext: Sendable {
    let request: CertifyRequest
    let transport: any HTTPTransport
    let setup: (any RegistrySetup)?
    let hooks: (any RegistryHooks)?
    let now: @Sendable () -> Duration
    let patience: Patience
    let traffic = Traffic()
    let denials = DenialLog()

    /// A wire with a transcript of its own.
    func wire() -> Wire {
        Wire(transport: transport, registry: request.registry, patience: patience, traffic: traffic)
    }

    /// The addresses of the registry, each with the transcript of `wire`.
    func fronts(of wire: Wire) -> [Wire] {
        guard let second = request.secondAddress else { return [wire] }
        var other = Wire(transport: transport, registry: second, patience: patience, traffic: traffic)
        other.transcript = wire.transcript
        return [wire, other]
    }

    /// Why a scenario cannot run here, as one clause; nil when it can.
    func lack(of scenario: Scenario) -> String? {
        if scenario.given == .governed, setup == nil {
            return "it needs a way to set policies, and none was given (--setup)"
        }
        for need in scenario.needs {
            switch need {
            case .secondAddress where request.secondAddress == nil:
                return "it needs a second address of the registry, and none was given (--second)"
            case .secondAddress: continue
            case .hook(let hook) where hooks?.offers(hook) != true:
                return "it needs a way to do \(hook.rawValue), and none was given (--hooks)"
            case .hook: continue
            }
        }
        return nil
    }
}
