// SPDX-License-Identifier: Apache-2.0

/// Compresses a stream step by step.
protocol Compressor: ~Copyable {
    /// Takes input and gives output as far as both reach.
    ///
    /// `isLast` says that there is no input behind this; the step is then repeated until it is done.
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool
    ) throws(LayerError) -> CompressionStep
}

struct CompressionStep {
    var consumed: Int
    var produced: Int
    /// The stream is complete.
    var isDone: Bool
}

extension Compressor where Self: ~Copyable {
    /// Compresses all chunks of one channel into another, and closes that.
    ///
    /// When the receiver is gone, so is this: both channels are then cancelled.
    func compress(_ input: Channel<Chunk>, to output: Channel<Chunk>) throws(LayerError) {
        defer {
            input.cancel()
            output.close()
        }
        var pending = Chunk()
        while let chunk = input.receive() {
            guard try compress(chunk.bytes, isLast: false, pending: &pending, to: output) else { return }
        }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        guard try compress(nothing, isLast: true, pending: &pending, to: output) else { return }
        if pending.count > 0 { _ = output.send(pending) }
    }

    private func compress(
        _ input: UnsafeRawBufferPointer, isLast: Bool, pending: inout Chunk, to output: Channel<Chunk>
    ) throws(LayerError) -> Bool {
        var rest = input
        while true {
            let step = try step(rest, into: pending.space, isLast: isLast)
            pending.advance(by: step.produced)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(step.consumed))
            if pending.isFull {
                guard output.send(pending) else { return false }
                pending = Chunk()
            } else if !isLast, rest.isEmpty {
                return true
            } else if !step.isDone, step.consumed == 0, step.produced == 0 {
                throw .compression("the compressor makes no progress")
            }
            if step.isDone { return true }
        }
    }
}
