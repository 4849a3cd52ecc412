// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import SystemPackage

/// The keys and values of one `--output type=…`.
struct DestinationFields {
    let type: String
    private let text: String
    private let fields: OptionFields

    private static let ofFiles: Set<String> = ["dest", "platform-split"]
    private static let ofImages: Set<String> = [
        "name", "compression", "compression-level", "force-compression", "oci-mediatypes",
        "rewrite-timestamp", "store", "buildinfo", "unpack",
    ]
    private static let ofPushes: Set<String> = ["push", "push-by-digest", "name-canonical"]
    private static let keys: [String: Set<String>] = [
        "local": ofFiles, "tar": ofFiles, "oci": ofImages.union(["dest", "tar"]),
        "docker": ofImages.union(["dest", "tar"]), "image": ofImages.union(ofPushes),
        "registry": ofImages.union(ofPushes), "cacheonly": [],
    ]
    /// What BuildKit has and this builder has not, and why, or what to write instead.
    private static let refused: [String: String] = [
        "registry.insecure": "say --plain-http HOST, or insecure = true in registries.conf",
        "push-by-digest": "it belongs to type=image and type=registry",
        "name-canonical": "it belongs to type=image and type=registry",
        "dangling-name-prefix": "an image without a name has its digest alone",
        "context": "there is no Docker daemon here", "mode": "files are put beside those that are there",
        "attestation-prefix": "builds make no attestations", "attest": "builds make no attestations",
        "oci-artifact": "builds make no attestations",
    ]

    init(_ text: String) throws(InvalidValue) {
        self.text = text
        fields = try OptionFields(text, noun: "output")
        type = try fields.required("type")
        guard let keys = Self.keys[type] else {
            let types = Self.keys.keys.sorted().joined(separator: ", ")
            throw failure("the type \"\(type)\" is none of \(types)")
        }
        for key in fields.fields.map(\.key) where key != "type" && !keys.contains(key) {
            if let reason = Self.refused[key] { throw failure("no \(key) here: \(reason)") }
            guard isOfImage, try ImageAnnotation.parse(key: key) != nil else {
                let known = keys.sorted().joined(separator: ", ")
                throw failure(
                    known.isEmpty
                        ? "type=\(type) has no further keys"
                        : "\"\(key)\" is none of \(known) of type=\(type)")
            }
        }
    }

    var isOfImage: Bool { Self.keys[type]?.isSuperset(of: Self.ofImages) ?? false }

    func failure(_ reason: String) -> InvalidValue { InvalidValue("output", text, reason) }

    /// As Go reads truth; a key without a value is true.
    func flag(_ key: String) throws(InvalidValue) -> Bool? {
        try fields.flag(key)
    }

    /// nil where nothing is said.
    func target() throws(InvalidValue) -> BuildDestination.Target? {
        guard fields.fields.contains(where: { $0.key == "dest" }) else { return nil }
        let path = try fields.required("dest")
        return path == "-" ? .standardOutput : .file(FilePath(path))
    }

    func folder() throws(InvalidValue) -> FilePath {
        guard case .file(let path)? = try target() else {
            throw failure("dest=FOLDER is missing: standard output is no folder")
        }
        return path
    }

    /// The names of an image that has no tag.
    func repositories() throws(InvalidValue) -> [Reference] {
        var repositories: [Reference] = []
        for name in names { repositories.append(try BuildDestination.parseRepository(name)) }
        return repositories
    }

    private var names: [String] { (fields["name"] ?? "").split(separator: ",").map(String.init) }

    /// What it says of the image; `isNamed` is false for one that has no tag.
    ///
    /// - Throws: For what no image of ours is.
    func settings(isNamed: Bool) throws(InvalidValue) -> ImageSettings {
        try checkHabits()
        var settings = ImageSettings()
        if isNamed {
            for name in names { settings.names.append(try BuildRequest.parseTag(name)) }
        }
        settings.compression = fields["compression"]
        if let level = fields["compression-level"] {
            guard let number = Int(level) else {
                throw failure("compression-level is \"\(level)\", no number")
            }
            settings.compressionLevel = number
        }
        settings.forcesCompression = try flag("force-compression")
        settings.format = try flag("oci-mediatypes").map { $0 ? .oci : .docker }
        settings.annotations = try annotations()
        return settings
    }

    private func annotations() throws(InvalidValue) -> [ImageAnnotation: String] {
        var annotations: [ImageAnnotation: String] = [:]
        for (key, value) in fields.fields {
            if let annotation = try ImageAnnotation.parse(key: key) { annotations[annotation] = value ?? "" }
        }
        return annotations
    }

    /// Refuses to be told otherwise what this builder always does.
    private func checkHabits() throws(InvalidValue) {
        guard try flag("rewrite-timestamp") != false else {
            throw failure("files always have the time of SOURCE_DATE_EPOCH, else of the build")
        }
        guard try flag("store") != false else { throw failure("the local store always has the image") }
        guard try flag("unpack") != true else { throw failure("no unpack here: write type=local,dest=DIR") }
        _ = try flag("buildinfo")
    }
}
