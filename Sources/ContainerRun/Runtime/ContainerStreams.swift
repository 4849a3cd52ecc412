// SPDX-License-Identifier: Apache-2.0

/// What a container reads and writes.
///
/// The writers' ends close when nobody has the value any more.
struct ContainerStreams: Sendable {
    let input: MemoryFile
    let output: OutputPipe
    let error: OutputPipe

    init(input bytes: [UInt8]) throws(ContainerError) {
        input = try MemoryFile()
        try input.fill(bytes)
        output = try OutputPipe()
        error = try OutputPipe()
    }
}
