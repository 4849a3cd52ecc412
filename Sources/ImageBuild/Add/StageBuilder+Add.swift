// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import LayerArchive
import OCISpec
import RegistryTransport
import SourceText
import SystemPackage

extension StageBuilder {
    /// What a file is for `ADD`: its contents when it is an archive, else itself.
    func unpacked(_ item: CopyItem, at location: SourceLocation) async throws(BuildError) -> CopyItem {
        guard case .found(let tree, let path, let name) = item,
            let node = tree.node(at: path), case .file(let content) = node.kind
        else { return item }
        let layers = workshop.layers
        return try await atPlace(location) { () async throws(BuildError) in
            let start = try await layers.prefix(of: content, count: ArchiveSignature.count)
            guard ArchiveSignature.isPresent(in: start) else { return item }
            return try await BuildError.wrapStore {
                try await BlockingThread.run {
                    do {
                        return try layers.archive(content, node.stamp, named: name).map(CopyItem.unpacked)
                            ?? item
                    } catch let error as LayerError {
                        throw Problem("\(name) cannot be unpacked: \(error)")
                    }
                }
            }
        }
    }

    /// Fetches what a URL or a git address names.
    func item(
        _ source: RemoteSource, at location: SourceLocation, of request: CopyRequest
    ) async throws(BuildError) -> CopyItem {
        switch source {
        case .url(let text):
            let item = try await download(text, at: location, of: request)
            return request.unpacks ?? false ? try await unpacked(item, at: location) : item
        case .git(let text): return try await checkout(text, at: location, of: request)
        }
    }

    /// A file under the name that the URL's path ends with, readable by its owner.
    ///
    /// Source: BuildKit: mode 0600, time of `Last-Modified`, `__unnamed__` where the path names nothing.
    private func download(
        _ text: String, at location: SourceLocation, of request: CopyRequest
    ) async throws(BuildError) -> CopyItem {
        guard let http = workshop.http else {
            throw .invalid(
                workshop.source.error(at: location, "ADD of a URL is not possible here: there is no network"))
        }
        let expected: Digest?
        let address: WebAddress
        do {
            address = try WebAddress(text)
            expected = try request.checksum.map { try Digest($0.text) }
        } catch {
            // The URL may carry a password.
            let message = "\(error)".replacing(text, with: GitAddress.redacted(text))
            throw .invalid(workshop.source.error(at: request.checksum?.location ?? location, message))
        }
        do {
            let folder = try SpooledFile.makeFolder(in: workshop.layers.scratch)
            let file = try await reported(address) { news in
                try await Download(transport: http, news: news).fetch(
                    address.authorized(by: secrets), into: folder, expecting: expected)
            }
            var node = FileTree.Node(
                mode: 0o600, owner: .root, kind: .file(.host(file.path, count: file.size)))
            node.mtime = file.lastModified ?? 0
            return .file(address.url.fileName ?? "__unnamed__", node)
        } catch let error as FileError {
            throw BuildError.file(error).located(at: location, in: workshop.source)
        } catch {
            throw Self.failure(error, at: location, in: workshop.source)
        }
    }

    private var secrets: ServerSecrets { ServerSecrets(workshop.running.secrets) }

    private func reported(
        _ address: WebAddress, _ work: (ErrandNews?) async throws -> Download.File
    ) async throws -> Download.File {
        guard let step else { return try await work(nil) }
        let errand = BuildErrand(.file(for: step), "\(address)")
        return try await errand.report(to: workshop.progress) { try await work($0) }
    }

    /// What a repository has at a commit, without its history unless it is wanted.
    private func checkout(
        _ text: String, at location: SourceLocation, of request: CopyRequest
    ) async throws(BuildError) -> CopyItem {
        do {
            var address = try GitAddress(text)
            if let checksum = request.checksum { address = try address.expecting(checksum.text) }
            let keepsGit = request.keepsGitFolder || address.keepsGitFolder ?? false
            let folder = try SpooledFile.makeFolder(in: workshop.layers.scratch)
            let checkout = try await GitCheckout(
                address: address, folder: folder, keepsGitFolder: keepsGit,
                authorization: try await secrets.authorization(ofRepository: address.remote)
            ).run()
            let tree = try await BlockingThread.run {
                try ContextFolder(path: checkout.folder, omitted: keepsGit ? [] : [".git"]).tree()
            }
            return .found(tree, path: "/", name: "")
        } catch {
            throw Self.failure(error, at: location, in: workshop.source)
        }
    }

    private static func failure(
        _ error: any Error, at location: SourceLocation, in source: SourceFile
    ) -> BuildError {
        if error is CancellationError { return .cancelled }
        if let error = error as? TransportError, error.kind == .cancelled { return .cancelled }
        return .invalid(source.error(at: location, "\(error)"))
    }
}

extension HTTPURL {
    /// What the path ends with, percent-decoded, as the text of a name; nil when that is nothing, or no name for a file.
    var fileName: String? {
        let name = String(nameBytes: (path.split(separator: "/").last ?? "").percentDecoded)
        return ["", ".", ".."].contains(name) || name.contains("/") || name.utf8.contains(0) ? nil : name
    }
}
