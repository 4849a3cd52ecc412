// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// A build cache as an artifact that registries and layouts keep.
///
/// The manifest's configuration is this document, its layers are those of the steps: whoever copies the artifact
/// has everything.
struct CacheDocument: Sendable, Codable {
    struct Step: Sendable, Codable {
        let shape: String
        let content: String
        let record: StepRecord

        /// nil where the texts are no hashes.
        var key: StepKey? {
            guard let shape = ContentHash(hexadecimal: shape), let content = ContentHash(hexadecimal: content)
            else { return nil }
            return StepKey(shape: shape, content: content)
        }
    }

    /// Of the form of keys and records; others are not read.
    var version = CacheDocument.version
    /// Sorted by key.
    var steps: [Step]

    static let version = 1
    static let artifactType = "application/vnd.stet.build-cache.v1"
    static let configType = "application/vnd.stet.build-cache.config.v1+json"
    /// Where the configuration of an image has it: `--cache-to type=inline`.
    static let memberName = "stet.build-cache.v1"

    init(_ records: [StepKey: StepRecord]) {
        steps = records.map { key, record in
            Step(shape: key.shape.hexadecimal, content: key.content.hexadecimal, record: record)
        }
        steps.sort { ($0.shape, $0.content) < ($1.shape, $1.content) }
    }

    /// The steps that made one of `layers`, and those that made none.
    init(_ records: [StepKey: StepRecord], of layers: [Descriptor]) {
        let digests = Set(layers.map(\.digest))
        self.init(records.filter { $0.value.layer.map { digests.contains($0.descriptor.digest) } ?? true })
    }

    /// Each once.
    var layers: [Descriptor] {
        var seen: Set<Digest> = []
        return steps.compactMap(\.record.layer?.descriptor).filter { seen.insert($0.digest).inserted }
    }
}

extension CacheDocument {
    func jsonValue() throws(InvalidValue) -> JSONValue {
        try JSONDocument.decode(JSONValue.self, from: JSONDocument.encode(self), noun: "build cache")
    }
}

extension ContentHash {
    /// Reads 64 hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
            else {
                return nil
            }
            bytes.append(byte)
        }
        self.init(bytes)
    }
}
