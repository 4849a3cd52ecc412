// SPDX-License-Identifier: Apache-2.0

import ImageStore
import SystemPackage

/// Where the image of a build goes besides the local store.
///
/// Source: docker buildx build, `--output`.
enum BuildDestination: Hashable {
    /// Nowhere else.
    case store
    /// To the registries of its names.
    case registries
    case archive(ImageArchive.Format, FilePath)
    /// An OCI image layout.
    case layout(FilePath)
    /// The files, without the image.
    case folder(FilePath)

    private static let types = ["image", "registry", "oci", "docker", "local"]

    /// Reads `type=TYPE,dest=PATH`, or a bare folder.
    init(_ text: String) throws {
        guard text.contains("=") else {
            guard !text.isEmpty, text != "-" else {
                throw Self.failure(text, "name a folder, or a file: type=oci,dest=FILE")
            }
            self = .folder(FilePath(text))
            return
        }
        let fields = try Self.fields(text)
        let type = fields["type"] ?? ""
        guard Self.types.contains(type) else {
            throw Self.failure(text, "the type is one of \(Self.types.joined(separator: ", "))")
        }
        if type == "image" || type == "registry" {
            guard fields["dest"] == nil, fields["tar"] == nil else {
                throw Self.failure(text, "an image has no dest; name it with -t")
            }
            self = type == "registry" || fields["push"] == "true" ? .registries : .store
            return
        }
        guard let path = fields["dest"], !path.isEmpty, path != "-" else {
            throw Self.failure(text, "dest=PATH is missing")
        }
        switch type {
        case "oci": self = fields["tar"] == "false" ? .layout(FilePath(path)) : .archive(.oci, FilePath(path))
        case "docker": self = .archive(.docker, FilePath(path))
        default: self = .folder(FilePath(path))
        }
    }

    private static func fields(_ text: String) throws -> [String: String] {
        let values = try NamedValues.parse(
            text.split(separator: ",").map(String.init), "--output", missing: { _ in "true" })
        for key in values.keys.sorted() where !["type", "dest", "push", "tar"].contains(key) {
            throw failure(text, "\"\(key)\" is none of type, dest, push, tar")
        }
        return values
    }

    private static func failure(_ text: String, _ reason: String) -> CommandFailure {
        CommandFailure("--output \"\(text)\": \(reason)", exitCode: CommandFailure.usage)
    }
}
