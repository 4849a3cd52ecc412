// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// The program that makes bridges, addresses and firewall rules, and its companion that answers for names.
///
/// Source: netavark(1), aardvark-dns(1).
struct Netavark: Sendable {
    private let program: Program
    /// nil where names cannot be resolved.
    let nameServer: FilePath?
    /// Where both keep what they know about one network.
    private let configuration: FilePath

    private static let folders = [
        "/usr/libexec/podman", "/usr/lib/podman", "/usr/local/libexec/podman", "/usr/local/lib/podman",
    ]

    private enum Verb: String {
        case setup, teardown
    }

    private struct Failure: Decodable {
        let error: String
    }

    static var path: FilePath? { Program.find("netavark", also: folders) }
    static var nameServerPath: FilePath? { Program.find("aardvark-dns", also: folders) }

    init(configuration: FilePath) throws(ContainerError) {
        guard let path = Netavark.path else {
            throw .network(
                "bridge networks need netavark: apt-get install netavark aardvark-dns, or use host"
            )
        }
        program = Program(name: "netavark", path: path)
        nameServer = Netavark.nameServerPath
        self.configuration = configuration
    }

    /// Gives a network namespace its place in a network, which is made when it has none yet.
    ///
    /// Blocks.
    func setUp(_ options: NetavarkOptions, in namespace: OpenFile) throws(ContainerError) {
        try run(.setup, options, namespace)
    }

    /// Takes it back; the last one takes the network away.
    ///
    /// Blocks.
    func tearDown(_ options: NetavarkOptions, in namespace: OpenFile) throws(ContainerError) {
        try run(.teardown, options, namespace)
    }

    private func run(
        _ verb: Verb, _ options: NetavarkOptions, _ namespace: OpenFile
    ) throws(ContainerError) {
        var arguments = ["--config", configuration.string]
        if let nameServer { arguments += ["--aardvark-binary", nameServer.string] }
        arguments += [verb.rawValue, "/proc/self/fd/\(Program.extraDescriptor)"]
        let outcome: Program.Outcome
        do {
            try Folder.create(configuration)
            let input = try JSONDocument.encode(options)
            outcome = try program.run(arguments, input: input, extra: namespace)
        } catch let error as ContainerError {
            throw error
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .network("\(error)")
        }
        guard outcome.status != 0 else { return }
        let failure = try? JSONDocument.decode(Failure.self, from: outcome.output, noun: "answer of netavark")
        throw .network(
            "netavark cannot \(verb == .setup ? "set up" : "remove") the network: "
                + (failure?.error ?? outcome.errorText) + "; the network host needs none of this")
    }
}
