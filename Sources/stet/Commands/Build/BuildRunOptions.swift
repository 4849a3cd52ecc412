// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DockerfileSyntax
import ImageBuild
import SystemPackage

/// What `RUN` gets.
struct BuildRunOptions: ParsableArguments {
    @Option(help: "What RUN reaches: default, none or host.") var network = RunNetwork.sandbox
    @Option(
        name: .customLong("add-host"),
        help: ArgumentHelp("A line of /etc/hosts while RUN runs.", valueName: "name:address"))
    var addHost: [String] = []
    @Option(
        help: ArgumentHelp(
            "A secret for RUN --mount=type=secret: id=NAME,src=FILE or id=NAME,env=VARIABLE.",
            valueName: "secret"))
    var secret: [String] = []
    @Option(
        help: ArgumentHelp(
            "An agent for RUN --mount=type=ssh: default, or ID=SOCKET.", valueName: "agent"))
    var ssh: [String] = []
    @Option(
        help: ArgumentHelp(
            "What RUN may ask for: network.host, security.insecure.", valueName: "entitlement"))
    var allow: [Entitlement] = []
    @Option(
        help: ArgumentHelp(
            "A limit for the processes of RUN, as nofile=1024:2048; -1 is none.",
            valueName: "name=soft[:hard]"))
    var ulimit: [String] = []
    @Option(
        name: .customLong("shm-size"),
        help: ArgumentHelp("The size of /dev/shm while RUN runs: 64m unless given.", valueName: "size"))
    var sharedMemorySize: String?

    /// By id; of two with one id the last counts.
    var secrets: [String: SecretSource] {
        get throws {
            var secrets: [String: SecretSource] = [:]
            for text in secret.given {
                let (id, source) = try SecretSource.parse(text) { Environment.value($0) != nil }
                secrets[id] = source
            }
            return secrets
        }
    }

    func apply(to request: inout BuildRequest) throws {
        request.running.network = network
        if network == .host { request.running.entitlements.insert(.networkHost) }
        request.running.entitlements.formUnion(allow)
        request.running.extraHosts = try addHost.map { try ExtraHost($0) }
        request.running.limits = try ulimit.map { try ProcessLimit($0) }
        request.running.sharedMemoryBytes = try sharedMemorySize.given.map { text in
            guard let size = ByteCount(text), size.bytes > 0 else {
                throw CommandFailure(
                    "--shm-size is \"\(text)\", not a size such as 128m", exitCode: CommandFailure.usage)
            }
            return size.bytes
        }
        request.running.secrets = try secrets
        for text in ssh.given {
            let (id, socket) = try agent(text)
            request.running.agents[id] = socket
        }
    }

    private func agent(_ text: String) throws -> (id: String, socket: FilePath) {
        let id = String(text.prefix { $0 != "=" })
        let named = text.dropFirst(id.count + 1)
        guard let socket = named.isEmpty ? Environment.value("SSH_AUTH_SOCK") : String(named) else {
            throw CommandFailure(
                "--ssh \(text): no agent is running\n  hint: start one, so that SSH_AUTH_SOCK is set, or write "
                    + "--ssh \(id)=SOCKET", exitCode: CommandFailure.usage)
        }
        return (id, FilePath(socket))
    }
}

extension RunNetwork: ExpressibleByArgument {
    /// An empty one is the default.
    package init?(argument: String) {
        self.init(rawValue: argument.isEmpty ? RunNetwork.sandbox.rawValue : argument)
    }
}

extension Entitlement: ExpressibleByArgument {}
