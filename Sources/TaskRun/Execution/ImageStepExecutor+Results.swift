// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import OCISpec
import SystemPackage

extension ImageStepExecutor {
    /// Writes an image, and what is to be said of it, where its step wants them.
    func leave(
        _ image: BuiltImage, of action: BuildAction, at site: BuildSite,
        report: @escaping @Sendable (StepNews) -> Void
    ) async throws {
        for result in action.results {
            try await write(image, names: action.tags, to: result, at: site)
            if let path = result.path { report(.notice("wrote \(path)")) }
        }
        if let file = action.idFile { try await write(Array("\(image.manifest.digest)".utf8), to: file) }
        if let file = action.metadataFile {
            try await write(try image.metadata(names: action.tags), to: file)
        }
    }

    private func write(_ bytes: [UInt8], to file: String) async throws {
        let place = try path(file)
        try await BlockingThread.run {
            try Folder.create(place.removingLastComponent())
            try WholeFile.write(bytes, to: place)
        }
    }

    private func write(
        _ image: BuiltImage, names: [Reference], to result: BuildDestination, at site: BuildSite
    ) async throws {
        guard let relative = result.path else { return }
        let place = try path(relative.string)
        try await BlockingThread.run { try Folder.create(place.removingLastComponent()) }
        switch result.place {
        case .archive(let format, _):
            try await ImageArchive.write(
                ImageArchive.Image(names: names.map(\.description), descriptor: image.manifest), from: store,
                as: format, to: place)
        case .layout:
            let layout = try ImageLayout(creating: place)
            try await copyGraph([image.manifest], from: store, to: layout)
            for name in names.isEmpty ? [Tag.latest.rawValue] : names.map(\.description) {
                try await layout.tag(image.manifest, as: name)
            }
        case .folder: try await files(of: image, result, at: site).write(toFolder: place)
        case .tar: try await files(of: image, result, at: site).write(toTar: place)
        case .store, .registries, .repositories: break
        }
    }

    private func files(
        of image: BuiltImage, _ result: BuildDestination, at site: BuildSite
    ) -> ImageFiles {
        ImageFiles(of: image, at: site, splitsPlatforms: result.splitsPlatforms)
    }

    /// The place of a path of the context.
    ///
    /// - Throws: ``StepFailure`` when a link on the way leads out of the context: a step may have made it.
    func path(_ relative: String) throws(StepFailure) -> FilePath {
        guard relative != "." else { return context.folder }
        let whole = context.folder.appending(relative)
        var existing = whole
        while Self.real(existing) == nil, existing != context.folder { existing.removeLastComponent() }
        guard let root = Self.real(context.folder), let real = Self.real(existing) else { return whole }
        guard real.starts(with: root) else {
            throw StepFailure("\(relative) is a link that leads out of the context of the run")
        }
        return whole
    }

    private static func real(_ path: FilePath) -> FilePath? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(String(cString: resolved))
    }
}
