// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage

/// Where an image is, as people write it.
///
/// A bare reference and `docker://REF` are a registry's, `oci:DIR[:NAME]` is in a layout folder, `store:REF` in the
/// local store. Source: containers-transports(5), for the spelling.
enum ImageLocation: Sendable {
    case registry(Reference)
    case layout(FilePath, name: String?)
    case store(Reference)

    init(_ text: String) throws(InvalidValue) {
        if let rest = text.removing(prefix: "docker://") {
            self = .registry(try Reference(rest))
        } else if let rest = text.removing(prefix: "store:") {
            self = .store(try Reference(rest))
        } else if let rest = text.removing(prefix: "oci:") {
            let colon = rest.firstIndex(of: ":")
            let folder = rest[..<(colon ?? rest.endIndex)]
            guard !folder.isEmpty else { throw InvalidValue("image location", text, "the folder is missing") }
            let name = colon.map { String(rest[rest.index(after: $0)...]) }
            self = .layout(FilePath(String(folder)), name: name.flatMap { $0.isEmpty ? nil : $0 })
        } else {
            self = .registry(try Reference(text))
        }
    }
}

extension ImageLocation: CustomStringConvertible {
    /// As the initialiser reads it.
    var description: String {
        switch self {
        case .registry(let reference): reference.description
        case .layout(let folder, let name): "oci:\(folder)" + (name.map { ":\($0)" } ?? "")
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
