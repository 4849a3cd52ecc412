// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Where a build cache lies that other machines can use.
///
/// Source: docker buildx build, `--cache-from` and `--cache-to`, types `registry` and `local`.
package enum CacheLocation: Hashable, Sendable, CustomStringConvertible {
    /// An artifact of its own, or an image that tells what made its layers.
    case registry(Reference)
    /// An OCI image layout, and which of its caches.
    case folder(FilePath, Entry = .standard)

    /// What tells the caches of a folder apart.
    package enum Entry: Hashable, Sendable {
        /// `tag=`: the name that the layout's index has.
        case name(String)
        /// `digest=`: of a manifest, whether or not it has a name.
        case digest(Digest)

        package static let standard = Entry.name("build-cache")
    }

    /// Reads `type=registry,ref=REFERENCE`, `type=local,src=FOLDER[,tag=TAG][,digest=DIGEST]` (or `dest=`), or a bare
    /// reference.
    ///
    /// `mode=max` and `mode=min` are taken and mean the same: every step is exported. Layers are those of the image,
    /// compressed as they are there. A digest counts more than a tag.
    package init(_ text: String) throws(InvalidValue) {
        guard text.contains("=") else {
            self = .registry(try Reference(text))
            return
        }
        let fields = try OptionFields(text, noun: "cache", keys: CacheTarget.keys)
        if let mode = fields["mode"], mode != "max", mode != "min" {
            throw InvalidValue("cache", text, "the mode is min or max")
        }
        for key in ["image-manifest", "oci-mediatypes"] where try fields.flag(key) == false {
            throw InvalidValue("cache", text, "a cache is always an OCI artifact: leave out \(key)")
        }
        _ = try fields.flag("force-compression")
        _ = try fields.flag("ignore-error")
        let type = try fields.required("type")
        if type != "local", let key = ["tag", "digest"].first(where: { fields[$0] != nil }) {
            throw InvalidValue(
                "cache", text, "\(key) is for type=local; write ref=NAME:TAG or ref=NAME@DIGEST")
        }
        switch type {
        case "registry": self = .registry(try Reference(try fields.required("ref")))
        case "local":
            let tag = try fields["tag"].map { text throws(InvalidValue) in Entry.name(try Tag(text).rawValue)
            }
            let digest = try fields["digest"].map { text throws(InvalidValue) in
                Entry.digest(try Digest(text))
            }
            self = .folder(FilePath(try fields.required("src", "dest")), digest ?? tag ?? .standard)
        case "inline":
            throw InvalidValue(
                "cache", text, "an image with an inline cache is read as type=registry,ref=IMAGE")
        case let type where ["gha", "s3", "azblob"].contains(type):
            throw InvalidValue(
                "cache", text,
                "there is no type=\(type) here; keep it in a registry, or save and restore type=local")
        case let type:
            throw InvalidValue("cache", text, "the type \"\(type)\" is none of inline, local, registry")
        }
    }

    package var description: String {
        switch self {
        case .registry(let reference): reference.familiar
        case .folder(let folder, .standard): folder.string
        case .folder(let folder, .name(let name)): "\(folder):\(name)"
        case .folder(let folder, .digest(let digest)): "\(folder)@\(digest)"
        }
    }
}

/// Where a build leaves its cache: one `--cache-to`.
package enum CacheTarget: Hashable, Sendable {
    case location(CacheLocation)
    /// In the image itself.
    case inline

    static let keys: Set<String> = [
        "type", "ref", "src", "dest", "mode", "tag", "digest", "image-manifest", "oci-mediatypes",
        "ignore-error", "compression", "compression-level", "force-compression",
    ]
    private static let keysOfInline: Set<String> = ["type", "mode", "ignore-error"]

    /// Whether a text says `ignore-error=true`: a cache that cannot be written is a warning then.
    package static func ignoresErrors(_ text: String) throws(InvalidValue) -> Bool {
        guard text.contains("=") else { return false }
        return try OptionFields(text, noun: "cache", keys: keys).flag("ignore-error") ?? false
    }

    /// The compression that a text insists on, with `force-compression=true`; nil for that of the image.
    package static func forcedCompression(_ text: String) throws(InvalidValue) -> String? {
        guard text.contains("=") else { return nil }
        let fields = try OptionFields(text, noun: "cache", keys: keys)
        return try fields.flag("force-compression") == true ? fields["compression"] : nil
    }

    /// Reads what ``CacheLocation`` reads, but for `digest=`, and `type=inline`.
    package init(_ text: String) throws(InvalidValue) {
        let fields = text.contains("=") ? try OptionFields(text, noun: "cache", keys: Self.keys) : nil
        guard fields?["type"] == "inline" else {
            let location = try CacheLocation(text)
            if case .folder(_, .digest) = location {
                throw InvalidValue(
                    "cache", text, "what is written has the digest of its content: leave out digest")
            }
            self = .location(location)
            return
        }
        if let key = fields?.fields.map(\.key).first(where: { !Self.keysOfInline.contains($0) }) {
            throw InvalidValue("cache", text, "type=inline goes into the image: \(key) means nothing")
        }
        self = .inline
    }
}
