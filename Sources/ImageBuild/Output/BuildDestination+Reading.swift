// SPDX-License-Identifier: Apache-2.0

import ImageStore
package import OCISpec
import SystemPackage

extension BuildDestination {
    /// Reads `type=TYPE,…`, a bare folder, or `-` for a tar archive on standard output.
    ///
    /// The types are `local`, `tar`, `oci`, `docker`, `image`, `registry` and `cacheonly`. `oci` and `tar` without
    /// `dest` go to standard output; `docker` without it stays in the local store.
    ///
    /// - Throws: For a type or key that nobody knows, and, with the reason, for those of BuildKit that are not here.
    package init(_ text: String) throws(InvalidValue) {
        guard text != "-" else {
            self.init(.tar(.standardOutput))
            return
        }
        guard text.contains("=") else {
            guard !text.isEmpty else { throw InvalidValue("output", text, "it is empty: name a folder") }
            if let form = Self.form(ofCopy: text) {
                throw InvalidValue(
                    "output", text,
                    "that is how stet copy names a place; write \(form), or ./\(text) for a folder")
            }
            self.init(.folder(FilePath(text)))
            return
        }
        let fields = try DestinationFields(text)
        switch fields.type {
        case "local":
            self.init(.folder(try fields.folder()))
            splitsPlatforms = try fields.flag("platform-split")
        case "tar":
            self.init(.tar(try fields.target() ?? .standardOutput))
            splitsPlatforms = try fields.flag("platform-split")
        case "oci":
            let isFile = try fields.flag("tar") ?? true
            let target = try fields.target() ?? .standardOutput
            self.init(isFile ? .archive(.oci, target) : .layout(try fields.folder()))
        case "docker": self.init(try Self.docker(fields))
        case "cacheonly": self.init(.store)
        default:
            let isPushed = try fields.flag("push") ?? (fields.type == "registry")
            let isByDigest = try fields.flag("push-by-digest") ?? false
            self.init(!isPushed ? .store : isByDigest ? .repositories : .registries)
            self.isByDigest = isByDigest
            if isByDigest { repositories = try fields.repositories() }
            hasCanonicalNames = try fields.flag("name-canonical") ?? false
        }
        if fields.isOfImage { settings = try fields.settings(isNamed: !isByDigest) }
    }

    /// What to write for a place that is spelt as `stet copy` and skopeo spell it; nil for another text.
    private static func form(ofCopy text: String) -> String? {
        let forms = [
            "oci-archive": "type=oci", "docker-archive": "type=docker", "oci": "type=oci,tar=false",
            "docker": "type=registry", "store": "type=image", "dir": "type=local",
        ]
        guard let colon = text.firstIndex(of: ":"), let form = forms[String(text[..<colon])] else {
            return nil
        }
        let place = text[text.index(after: colon)...]
        switch form {
        case "type=registry": return "-t \(place.drop { $0 == "/" }) --push"
        case "type=image": return "-t \(place)"
        default: return "\(form),dest=\(place)"
        }
    }

    private static func docker(_ fields: DestinationFields) throws(InvalidValue) -> Place {
        guard try fields.flag("tar") ?? true else {
            throw fields.failure("a folder has the form of OCI; write type=oci,tar=false,dest=FOLDER")
        }
        return try fields.target().map { .archive(.docker, $0) } ?? .store
    }
}
