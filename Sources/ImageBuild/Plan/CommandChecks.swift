// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import DockerfileSyntax
import OCISpec
import SourceText

/// Finds out, before anything is fetched or built, that a command of a plan cannot be run.
///
/// What base images leave for their users to do is not known yet: such a command finds out when it is its turn.
struct CommandChecks {
    let running: BuildRequest.Running
    /// There are containers: only then does `RUN` run.
    let hasContainers: Bool
    /// Whether a cache may know what commands for a platform make that cannot be run here.
    let mayBeKnown: (Platform) -> Bool

    /// - Throws: A diagnostic of the first command that cannot run, and why.
    func run(_ planned: PlatformPlan) throws(BuildError) {
        for stage in planned.plan.stages {
            for step in stage.steps {
                guard case .run(let run) = step.instruction.action else { continue }
                let place = Place(
                    source: planned.dockerfile.source, escape: planned.dockerfile.directives.escape,
                    location: step.instruction.location)
                do {
                    try checkEntitlements(of: run, at: place)
                    try checkMounts(of: run, at: place)
                    try checkMachine(for: stage.platform, at: place)
                } catch {
                    throw .invalid(error)
                }
            }
        }
    }

    /// Where a command stands.
    private struct Place {
        let source: SourceFile
        let escape: Character
        let location: SourceLocation
    }

    private func checkEntitlements(of run: RunInstruction, at place: Place) throws(Diagnostic) {
        for (entitlement, flag) in running.entitlements(of: run)
        where !running.entitlements.contains(entitlement) {
            throw place.source.notAllowed(entitlement, for: flag, at: place.location)
        }
    }

    /// Values with variables are looked at when they are known.
    private func checkMounts(of run: RunInstruction, at place: Place) throws(Diagnostic) {
        let expander = Expander(escape: place.escape) { _ in nil }
        for flag in run.mounts where !flag.word.text.contains("$") {
            let mount = try flag.resolve(in: place.source) { (word) throws(Diagnostic) in
                do throws(LocatedExpansionError) {
                    return try expander.expand(word)
                } catch {
                    throw place.source.error(at: error.location, error.message)
                }
            }
            switch mount.kind {
            case .secret(let identity, _, let isRequired, _):
                guard isRequired, running.secrets[identity] == nil else { continue }
                throw place.source.missingSecret(identity, at: flag.word.location)
            case .ssh(let identity, let isRequired, _):
                guard isRequired, running.agents[identity] == nil else { continue }
                throw place.source.missingAgent(identity, at: flag.word.location)
            case .bind, .cache, .tmpfs: continue
            }
        }
    }

    private func checkMachine(for platform: Platform, at place: Place) throws(Diagnostic) {
        guard !mayBeKnown(platform) else { return }
        guard hasContainers else {
            throw place.source.error(
                at: place.location, "RUN needs containers, which are not to be had here")
        }
        do {
            try RootFileSystems.checkCaller()
            try Emulation.check(platform)
        } catch {
            throw place.source.error(at: place.location, "\(error)")
        }
    }
}

extension BuildRequest.Running {
    /// What a command needs to be allowed, each with the flag that asks for it.
    func entitlements(of run: RunInstruction) -> [(Entitlement, flag: String)] {
        var needed: [(Entitlement, flag: String)] = []
        if run.network == .host, network != .host { needed.append((.networkHost, "--network=host")) }
        if run.security == .insecure { needed.append((.securityInsecure, "--security=insecure")) }
        return needed
    }
}

extension SourceFile {
    func notAllowed(_ entitlement: Entitlement, for flag: String, at location: SourceLocation) -> Diagnostic {
        error(
            at: location, "\(flag) is not allowed in this build",
            hint: "if you trust the Dockerfile, build with --allow \(entitlement.rawValue)")
    }

    func missingSecret(_ identity: String, at location: SourceLocation) -> Diagnostic {
        error(
            at: location, "the secret '\(identity)' is required and not there",
            hint: "build with --secret id=\(identity),src=FILE")
    }

    func missingAgent(_ identity: String, at location: SourceLocation) -> Diagnostic {
        error(
            at: location, "the ssh agent '\(identity)' is required and not there",
            hint: "build with --ssh \(identity)")
    }
}
