// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Foundation
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import Synchronization
import SystemPackage

/// A context, a store and base images in a temporary folder.
final class BuildFixture: BaseImages {
    let root: FilePath
    let store: ImageLayout
    private let images = Mutex<[Reference: Descriptor]>([:])
    private let seen = Mutex<[BuildEvent]>([])

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("stet-build-\(UUID())")
        root = FilePath(folder.path)
        try Folder.create(root.appending("context"))
        store = try ImageLayout(creating: root.appending("store"))
    }

    deinit { try? Folder.remove(root) }

    var context: FilePath { root.appending("context") }

    var events: [BuildEvent] { seen.withLock { $0 } }

    // MARK: The context

    @discardableResult
    func file(_ path: String, _ text: String = "", mode: UInt32 = 0o644) throws -> BuildFixture {
        let file = context.appending(path)
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: file, durable: false)
        try FileManager.default.setAttributes([.posixPermissions: Int(mode)], ofItemAtPath: file.string)
        return self
    }

    @discardableResult
    func folder(_ path: String, mode: UInt32 = 0o755) throws -> BuildFixture {
        try Folder.create(context.appending(path))
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: Int(mode)]
        try FileManager.default.setAttributes(attributes, ofItemAtPath: context.appending(path).string)
        return self
    }

    @discardableResult
    func link(_ path: String, to target: String) throws -> BuildFixture {
        try FileManager.default.createSymbolicLink(
            atPath: context.appending(path).string, withDestinationPath: target)
        return self
    }

    // MARK: Building

    func build(
        _ dockerfile: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> BuiltImage {
        var request = BuildRequest(context: context, platform: Platform(os: "linux", architecture: "amd64"))
        request.dockerfile = .text(dockerfile, name: "Dockerfile")
        try change(&request)
        return try await ImageBuilder(store: store, bases: self) { self.take($0) }.build(request)
    }

    func take(_ event: BuildEvent) {
        seen.withLock { $0.append(event) }
    }

    func config(_ image: BuiltImage) async throws -> ImageConfig {
        let bytes = try await store.read(image.config, limitBytes: 1 << 20)
        return try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "configuration")
    }

    func manifest(_ image: BuiltImage) async throws -> ImageManifest {
        let bytes = try await store.read(image.manifest, limitBytes: 1 << 20)
        return try JSONDocument.decode(ImageManifest.self, from: bytes, noun: "manifest")
    }

    /// The entries of one layer, in their order: `path kind mode uid:gid`, with a link's target or a file's
    /// content behind.
    func listing(_ layer: Descriptor) throws -> [String] {
        var reader = try LayerReader(store.path(of: layer.digest))
        var lines: [String] = []
        while let entry = try reader.next() {
            let mode = String(entry.mode, radix: 8)
            var line = "\(entry.path) "
            switch entry.kind {
            case .file:
                let text = String(decoding: try reader.bytes(limitBytes: 1 << 20), as: UTF8.self)
                line += "file \(mode) \(entry.uid):\(entry.gid) \(text)"
            case .directory: line += "folder \(mode) \(entry.uid):\(entry.gid)"
            case .symlink(let target): line += "link \(target)"
            default: line += "other"
            }
            lines.append(line.trimmingCharacters(in: .whitespaces))
        }
        return lines
    }

    /// The entries of all layers of an image, one list for each.
    func listings(_ image: BuiltImage) async throws -> [[String]] {
        try await manifest(image).layers.map { try listing($0) }
    }

    /// The paths of all files below the store.
    func storedFiles() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending("store").string).sorted()
    }

    // MARK: Base images

    /// Puts an image into the store under a name that `FROM` can use.
    func addImage(
        _ name: String, config change: (inout ImageConfig) -> Void = { _ in },
        layers: [[(LayerEntry, String)]]
    ) async throws {
        var config = ImageConfig(
            platform: Platform(os: "linux", architecture: "amd64"), config: ContainerConfig())
        var descriptors: [Descriptor] = []
        for entries in layers {
            let writer = try LayerWriter(in: store.temporary)
            for (entry, text) in entries { try writer.append(entry, content: .bytes(Array(text.utf8))) }
            let layer = try writer.finish()
            descriptors.append(try store.store(layer))
            config.rootfs.diffIDs.append(layer.diffID)
        }
        change(&config)
        let descriptor = try store.store(JSONDocument.encode(config), as: .ociConfig)
        let image = ImageManifest(config: descriptor, layers: descriptors)
        let manifest = try store.store(Manifest(.image(image)).bytes, as: .ociManifest)
        let reference = try Reference(name)
        images.withLock { $0[reference] = manifest }
    }

    struct NoSuchImage: Error {}

    /// As if the registry were there: the store has everything, and what is copied is told all the same.
    func fetch(
        _ reference: Reference, platform: Platform, _ settings: CopySettings
    ) async throws -> Descriptor {
        guard let image = images.withLock({ $0[reference] }) else { throw NoSuchImage() }
        settings.report(.exists(image))
        return image
    }
}

extension LayerEntry {
    static func file(_ path: String, _ text: String, mode: UInt32 = 0o644) -> (LayerEntry, String) {
        (LayerEntry(FilePath(path), .file(size: Int64(text.utf8.count)), mode: mode), text)
    }

    static func folder(_ path: String, mode: UInt32 = 0o755) -> (LayerEntry, String) {
        (LayerEntry(FilePath(path), .directory, mode: mode), "")
    }

    static func link(_ path: String, to target: String) -> (LayerEntry, String) {
        (LayerEntry(FilePath(path), .symlink(target: target), mode: 0o777), "")
    }
}
