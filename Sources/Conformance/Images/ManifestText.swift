// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Manifests as clients write them: indented by three blanks in Docker's form, compact in OCI's.
enum ManifestText {
    static func image(_ parts: ImageParts, _ form: ImageForm) -> String {
        switch form {
        case .docker: docker(config: parts.config, layer: parts.layer)
        case .dockerSchema1: schema1(parts)
        case .ociIndented:
            oci(config: parts.config, layer: parts.layer).replacing(",\"", with: ", \"") + "\n"
        default: oci(config: parts.config, layer: parts.layer)
        }
    }

    static func oci(config: TestBlob, layer: TestBlob) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","config":\(descriptor(config)),\
        "layers":[\(descriptor(layer))]}
        """
    }

    /// Source: image-spec 1.1, manifest.md, "layers": there should be an entry, and need not.
    static func empty(_ config: TestBlob) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)","config":\(descriptor(config)),"layers":[]}
        """
    }

    /// Source: image-spec 1.1, image-index.md, "manifests": the array may be of size zero.
    static func emptyIndex(_ text: String) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex)","manifests":[],\
        "annotations":{"stet.conformance":"\(text)"}}
        """
    }

    /// Source: image-spec 1.1, manifest.md, "Guidelines for Artifact Usage".
    static func artifact(config: TestBlob, layer: TestBlob) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)",\
        "artifactType":"application/vnd.stet.conformance","config":\(descriptor(config)),\
        "layers":[\(descriptor(layer))]}
        """
    }

    /// Source: BuildKit, docs/attestations/attestation-storage.md.
    static func ociIndex(_ image: TestImage, _ provenance: TestImage) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociIndex)","manifests":[\
        \(descriptor(image.manifest, #","platform":{"architecture":"amd64","os":"linux"}"#)),\
        \(descriptor(provenance.manifest, """
            ,"annotations":{"vnd.docker.reference.digest":"\(image.manifest.digest)",\
            "vnd.docker.reference.type":"attestation-manifest"},\
            "platform":{"architecture":"unknown","os":"unknown"}
            """))]}
        """
    }

    static func dockerList(_ children: [TestImage]) -> String {
        let entries = zip(children, ["amd64", "arm64"]).map { child, architecture in
            """
                  {
                     "mediaType": "\(child.manifest.mediaType)",
                     "size": \(child.manifest.bytes.count),
                     "digest": "\(child.manifest.digest)",
                     "platform": {
                        "architecture": "\(architecture)",
                        "os": "linux"
                     }
                  }
            """
        }
        return """
            {
               "schemaVersion": 2,
               "mediaType": "\(MediaType.dockerManifestList)",
               "manifests": [
            \(entries.joined(separator: ",\n"))
               ]
            }
            """
    }

    static func descriptor(_ blob: TestBlob, _ more: String = "") -> String {
        """
        {"mediaType":"\(blob.mediaType)","digest":"\(blob.digest)","size":\(blob.bytes.count)\(more)}
        """
    }

    private static func docker(config: TestBlob, layer: TestBlob) -> String {
        """
        {
           "schemaVersion": 2,
           "mediaType": "\(MediaType.dockerManifest)",
           "config": {
              "mediaType": "\(config.mediaType)",
              "size": \(config.bytes.count),
              "digest": "\(config.digest)"
           },
           "layers": [
              {
                 "mediaType": "\(layer.mediaType)",
                 "size": \(layer.bytes.count),
                 "digest": "\(layer.digest)"
              }
           ]
        }
        """
    }

    /// Source: CNCF Distribution, "Image Manifest Version 2, Schema 1".
    private static func schema1(_ parts: ImageParts) -> String {
        let history =
            #"{\"id\":\"\#(parts.layer.digest.encoded)\",\"os\":\"linux\",\"architecture\":\"amd64\"}"#
        return """
            {
               "schemaVersion": 1,
               "name": "stet-certify",
               "tag": "v1",
               "architecture": "amd64",
               "fsLayers": [
                  {
                     "blobSum": "\(parts.layer.digest)"
                  }
               ],
               "history": [
                  {
                     "v1Compatibility": "\(history)"
                  }
               ]
            }
            """
    }
}
