// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// An image for people and scripts.
struct ImageDescription: Encodable {
    let name: String
    let digest: Digest
    let mediaType: MediaType
    /// nil for an ordinary image.
    let artifactType: MediaType?
    /// What it is about: a signature or a certificate names what was signed.
    let subject: Descriptor?
    /// Of the configuration and all layers, in bytes; nil for an index.
    let size: Int64?
    let platform: String?
    let created: String?
    let config: ContainerConfig?
    let layers: [Descriptor]?
    let manifests: [Descriptor]?
    let annotations: [String: String]?

    init(_ name: String, _ manifest: Manifest, configuration: [UInt8]?) throws(InvalidValue) {
        self.name = name
        digest = manifest.descriptor.digest
        mediaType = manifest.descriptor.mediaType
        artifactType = manifest.artifactType.flatMap { $0.isImageConfig ? nil : $0 }
        subject = manifest.subject
        annotations = manifest.annotations
        var parsed: ImageConfig?
        if let configuration {
            parsed = try JSONDocument.decode(
                ImageConfig.self, from: configuration, noun: "image configuration")
        }
        platform = parsed.map { "\($0.platform)" }
        created = parsed?.created
        config = parsed?.config
        switch manifest.content {
        case .image(let image):
            layers = image.layers
            manifests = nil
            size = image.layers.reduce(image.config.size) { $0 + $1.size }
        case .index(let index):
            layers = nil
            manifests = index.manifests
            size = nil
        }
    }

    /// One fact a line, what is not there left out.
    var text: String {
        var lines = ["Name:       \(name)", "Digest:     \(digest)", "Media type: \(mediaType)"]
        let facts: [(String, String?)] = [
            ("Artifact:  ", artifactType?.rawValue), ("Subject:   ", subject.map { "\($0.digest)" }),
            ("Platform:  ", platform), ("Created:   ", created), ("Size:      ", size.map(\.bytesText)),
            ("User:      ", config?.user), ("Directory: ", config?.workingDir),
            ("Entrypoint:", config?.entrypoint?.joined(separator: " ")),
            ("Command:   ", config?.cmd?.joined(separator: " ")),
        ]
        for case (let title, let fact?) in facts where !fact.isEmpty { lines.append("\(title) \(fact)") }
        for variable in config?.env ?? [] { lines.append("Env:        \(variable)") }
        for (name, value) in (config?.labels ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines.append("Label:      \(name)=\(value)")
        }
        for (name, value) in (annotations ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines.append("Annotation: \(name)=\(value)")
        }
        for layer in layers ?? [] { lines.append("Layer:      \(layer.digest)  \(layer.size.bytesText)") }
        for manifest in manifests ?? [] {
            let kind = manifest.platform.map { "\($0)" } ?? manifest.artifactType?.rawValue
            lines.append("Manifest:   \(manifest.digest)  \(kind ?? "any platform")")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
