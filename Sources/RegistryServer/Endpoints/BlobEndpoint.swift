// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import HTTPTypes
import Hummingbird
import Logging
import OCISpec
import SystemPackage

/// Blobs of one repository: read, whole or in part, and deleted.
///
/// Source: distribution-spec 1.1, "Pulling blobs", "Deleting Blobs"; RFC 9110, section 14.
struct BlobEndpoint {
    let registry: Registry
    let repository: RepositoryName

    /// How many bytes are read from the file at once.
    private static let pieceBytes = 1 << 20

    func respond(to request: Request, _ digest: Digest) async throws -> Response {
        switch request.method {
        case .get, .head: return try await read(request, digest)
        case .delete: return try await delete(digest)
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, DELETE")
        }
    }

    private func read(_ request: Request, _ digest: Digest) async throws -> Response {
        let repository = repository
        guard let size = try await registry.facts.read({ try $0.blobSize(digest, in: repository) }) else {
            throw RegistryFailure.blobUnknown(digest)
        }
        let file = try await open(digest, size)
        var response: Response
        switch ByteRange(request.method == .get ? request.headers[name: .range] : nil, size: size) {
        case .whole:
            response = Response(status: .ok, body: try await content(file, 0..<size, request.method))
        case .part(let range):
            response = Response(
                status: .partialContent, body: try await content(file, range, request.method))
            response.headers[name: .contentRange] =
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        case .unsatisfiable:
            throw RegistryFailure(.rangeNotSatisfiable, .sizeInvalid, "the blob has \(size) bytes")
                .with(.contentRange, "bytes */\(size)")
        }
        response.headers[name: .contentType] = OCISpec.MediaType.octetStream.rawValue
        response.headers[name: .contentDigest] = digest.description
        response.headers[name: .entityTag] = "\"\(digest)\""
        response.headers[name: .acceptRanges] = "bytes"
        response.headers[name: .apiVersion] = "registry/2.0"
        return response
    }

    /// The blob's file, which must be there with all its bytes: a client that hears 404 pushes the blob again.
    private func open(_ digest: Digest, _ size: Int64) async throws -> BlobFile {
        let path = registry.blobs.file(digest)
        do {
            let file = try await BlockingThread.run { try BlobFile(path) }
            if file.size == size { return file }
            registry.logger.error("\(path) is damaged: it has \(file.size) bytes, not \(size)")
        } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
            registry.logger.error("\(path) is missing")
        }
        throw RegistryFailure.blobUnknown(digest)
    }

    /// A body that reads the file as fast as the client takes it; a small one is read at once.
    private func content(
        _ file: BlobFile, _ range: Range<Int64>, _ method: HTTPRequest.Method
    ) async throws -> ResponseBody {
        let length = Int(range.count)
        guard method == .get else { return ResponseBody(contentLength: length) { _ in } }
        let first = min(length, BlobEndpoint.pieceBytes)
        let start = try await BlockingThread.run { try file.read(first, at: range.lowerBound) }
        guard length > first else { return ResponseBody(byteBuffer: start) }
        return ResponseBody(contentLength: length) { writer in
            try await writer.write(start)
            var position = range.lowerBound + Int64(first)
            while position < range.upperBound {
                let (offset, count) = (
                    position, min(range.upperBound - position, Int64(BlobEndpoint.pieceBytes))
                )
                let piece = try await BlockingThread.run { try file.read(Int(count), at: offset) }
                guard piece.readableBytes == Int(count) else {
                    throw FileError("read all of", file.path, .ioError)
                }
                try await writer.write(piece)
                position += count
            }
            try await writer.finish(nil)
        }
    }

    private func delete(_ digest: Digest) async throws -> Response {
        let deletion = Deletion(repository: repository)
        switch try await registry.facts.write({ try deletion.remove(blob: digest, $0) }) {
        case .unknown, .refused: throw RegistryFailure.blobUnknown(digest)
        case .used(let manifest):
            throw RegistryFailure(
                .conflict, .denied, "blob \(digest) cannot be deleted: manifest \(manifest) needs it",
                detail: .object([
                    "repository": .string(repository.rawValue), "digest": .string(digest.description),
                    "manifest": .string(manifest),
                ]))
        case .done:
            // In a transaction of its own: the file goes only when it is certain that no row names it.
            let blobs = registry.blobs
            try await registry.facts.write { facts in
                if try !facts.isLinked(digest) { try blobs.remove(digest) }
            }
            return .empty(.accepted, [(.apiVersion, "registry/2.0")])
        }
    }
}
