// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Where a build cache lies that other machines can use.
///
/// Source: docker buildx build, `--cache-from` and `--cache-to`, types `registry` and `local`.
package enum CacheLocation: Hashable, Sendable, CustomStringConvertible {
    /// An artifact of its own, or an image that tells what made its layers.
    case registry(Reference)
    /// An OCI image layout.
    case folder(FilePath)

    /// Reads `type=registry,ref=REFERENCE`, `type=local,src=FOLDER` (or `dest=`), or a bare reference.
    ///
    /// `mode=max` and `mode=min` are taken and mean the same: every step is exported. Layers are those of the image,
    /// compressed as they are there.
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
        if try fields.flag("force-compression") == true {
            throw InvalidValue(
                "cache", text,
                "layers go as the image has them; build with --compression, and leave it out here")
        }
        if fields["digest"] != nil {
            throw InvalidValue(
                "cache", text, "a folder has one cache, and a registry's is ref=NAME@DIGEST: leave out digest"
            )
        }
        _ = try fields.flag("ignore-error")
        switch try fields.required("type") {
        case "registry": self = .registry(try Reference(try fields.required("ref")))
        case "local": self = .folder(FilePath(try fields.required("src", "dest")))
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
        case .folder(let folder): folder.string
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

    /// Reads what ``CacheLocation`` reads, and `type=inline`.
    package init(_ text: String) throws(InvalidValue) {
        let fields = text.contains("=") ? try OptionFields(text, noun: "cache", keys: Self.keys) : nil
        guard fields?["type"] == "inline" else {
            self = .location(try CacheLocation(text))
            return
        }
        if let key = fields?.fields.map(\.key).first(where: { !Self.keysOfInline.contains($0) }) {
            throw InvalidValue("cache", text, "type=inline goes into the image: \(key) means nothing")
        }
        self = .inline
    }
}
