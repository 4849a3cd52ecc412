// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Bytes and the digest that names them.
struct TestBlob: Hashable, Sendable {
    let bytes: [UInt8]
    let digest: Digest

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        digest = Digest(of: bytes)
    }
}

/// A small valid image: a configuration, and a layer with one file.
///
/// The same name, nonce and form give the same bytes on every machine; another name or nonce gives other blobs.
struct TestImage: Sendable {
    let name: String
    let form: ImageForm
    let config: TestBlob
    let layer: TestBlob
    let manifest: TestBlob

    /// - Parameters:
    ///   - name: As scenarios call it, for example `a`.
    ///   - nonce: Makes the blobs new to the registry: the run and the case. Letters, digits, `/`, `.` and `-`.
    ///   - form: Of the manifest and of the types that it names.
    init(_ name: String, nonce: String, form: ImageForm) {
        self.name = name
        self.form = form
        let text = "image \(name) of \(nonce)\n"
        let archive = TestArchive.tar(path: "stet-conformance.txt", content: Array(text.utf8))
        layer = TestBlob(TestArchive.gzip(archive))
        config = TestBlob(Array(TestImage.config(text: text, diffID: Digest(of: archive)).utf8))
        manifest = TestBlob(Array(TestImage.manifest(form, config: config, layer: layer).utf8))
    }

    /// What is uploaded before the manifest, in the order in which clients do it.
    var blobs: [TestBlob] { [layer, config] }

    private static func config(text: String, diffID: Digest) -> String {
        let comment = text.dropLast()
        return """
            {"architecture":"amd64","config":{"Labels":{"stet.conformance":"\(comment)"}},\
            "created":"1970-01-01T00:00:00Z","history":[{"created":"1970-01-01T00:00:00Z",\
            "created_by":"stet certify"}],"os":"linux","rootfs":{"diff_ids":["\(diffID)"],"type":"layers"}}
            """
    }

    /// Indented by three blanks in Docker's form, as Docker writes it; compact in OCI's.
    private static func manifest(_ form: ImageForm, config: TestBlob, layer: TestBlob) -> String {
        switch form {
        case .oci:
            """
            {"schemaVersion":2,"mediaType":"\(form.manifest)","config":{"mediaType":"\(form.config)",\
            "digest":"\(config.digest)","size":\(config.bytes.count)},"layers":[{"mediaType":"\(form.layer)",\
            "digest":"\(layer.digest)","size":\(layer.bytes.count)}]}
            """
        case .docker:
            """
            {
               "schemaVersion": 2,
               "mediaType": "\(form.manifest)",
               "config": {
                  "mediaType": "\(form.config)",
                  "size": \(config.bytes.count),
                  "digest": "\(config.digest)"
               },
               "layers": [
                  {
                     "mediaType": "\(form.layer)",
                     "size": \(layer.bytes.count),
                     "digest": "\(layer.digest)"
                  }
               ]
            }
            """
        }
    }
}
