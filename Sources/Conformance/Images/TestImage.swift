// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Bytes and the digest that names them.
struct TestBlob: Hashable, Sendable {
    let bytes: [UInt8]
    let digest: Digest
    /// As descriptors call it.
    let mediaType: String

    init(_ text: String, _ mediaType: String, algorithm: DigestAlgorithm = .sha256) {
        self.init(Array(text.utf8), mediaType, algorithm: algorithm)
    }

    init(_ bytes: [UInt8], _ mediaType: String, algorithm: DigestAlgorithm = .sha256) {
        self.bytes = bytes
        self.mediaType = mediaType
        digest = Digest(of: bytes, algorithm: algorithm)
    }
}

/// A small valid image: a configuration and a layer with one file, or an index of such images.
///
/// The same name, nonce and form give the same bytes on every machine; another name or nonce gives other blobs.
struct TestImage: Sendable {
    let name: String
    let form: ImageForm
    /// What is uploaded before the manifest, in the order in which clients do it; none for an index.
    let blobs: [TestBlob]
    /// The manifests that an index names.
    let children: [TestImage]
    let manifest: TestBlob

    /// - Parameters:
    ///   - name: As scenarios call it, for example `a`.
    ///   - nonce: Makes the blobs new to the registry: the run and the case. Letters, digits, `/`, `.` and `-`.
    ///   - form: Of the manifest and of the types that it names.
    init(_ name: String, nonce: String, form: ImageForm) {
        switch form {
        case .oci, .docker, .ociIndented, .ociSHA512, .dockerSchema1:
            self.init(ImageParts(name, nonce: nonce, form: form), name, form)
        case .artifact:
            let text = TestBlob("artifact \(name) of \(nonce)\n", "text/plain")
            let config = TestBlob("{}", MediaType.ociEmptyJSON.rawValue)
            let manifest = ManifestText.artifact(config: config, layer: text)
            self.init(name: name, form: form, blobs: [text, config], manifest: manifest)
        case .ociEmpty:
            let config = ImageParts(name, nonce: nonce, form: form).config
            self.init(name: name, form: form, blobs: [config], manifest: ManifestText.empty(config))
        case .ociEmptyIndex:
            self.init(name: name, form: form, manifest: ManifestText.emptyIndex("\(name) of \(nonce)"))
        case .ociIndex:
            let image = TestImage(name, nonce: nonce, form: .oci)
            let provenance = TestImage.provenance(of: image)
            self.init(
                name: name, form: form, children: [image, provenance],
                manifest: ManifestText.ociIndex(image, provenance))
        case .dockerList:
            let children = ["amd64", "arm64"].map { architecture in
                let parts = ImageParts(name, nonce: nonce, form: .docker, architecture: architecture)
                return TestImage(parts, name, .docker)
            }
            self.init(
                name: name, form: form, children: children, manifest: ManifestText.dockerList(children))
        }
    }

    private init(_ parts: ImageParts, _ name: String, _ form: ImageForm) {
        let blobs = form == .dockerSchema1 ? [parts.layer] : [parts.layer, parts.config]
        self.init(name: name, form: form, blobs: blobs, manifest: ManifestText.image(parts, form))
    }

    init(
        name: String, form: ImageForm, blobs: [TestBlob] = [], children: [TestImage] = [],
        manifest: String
    ) {
        self.name = name
        self.form = form
        self.blobs = blobs
        self.children = children
        self.manifest = TestBlob(manifest, form.manifest)
    }

    /// What BuildKit says about how it made an image: a manifest whose only layer is an in-toto statement.
    private static func provenance(of image: TestImage) -> TestImage {
        let subject = image.manifest.digest.encoded
        let statement = TestBlob(
            """
            {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://slsa.dev/provenance/v0.2",\
            "subject":[{"name":"_","digest":{"sha256":"\(subject)"}}],"predicate":{}}
            """, "application/vnd.in-toto+json")
        let config = TestBlob(
            """
            {"architecture":"unknown","os":"unknown","config":{},\
            "rootfs":{"type":"layers","diff_ids":["\(statement.digest)"]}}
            """, MediaType.ociConfig.rawValue)
        return TestImage(
            name: image.name, form: .oci, blobs: [statement, config],
            manifest: ManifestText.oci(config: config, layer: statement))
    }

    /// This manifest and all below it, the deepest first: the order in which they can be pushed.
    var manifests: [TestImage] { children.flatMap(\.manifests) + [self] }

    /// Every blob of the image, and of the images below it, once.
    var allBlobs: [TestBlob] {
        var blobs: [TestBlob] = []
        for blob in manifests.flatMap(\.blobs) where !blobs.contains(where: { $0.digest == blob.digest }) {
            blobs.append(blob)
        }
        return blobs
    }

    /// How many bytes a push sends at most.
    var size: Int {
        manifests.reduce(0) { $0 + $1.manifest.bytes.count } + allBlobs.reduce(0) { $0 + $1.bytes.count }
    }
}
