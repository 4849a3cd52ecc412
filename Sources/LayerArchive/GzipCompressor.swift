// SPDX-License-Identifier: Apache-2.0

import CIsal

/// gzip through ISA-L.
///
/// Source: isa-l/igzip_lib.h.
struct GzipCompressor: ~Copyable, Compressor {
    private let stream: UnsafeMutableRawPointer

    /// A stream of its own at level 1 to 3.
    init(level: Int) throws(LayerError) {
        guard (1...3).contains(level) else { throw .compression("gzip has no level \(level), but 1 to 3") }
        guard let stream = stet_gzip_create(UInt32(level)) else { throw .compression("out of memory") }
        self.stream = stream
    }

    deinit { stet_gzip_free(stream) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
    ) throws(LayerError) -> CompressionStep {
        let step = stet_gzip_step(
            stream, input.baseAddress, UInt32(input.count), output.baseAddress, UInt32(output.count),
            isLast ? 1 : 0)
        guard step.status == COMP_OK else { throw .compression("igzip answers \(step.status)") }
        return CompressionStep(
            consumed: Int(step.consumed), produced: Int(step.produced), isDone: step.is_done != 0)
    }
}
