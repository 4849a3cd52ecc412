// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import LayerArchive
import OCISpec
package import RegistryClient
package import RegistryTransport
package import SystemPackage

/// Turns what a person calls the context into a folder.
///
/// What is fetched lies in a temporary folder below `scratch`. Archives are unpacked as layers are: nothing
/// gets out of the folder, and no more than 64 GiB or four million files get into it.
package struct BuildContextResolver: Sendable {
    let scratch: FilePath
    let http: (any HTTPTransport)?
    let registries: RegistryConnector?
    let input: FileDescriptor
    let secrets: ServerSecrets

    /// - Parameters:
    ///   - scratch: Made when it is missing.
    ///   - http: For URLs; sends once, retries and redirects are ours.
    ///   - registries: For `oci://`.
    ///   - secrets: For URLs and repositories.
    ///   - input: What `-` reads.
    package init(
        scratch: FilePath, http: (any HTTPTransport)? = nil, registries: RegistryConnector? = nil,
        secrets: ServerSecrets = ServerSecrets(), input: FileDescriptor = .standardInput
    ) {
        self.scratch = scratch
        self.http = http
        self.registries = registries
        self.secrets = secrets
        self.input = input
    }

    /// - Throws: ``ContextError``, or `CancellationError` as its cause; nothing is left behind.
    package func resolve(
        _ location: BuildContextLocation, _ news: ErrandNews? = nil
    ) async throws(ContextError) -> ResolvedContext {
        do {
            switch location {
            case .path(let path): return try await local(path)
            case .standardInput: return try await standardInput()
            case .url(let address): return try await download(address, news)
            case .git(let address): return try await checkout(address)
            case .artifact(let reference): return try await artifact(reference, news)
            }
        } catch {
            throw ContextError(location: location.description, cause: error)
        }
    }

    private func local(_ path: FilePath) async throws -> ResolvedContext {
        if Folder.isFolder(path) { return ResolvedContext(folder: path) }
        let temporary = try await makeFolder()
        guard Self.isPipe(path) else {
            return try await BlockingThread.run {
                try FetchedFile(path: path, temporary: temporary).archive()
            }
        }
        let file = temporary.path.appending("input")
        return try await BlockingThread.runCancellable { checkCancellation in
            try PipedInput.open(path) { try $0.copy(to: file, checkCancellation) }
            return try FetchedFile(path: file, temporary: temporary).archive()
        }
    }

    /// True for what can be read only once.
    private static func isPipe(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    private func standardInput() async throws -> ResolvedContext {
        let temporary = try await makeFolder()
        let file = temporary.path.appending("input")
        let piped = PipedInput(descriptor: input, name: "standard input")
        return try await BlockingThread.runCancellable { checkCancellation in
            try piped.copy(to: file, checkCancellation)
            return try FetchedFile(path: file, temporary: temporary).context()
        }
    }

    private func download(_ address: WebAddress, _ news: ErrandNews?) async throws -> ResolvedContext {
        guard let http else { throw NoContext(description: "there is no network here") }
        let temporary = try await makeFolder()
        let download = Download(transport: http, news: news)
        let file = try await download.fetch(
            address.authorized(by: secrets), into: temporary.path, expecting: nil)
        return try await BlockingThread.run {
            try FetchedFile(path: file.path, temporary: temporary).context()
        }
    }

    private func checkout(_ address: GitAddress) async throws -> ResolvedContext {
        let temporary = try await makeFolder()
        let checkout = GitCheckout(
            address: address, folder: temporary.path, keepsGitFolder: address.keepsGitFolder ?? false,
            authorization: try await secrets.authorization(ofRepository: address.remote), allowsLocal: true)
        let result = try await checkout.run()
        var context = ResolvedContext(folder: result.folder, in: temporary)
        context.commit = result.commit
        return context
    }

    private static let prefix = ".context-"

    func makeFolder() async throws -> LeasedFolder {
        try await BlockingThread.run { [scratch] in try LeasedFolder(in: scratch, prefix: Self.prefix) }
    }

    /// Removes the contexts of processes that were killed.
    ///
    /// Blocks.
    package static func sweep(_ scratch: FilePath) {
        LeasedFolder.sweep(scratch, prefix: prefix)
    }
}
