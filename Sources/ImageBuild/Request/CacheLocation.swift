// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Where a build cache lies that other machines can use.
///
/// Source: docker buildx build, `--cache-from` and `--cache-to`, types `registry` and `local`.
package enum CacheLocation: Hashable, Sendable, CustomStringConvertible {
    case registry(Reference)
    /// An OCI image layout.
    case folder(FilePath)

    /// Reads `type=registry,ref=REFERENCE`, `type=local,src=FOLDER` (or `dest=`), or a bare reference.
    ///
    /// `mode=max` and `mode=min` are taken and mean the same: every step is exported.
    package init(_ text: String) throws(InvalidValue) {
        guard text.contains("=") else {
            self = .registry(try Reference(text))
            return
        }
        let fields = try OptionFields(
            text, noun: "cache", keys: ["type", "ref", "src", "dest", "mode", "tag"])
        if let mode = fields["mode"], mode != "max", mode != "min" {
            throw InvalidValue("cache", text, "the mode is min or max")
        }
        switch try fields.required("type") {
        case "registry": self = .registry(try Reference(try fields.required("ref")))
        case "local": self = .folder(FilePath(try fields.required("src", "dest")))
        case let type:
            throw InvalidValue("cache", text, "the type \"\(type)\" is neither registry nor local")
        }
    }

    package var description: String {
        switch self {
        case .registry(let reference): reference.familiar
        case .folder(let folder): folder.string
        }
    }
}
