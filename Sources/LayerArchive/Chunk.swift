// SPDX-License-Identifier: Apache-2.0

/// A piece of a stream on its way from one thread to others.
///
/// `@unchecked Sendable`: one thread fills it and then sends it; after that everybody only reads.
final class Chunk: @unchecked Sendable {
    /// Streams are cut at multiples of this, whatever the pieces that they come in: the compressor's output
    /// depends on how its input is cut.
    static let capacity = 256 << 10

    private let memory = ChunkMemory.take()
    private(set) var count = 0

    deinit { memory.giveBack() }

    var isFull: Bool { count == Chunk.capacity }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]) }

    /// Where the next bytes go; ``advance(by:)`` says how many there were.
    var space: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[count...])
    }

    func advance(by produced: Int) { count += produced }

    /// Copies as much as there is room for, and says how much that was.
    func fill(from bytes: UnsafeRawBufferPointer) -> Int {
        let length = min(bytes.count, Chunk.capacity - count)
        guard length > 0 else { return 0 }
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        count += length
        return length
    }
}
