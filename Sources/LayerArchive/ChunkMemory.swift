// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The bytes of chunks, used again: fresh memory costs a page fault for every 4 KiB, which is dearer than
/// hashing them.
///
/// `@unchecked Sendable`: whoever has taken it is the only one who has it.
struct ChunkMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// As many as one pipeline has on their way.
    private static let keptAtMost = 32
    private static let kept = Mutex<[ChunkMemory]>([])

    /// What the bytes hold is left from before.
    static func take() -> ChunkMemory {
        kept.withLock { $0.popLast() }
            ?? ChunkMemory(bytes: .allocate(byteCount: Chunk.capacity, alignment: 64))
    }

    func giveBack() {
        let isKept = ChunkMemory.kept.withLock { kept in
            guard kept.count < ChunkMemory.keptAtMost else { return false }
            kept.append(self)
            return true
        }
        if !isKept { bytes.deallocate() }
    }
}
