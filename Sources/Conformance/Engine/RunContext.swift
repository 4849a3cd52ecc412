// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// What all cases of a run have in common.
struct RunContext: Sendable {
    let request: CertifyRequest
    let transport: any HTTPTransport
    let setup: (any RegistrySetup)?
    let hooks: (any RegistryHooks)?
    /// nil for a run that can send as the writer only.
    let users: Users?
    var facts = UserFacts()
    let now: @Sendable () -> Duration
    let patience: Patience
    let traffic = Traffic()
    let made = MadeTags()
    let rights = GrantedRights()
    let denials = DenialLog()
    let untaken = UntakenTypes()
    let standing = StandingTags()
    let lateness = Lateness()
    let closed = ClosedDoor()
    let uncured = UncuredHooks()

    /// A wire with a transcript of its own.
    func wire() -> Wire {
        var wire = Wire(
            transport: transport, registry: request.registry, patience: patience, traffic: traffic,
            made: made, rights: rights)
        wire.clock = CaseClock(now)
        return wire
    }

    /// The addresses of the registry, each with the transcript of `wire`.
    func fronts(of wire: Wire) -> [Wire] {
        guard let second = request.secondAddress else { return [wire] }
        var other = wire
        other.registry = second
        return [wire, other]
    }
}
