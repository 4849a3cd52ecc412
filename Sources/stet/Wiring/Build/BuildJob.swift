// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage

/// One build from its request to the last place that its image goes to.
struct BuildJob: Sendable {
    let request: BuildRequest
    let destinations: [BuildDestination]
    let progress: BuildProgress
    let registries: RegistryConnector

    func run(at site: BuildSite) async throws -> BuiltImage {
        // An image without a name is nobody's: the lease keeps it until it is where it is wanted.
        let lease = try await CommandFailure.asFailure { try await site.store.lease() }
        defer { lease.end() }
        let built = try await build(at: site)
        return try await CommandFailure.asFailure {
            for destination in destinations {
                try await name(built, in: site.store, for: destination)
                try await deliver(built, at: site, to: destination)
            }
            return built
        }
    }

    private func build(at site: BuildSite) async throws -> BuiltImage {
        do {
            return try await progress.show { report in
                try await ImageBuilder(site, progress: report).build(request)
            }
        } catch let error as BuildError {
            throw BuildFailure.commandFailure(error)
        }
    }

    /// `name-canonical`: each name with the digest behind it.
    private func name(
        _ built: BuiltImage, in store: ImageLayout, for destination: BuildDestination
    ) async throws {
        guard destination.hasCanonicalNames else { return }
        for var name in destination.isByDigest ? destination.repositories : request.tags {
            name.digest = built.manifest.digest
            try await store.tag(built.manifest, as: name.description)
        }
    }

    private func deliver(
        _ built: BuiltImage, at site: BuildSite, to destination: BuildDestination
    ) async throws {
        switch destination.place {
        case .store: break
        case .registries:
            for tag in request.tags { try await push(built.manifest, from: site.store, as: tag) }
        case .repositories:
            for var name in destination.repositories {
                name.digest = built.manifest.digest
                try await push(built.manifest, from: site.store, as: name)
            }
        case .archive(let format, let target):
            let image = ImageArchive.Image(names: names, descriptor: built.manifest)
            try await shown(BuildErrand(.output, target.shown)) { settings in
                try await write(to: target, by: site.store) { file in
                    try await ImageArchive.write(
                        image, from: site.store, as: format, to: file, settings: settings)
                }
            }
        case .layout(let folder):
            let layout = try ImageLayout(creating: folder)
            try await shown(BuildErrand(.output, "\(folder)")) { settings in
                try await copyGraph([built.manifest], from: site.store, to: layout, settings)
            }
            for name in names.isEmpty ? [Tag.latest.rawValue] : names {
                try await layout.tag(built.manifest, as: name)
            }
            say("wrote \(folder)")
        case .folder(let folder):
            try await shown(BuildErrand(.output, "\(folder)")) { _ in
                try await files(of: built, at: site, for: destination).write(toFolder: folder)
            }
            say("wrote \(folder)")
        case .tar(let target):
            let files = files(of: built, at: site, for: destination)
            try await shown(BuildErrand(.output, target.shown)) { _ in
                try await write(to: target, by: site.store) { try await files.write(toTar: $0) }
            }
        }
    }

    private var names: [String] { request.tags.map(\.description) }

    private func files(
        of built: BuiltImage, at site: BuildSite, for destination: BuildDestination
    ) -> ImageFiles {
        ImageFiles(of: built, at: site, splitsPlatforms: destination.splitsPlatforms)
    }

    /// What goes to standard output is whole before its first byte does.
    private func write(
        to target: BuildDestination.Target, by store: ImageLayout,
        _ make: (FilePath) async throws -> Void
    ) async throws {
        switch target {
        case .file(let file):
            try await make(file)
            say("wrote \(file)")
        case .standardOutput:
            let scratch = try await BlockingThread.run {
                try LeasedFolder(in: store.temporary, prefix: ".output-")
            }
            let file = scratch.path.appending("archive")
            try await make(file)
            try await BlockingThread.runCancellable { checkCancellation in
                try ByteSource.file(file, offset: 0, count: WholeFile.size(file) ?? 0).forEachPiece { piece in
                    try checkCancellation()
                    _ = try FileError.wrap("write", "standard output") {
                        try FileDescriptor.standardOutput.writeAll(piece)
                    }
                }
            }
            withExtendedLifetime(scratch) {}
        }
    }

    private func push(_ root: Descriptor, from store: ImageLayout, as name: Reference) async throws {
        let source = ImageSource(reader: store, root: root, name: "\(name)")
        let target = ImageTarget(location: .registry(name))
        let reception = try await shown(BuildErrand(.push, "\(name)")) { settings in
            try await target.receive(source, settings, over: registries)
        }
        switch reception.outcome {
        case .alreadyPublished: say("already published: \(name) is this very image")
        default: say("published \(name)")
        }
    }

    /// Shows a copy: to a program as events, to a person as every copy is shown.
    private func shown<Value: Sendable>(
        _ errand: BuildErrand, _ copy: (CopySettings) async throws -> Value
    ) async throws -> Value {
        if progress.isForPrograms {
            return try await progress.show(isWhole: false) { report in
                try await errand.report(to: report) { try await copy($0.settings) }
            }
        }
        return try await TransferConsole(isQuiet: progress.isSilent).show { report in
            var settings = CopySettings()
            settings.report = report
            return try await copy(settings)
        }
    }

    private func say(_ text: String) {
        if !progress.isSilent { Terminal.error.line(text) }
    }
}

extension BuildDestination.Target {
    /// For people.
    fileprivate var shown: String {
        switch self {
        case .file(let file): "\(file)"
        case .standardOutput: "standard output"
        }
    }
}
