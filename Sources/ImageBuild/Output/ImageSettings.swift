// SPDX-License-Identifier: Apache-2.0

package import ImageStore
import LayerArchive
package import OCISpec

/// What options and outputs say about the image of a build; what is nil nobody has said.
package struct ImageSettings: Hashable, Sendable {
    package var names: [Reference] = []
    /// `gzip`, `zstd` or `none`.
    package var compression: String?
    package var compressionLevel: Int?
    /// Also for the layers of base images.
    package var forcesCompression: Bool?
    package var format: ImageFormat?
    package var annotations: [ImageAnnotation: String] = [:]

    package init() {}

    /// Takes what another one says too.
    ///
    /// - Throws: Where they differ: a build makes one image, whatever number of places it goes to.
    package mutating func add(_ other: ImageSettings) throws(InvalidValue) {
        for name in other.names where !names.contains(name) { names.append(name) }
        compression = try Self.agreed("compression", compression, other.compression)
        compressionLevel = try Self.agreed("compression level", compressionLevel, other.compressionLevel)
        forcesCompression = try Self.agreed("force-compression", forcesCompression, other.forcesCompression)
        format = try Self.agreed("image format", format, other.format)
        for (key, value) in other.annotations {
            annotations[key] = try Self.agreed("annotation \(key)", annotations[key], value)
        }
    }

    private static func agreed<Value: Equatable>(
        _ noun: String, _ one: Value?, _ other: Value?
    ) throws(InvalidValue) -> Value? {
        guard let one, let other, one != other else { return one ?? other }
        throw InvalidValue(noun, "\(other)", "elsewhere \(one) is asked for, and a build makes one image")
    }

    /// Puts them into a request.
    ///
    /// - Throws: For a compression that does not exist; for annotations and zstd in Docker's format, which has
    ///   neither.
    package func apply(to request: inout BuildRequest) throws(InvalidValue) {
        for name in names where !request.tags.contains(name) { request.tags.append(name) }
        request.output.format = format ?? .oci
        try request.output.compress(with: compression ?? "gzip", level: compressionLevel)
        request.output.forcesCompression = forcesCompression ?? false
        request.output.annotations.merge(annotations) { $1 }
        try request.output.check()
    }
}

extension BuildRequest {
    /// Finds what contradicts itself before anything is done.
    ///
    /// - Throws: For annotations of an index where there is none, a cache whose layers are to be compressed otherwise
    ///   than those of the image, and what ``Output/check()`` throws.
    package func check() throws(InvalidValue) {
        try output.check()
        for name in caching.forcedCompressions.sorted() where !output.compression.isNamed(name) {
            throw InvalidValue(
                "cache", "compression=\(name),force-compression=true",
                "a cache has the layers of the image; build with --compression \(name), and leave it out here"
            )
        }
        guard platforms.count == 1, !output.alwaysHasIndex else { return }
        let ofIndex = output.annotations.keys.filter { $0.level == .index || $0.level == .indexDescriptor }
        if let annotation = ofIndex.map(\.description).min() {
            throw InvalidValue(
                "annotation", annotation,
                "the image of one platform has no index; write manifest:NAME, or build with --build-arg "
                    + "BUILDKIT_MULTI_PLATFORM=1")
        }
    }
}

extension BuildRequest.Output {
    /// - Throws: For what Docker's format, which is older, has no place for.
    package func check() throws(InvalidValue) {
        guard format == .docker else { return }
        if let annotation = annotations.keys.map(\.description).min() {
            throw InvalidValue(
                "annotation", annotation,
                "images of Docker's format have none; write --format oci, or a --label")
        }
        if case .zstd = compression {
            throw InvalidValue(
                "compression", "zstd",
                "images of Docker's format have none of it; write --format oci, or gzip")
        }
    }
}

extension LayerCompression {
    fileprivate func isNamed(_ name: String) -> Bool {
        switch self {
        case .gzip: name == "gzip"
        case .zstd: name == "zstd"
        case .none: name == "none" || name == "uncompressed"
        }
    }
}
