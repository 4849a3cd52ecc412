// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import RegistryTransport
import SystemPackage

extension CertifyRunCommand {
    /// What the file of `--users` says; nil without one.
    func namedUsers() throws -> UsersFile? {
        guard let usersFile else { return nil }
        let path = Environment.currentFolder.pushing(FilePath(usersFile))
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(path, limitBytes: 1 << 20)
        } catch {
            throw CommandFailure("--users: \(error)", exitCode: CommandFailure.usage)
        }
        return try UsersFile.load(NamedText(name: usersFile, text: String(decoding: bytes, as: UTF8.self)))
    }

    /// Everybody as whom the run sends, with their credentials: the writer is whoever is logged in here.
    func users(of request: CertifyRequest, over plain: any HTTPTransport) async throws -> Users {
        try await CommandFailure.asUsage {
            guard let file = try namedUsers(), let usersFile else {
                return Users(over: plain, writer: ConnectionOptions.lookup)
            }
            let addresses = [request.registry] + [request.secondAddress].compactMap(\.self)
            let surroundings = UserSurroundings(
                registries: addresses.map(\.authority),
                folder: Environment.currentFolder.pushing(FilePath(usersFile)).removingLastComponent(),
                helpers: ProgramLimits(running: CredentialHelperProcess.runner),
                variable: { Environment.value($0) })
            return Users(
                over: plain, writer: ConnectionOptions.lookup, named: try await file.users(surroundings))
        }
    }
}
