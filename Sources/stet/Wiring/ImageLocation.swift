// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import SystemPackage

/// Where an image is, as people write it.
///
/// A bare reference and `docker://REF` are a registry's, `oci:DIR[:NAME]` is in a layout folder,
/// `oci-archive:FILE[:NAME]` and `docker-archive:FILE[:REF]` in an archive, `store:REF` in the local store.
///
/// Source: containers-transports(5), for the spelling.
enum ImageLocation: Sendable {
    case registry(Reference)
    case layout(FilePath, name: String?)
    case archive(ImageArchive.Format, FilePath, name: String?)
    case store(Reference)

    init(_ text: String) throws(InvalidValue) {
        if let rest = text.removing(prefix: "docker://") {
            self = .registry(try Reference(rest))
        } else if let rest = text.removing(prefix: "store:") {
            self = .store(try Reference(rest))
        } else if let rest = text.removing(prefix: "oci:") {
            let (folder, name) = try Self.split(rest, of: text)
            self = .layout(folder, name: name)
        } else if let rest = text.removing(prefix: "oci-archive:") {
            let (file, name) = try Self.split(rest, of: text)
            self = .archive(.oci, file, name: name)
        } else if let rest = text.removing(prefix: "docker-archive:") {
            let (file, name) = try Self.split(rest, of: text)
            self = .archive(.docker, file, name: name)
        } else {
            try Self.checkIsName(text)
            self = .registry(try Reference(text))
        }
    }

    /// What skopeo has and we have not, and what to do in its place.
    private static let otherTransports = [
        "docker-daemon": "`docker save` writes a file for docker-archive:FILE",
        "containers-storage": "`podman save --format oci-archive` writes a file for oci-archive:FILE",
        "dir": "`skopeo copy` makes a layout of it for oci:DIR",
        "ostree": "`skopeo copy` makes a layout of it for oci:DIR",
        "sif": "`skopeo copy` makes a layout of it for oci:DIR",
    ]

    /// Says what a text is that can be no name in a registry, or hardly is meant as one.
    private static func checkIsName(_ text: String) throws(InvalidValue) {
        if ["/", "./", "../"].contains(where: text.hasPrefix) {
            throw InvalidValue(
                "image location", text,
                "what is on this machine is written oci:DIR, oci-archive:FILE or docker-archive:FILE")
        }
        let word = String(text.prefix { $0 != ":" })
        guard word.utf8.count < text.utf8.count, let advice = otherTransports[word] else { return }
        // `dir:1` can be an image of that name.
        if !["docker-daemon", "containers-storage"].contains(word), (try? Reference(text)) != nil { return }
        throw InvalidValue("image location", text, "\(word): is not supported; \(advice)")
    }

    /// `PATH[:NAME]`; an empty name is none.
    private static func split(
        _ rest: String, of text: String
    ) throws(InvalidValue) -> (FilePath, name: String?) {
        let path = rest.prefix { $0 != ":" }
        guard !path.isEmpty else { throw InvalidValue("image location", text, "the path is missing") }
        let name = rest.dropFirst(path.count + 1)
        return (FilePath(String(path)), name.isEmpty ? nil : String(name))
    }
}

extension ImageLocation: CustomStringConvertible {
    /// As the initialiser reads it.
    var description: String {
        switch self {
        case .registry(let reference): reference.description
        case .layout(let folder, let name): "oci:\(folder)" + (name.map { ":\($0)" } ?? "")
        case .archive(let format, let file, let name):
            "\(format.rawValue):\(file)" + (name.map { ":\($0)" } ?? "")
        case .store(let reference): "store:\(reference)"
        }
    }
}

extension String {
    /// The rest after `prefix`; nil when the text does not begin with it.
    fileprivate func removing(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
