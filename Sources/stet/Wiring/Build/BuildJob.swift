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
            for destination in destinations { try await deliver(built, from: site.store, to: destination) }
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

    private func deliver(
        _ built: BuiltImage, from store: ImageLayout, to destination: BuildDestination
    ) async throws {
        let names = request.tags.map(\.description)
        switch destination {
        case .store: break
        case .registries:
            for tag in request.tags { try await push(built.manifest, from: store, as: tag) }
        case .archive(let format, let file):
            let image = ImageArchive.Image(names: names, descriptor: built.manifest)
            try await ImageArchive.write(image, from: store, as: format, to: file)
            say("wrote \(file)")
        case .layout(let folder):
            let layout = try ImageLayout(creating: folder)
            try await copyGraph([built.manifest], from: store, to: layout, CopySettings())
            for name in names.isEmpty ? [Tag.latest.rawValue] : names {
                try await layout.tag(built.manifest, as: name)
            }
            say("wrote \(folder)")
        case .folder(let folder):
            for image in built.images {
                let isAlone = built.images.count == 1
                let name = "\(image.platform)".map { $0 == "/" ? "_" : $0 }
                try await UnpackedImage.write(
                    image.manifest, of: store, to: isAlone ? folder : folder.appending(String(name)))
            }
            say("wrote \(folder)")
        }
    }

    private func push(_ root: Descriptor, from store: ImageLayout, as tag: Reference) async throws {
        let source = ImageSource(reader: store, root: root, name: "\(tag)")
        let target = ImageTarget(location: .registry(tag))
        let reception = try await TransferConsole(isQuiet: progress.isSilent).show { report in
            var settings = CopySettings()
            settings.report = report
            return try await target.receive(source, settings, over: registries)
        }
        switch reception.outcome {
        case .alreadyPublished: say("already published: \(tag) is this very image")
        default: say("published \(tag)")
        }
    }

    private func say(_ text: String) {
        if !progress.isSilent { Terminal.error.line(text) }
    }
}
