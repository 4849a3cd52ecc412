// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

/// A manifest by its tag, or by the digest of an image.
enum Target: Sendable {
    case tag(Tag)
    case image(String)

    init(_ fields: Fields, _ place: YAMLValue) throws(Diagnostic) {
        switch (fields["tag"], fields["image"]) {
        case (let tag?, nil): self = .tag(try tag.tag())
        case (nil, let image?): self = .image(try image.imageName())
        default: throw Diagnostic(at: place.location, "there must be either \"tag\" or \"image\"")
        }
    }
}

extension Target: CustomStringConvertible {
    var description: String {
        switch self {
        case .tag(let tag): tag.rawValue
        case .image(let name): "image \(name) by digest"
        }
    }
}

extension CaseRun {
    /// The place of a target.
    ///
    /// - Returns: nil for an image that the registry has not taken in this case, or that was not even sent.
    func route(
        _ target: Target, in place: Place = .own, includingRefused: Bool = false
    ) -> RegistryRoute? {
        let repository = self.repository(of: place)
        switch target {
        case .tag(let tag): return .manifest(repository, .tag(tag))
        case .image(let name):
            let image = accepted(name, in: place) ?? (includingRefused ? sent(name, in: place) : nil)
            return image.map { .manifest(repository, .digest($0.manifest.digest)) }
        }
    }
}
