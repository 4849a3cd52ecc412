// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

extension Request {
    /// The length that the client announced; nil for a chunked body.
    var announcedLength: Int64? { headers[name: .contentLength].flatMap { Int64($0) } }

    /// The whole body in memory.
    ///
    /// - Throws: ``RegistryFailure`` with 413 for more than `limitBytes`, and for a body that was cut off.
    func bytes(limitBytes: Int) async throws -> [UInt8] {
        let tooLarge = RegistryFailure(
            .contentTooLarge, .sizeInvalid, "the body is larger than \(limitBytes) bytes")
        if let announcedLength, announcedLength > limitBytes { throw tooLarge }
        var bytes: [UInt8] = []
        for try await buffer in body {
            bytes += Array(buffer: buffer)
            guard bytes.count <= limitBytes else { throw tooLarge }
        }
        try checkComplete(Int64(bytes.count))
        return bytes
    }

    /// Makes sure that a body came whole: a stream that breaks off ends like one that is complete.
    func checkComplete(_ count: Int64) throws {
        try Task.checkCancellation()
        guard announcedLength ?? count == count else {
            throw RegistryFailure(.badRequest, .sizeInvalid, "the body ended before its Content-Length")
        }
    }
}
