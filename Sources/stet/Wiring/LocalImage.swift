// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import SystemPackage

/// An image in a folder on this machine: a layout, and the name in its index.
struct LocalImage: Sendable {
    let layout: ImageLayout
    /// nil for the only image of a layout.
    let name: String?

    /// The image to read, which must be there.
    init(reading location: ImageLocation) throws {
        switch location {
        case .layout(let folder, let name): (layout, self.name) = (try ImageLayout(folder), name)
        case .store(let reference):
            (layout, name) = (try ImageLayout(creating: UserFolder.imageStore), reference.description)
        case .registry, .archive: throw LocalImage.noLayout(location)
        }
    }

    /// The place to write an image to, made when missing.
    init(writing location: ImageLocation) throws {
        switch location {
        case .layout(let folder, let name): (layout, self.name) = (try ImageLayout(creating: folder), name)
        case .store(let reference):
            (layout, name) = (try ImageLayout(creating: UserFolder.imageStore), reference.description)
        case .registry, .archive: throw LocalImage.noLayout(location)
        }
    }

    private static func noLayout(_ location: ImageLocation) -> CommandFailure {
        CommandFailure(
            "\(location) is no layout; name a folder as oci:DIR[:NAME] or the local store as store:REF",
            exitCode: CommandFailure.usage)
    }

    /// What the name stands for.
    func manifest() throws -> Descriptor {
        if let name {
            guard let found = try layout.resolve(name) else {
                let names = try layout.names().map(\.name).joined(separator: ", ")
                throw CommandFailure(
                    "\(layout.folder) has no image \"\(name)\"; it has \(names.isEmpty ? "none" : names)",
                    exitCode: CommandFailure.usage)
            }
            return found.identity
        }
        let roots = try layout.roots()
        guard roots.count == 1, let only = roots.first else {
            let names = try layout.names().map(\.name).joined(separator: ", ")
            throw CommandFailure(
                "\(layout.folder) has \(roots.count) images; say which one, as oci:DIR:NAME: "
                    + (names.isEmpty ? "none has a name" : names),
                exitCode: CommandFailure.usage)
        }
        return only.identity
    }
}
