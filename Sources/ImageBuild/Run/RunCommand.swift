// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import DockerfileSyntax
import OCISpec
import SourceText

/// A `RUN` with everything expanded: what is executed, and what the cache knows it by.
struct RunCommand {
    /// A here-document that is a program of its own.
    struct Script: Hashable {
        /// In ``RunCommand/scriptFolder``.
        let name: String
        let content: String
    }

    struct Bound {
        let mount: Mount
        /// Where it reads.
        let origin: BuildPlan.Origin
        let location: SourceLocation
    }

    /// Where a script lies while it runs, as BuildKit has it.
    static let scriptFolder = "/dev/pipes"

    var arguments: [String]
    var script: Script?
    /// `NAME=value`: what the image has, then the arguments that the stage has declared.
    var environment: [String] = []
    /// Proxies that nobody declared: they are in the environment, and neither in the history nor in the key.
    var proxies: [String] = []
    /// Those of ``environment`` that come from `ARG`, as the history shows them.
    var declared: [String] = []
    var mounts: [Bound] = []
    var network = RunNetwork.sandbox
    var isPrivileged = false

    /// True when it can leave files in a cache mount, where no layer has them.
    var writesCache: Bool {
        mounts.contains { bound in
            guard case .cache = bound.mount.kind else { return false }
            return !bound.mount.isReadOnly
        }
    }

    /// Source: BuildKit, whose texts other tools know.
    var history: String {
        let prefix = declared.isEmpty ? [] : ["|\(declared.count)"] + declared
        return "RUN " + (prefix + arguments).joined(separator: " ") + " # buildkit"
    }
}

extension StageBuilder {
    /// Expands a `RUN` at this place of the stage.
    func command(_ run: RunInstruction, of step: BuildPlan.Step) throws(Diagnostic) -> RunCommand {
        var command = RunCommand(arguments: [])
        switch run.command {
        case .exec(let arguments): command.arguments = arguments
        case .shell(let text):
            let (line, script) = Self.shellLine(text, run.documents)
            command.script = script
            command.arguments =
                script == nil ? shell + [line] : [RunCommand.scriptFolder + "/" + (script?.name ?? "")]
        }
        setEnvironment(of: &command)
        for (flag, origin) in zip(run.mounts, step.mountOrigins) {
            let mount = try flag.resolve(in: workshop.source) { (word) throws(Diagnostic) in try expand(word)
            }
            if let target = mount.target, CleanPath.absolute(target, in: state.workingFolder) == "/" {
                throw workshop.source.error(
                    at: flag.word.location, "a mount cannot stand in the place of /",
                    hint: "add target=/PATH, or begin with WORKDIR: a mount without a target is there")
            }
            command.mounts.append(
                RunCommand.Bound(mount: mount, origin: origin, location: flag.word.location))
        }
        try checkEntitlements(run, at: step.instruction.location)
        command.network = network(of: run)
        command.isPrivileged = run.security == .insecure
        return command
    }

    private var shell: [String] { state.container.shell ?? ["/bin/sh", "-c"] }

    /// What here-documents make of a line: a single one is what the shell runs, or a program where it begins with
    /// `#!`; others are put back behind the line for the shell to read.
    ///
    /// Source: BuildKit, `dispatchRun`.
    private static func shellLine(
        _ text: String, _ documents: [HereDocument]
    ) -> (line: String, script: RunCommand.Script?) {
        guard let first = documents.first else { return (text, nil) }
        guard documents.count == 1, isOpening(text, of: first) else {
            return (documents.reduce(text) { $0 + "\n" + $1.content + $1.opening.name }, nil)
        }
        guard first.content.hasPrefix("#!") else { return (first.content, nil) }
        return ("", RunCommand.Script(name: first.opening.name, content: first.content))
    }

    /// True when the line is nothing but the opening of the document.
    private static func isOpening(_ text: String, of document: HereDocument) -> Bool {
        let bare = { (text: String) in text.filter { !["\"", "'", " ", "\t"].contains($0) } }
        return ["<<", "<<-", "0<<", "0<<-"].contains { bare(text) == $0 + bare(document.opening.name) }
    }

    private func setEnvironment(of command: inout RunCommand) {
        command.environment = variables.entries
        command.declared = variables.declaredNames.map { "\($0)=\(variables.value(of: $0) ?? "")" }
        let proxies = workshop.arguments.given.filter {
            BuildArguments.predefined.contains($0.key) && !variables.declaredNames.contains($0.key)
                && !variables.isSet($0.key)
        }
        command.proxies = proxies.map { "\($0.key)=\($0.value)" }.sorted()
    }

    // MARK: What must be allowed

    private func checkEntitlements(
        _ run: RunInstruction, at location: SourceLocation
    ) throws(Diagnostic) {
        let running = workshop.running
        for (entitlement, flag) in running.entitlements(of: run)
        where !running.entitlements.contains(entitlement) {
            throw workshop.source.notAllowed(entitlement, for: flag, at: location)
        }
    }

    private func network(of run: RunInstruction) -> RunNetwork {
        switch run.network {
        case nil, .default?: workshop.running.network
        case .none?: .none
        case .host?: .host
        }
    }
}
