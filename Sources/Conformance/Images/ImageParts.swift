// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The configuration and the layer of one test image.
struct ImageParts {
    let config: TestBlob
    let layer: TestBlob
    let configText: String

    init(_ name: String, nonce: String, form: ImageForm, architecture: String = "amd64") {
        let text = "image \(name) of \(nonce)\n"
        let archive = TestArchive.tar(path: "stet-conformance.txt", content: Array(text.utf8))
        let algorithm: DigestAlgorithm = form == .ociSHA512 ? .sha512 : .sha256
        layer = TestBlob(TestArchive.gzip(archive), form.layer.rawValue, algorithm: algorithm)
        configText = ImageParts.config(
            comment: text.dropLast(), diffID: Digest(of: archive), architecture: architecture)
        config = TestBlob(configText, form.config.rawValue, algorithm: algorithm)
    }

    private static func config(comment: Substring, diffID: Digest, architecture: String) -> String {
        """
        {"architecture":"\(architecture)","config":{"Labels":{"stet.conformance":"\(comment)"}},\
        "created":"1970-01-01T00:00:00Z","history":[{"created":"1970-01-01T00:00:00Z",\
        "created_by":"stet certify"}],"os":"linux","rootfs":{"diff_ids":["\(diffID)"],"type":"layers"}}
        """
    }
}
