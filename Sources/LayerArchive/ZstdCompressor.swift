// SPDX-License-Identifier: Apache-2.0

import CZstd

/// Zstandard through libzstd.
///
/// Source: zstd.h, "Streaming compression".
struct ZstdCompressor: ~Copyable, Compressor {
    /// A fixed number: a stream made by workers differs from one made without, not from one made by more.
    private static let workers: Int32 = 2

    private let context: OpaquePointer

    /// A stream of its own at level 1 to 19.
    init(level: Int) throws(LayerError) {
        guard (1...19).contains(level) else { throw .compression("zstd has no level \(level), but 1 to 19") }
        guard let context = ZSTD_createCCtx() else { throw .compression("out of memory") }
        do {
            try check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level)))
            try check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
            try check(ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, ZstdCompressor.workers))
        } catch {
            ZSTD_freeCCtx(context)
            throw error
        }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
    ) throws(LayerError) -> CompressionStep {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let remaining = try check(
            ZSTD_compressStream2(context, &target, &source, isLast ? ZSTD_e_end : ZSTD_e_continue))
        return CompressionStep(
            consumed: source.pos, produced: target.pos, isDone: isLast && remaining == 0)
    }
}

/// Passes an answer of libzstd on unless it is an error.
@discardableResult
private func check(_ answer: Int) throws(LayerError) -> Int {
    guard ZSTD_isError(answer) == 0 else {
        throw .compression("zstd: \(String(cString: ZSTD_getErrorName(answer)))")
    }
    return answer
}
