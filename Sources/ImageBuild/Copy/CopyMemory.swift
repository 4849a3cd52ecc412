// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import Glibc
import OCISpec
import SystemPackage

/// What one `COPY` or `ADD` of files of this machine made last time.
///
/// Where neither the instruction nor anything that it could read has changed, the step's key is known without a
/// look at the base image, and without a list of what is copied. What is remembered counts for this very program:
/// another one may make other layers of the same files.
struct CopyMemory: Sendable {
    /// The place of the step: what the next build does there replaces what is kept.
    let name: ContentHash
    /// What the step's key follows from.
    let cause: ContentHash

    /// nil where the sources are not files whose state is known.
    init?(of request: CopyRequest, _ step: BuildPlan.Step, in builder: StageBuilder) {
        let layers = builder.workshop.layers
        guard layers.session.cache != nil, let program = Self.program,
            let signature = builder.origins[step.origin]?.signature,
            request.paths.allSatisfy({ RemoteSource($0.text) == nil })
        else { return nil }
        var name = KeyHasher("copy place 1")
        name.add(builder.workshop.context.string)
        name.add([builder.stage.name, builder.stage.platform.description, step.instruction.text])
        var cause = KeyHasher("copy 1")
        for number in [program.device, program.inode] { cause.add(number) }
        for number in [program.size, program.modified, layers.mtime] { cause.add(number) }
        cause.add([request.history, request.destination, builder.state.workingFolder])
        cause.add(request.excludedTexts)
        cause.add(request.documents.map(\.content))
        cause.add(request.isLinked ? 1 : 0)
        cause.add(request.unpacks.map { $0 ? 1 : 2 } ?? 0)
        cause.add(builder.state.config.rootfs.diffIDs.map(\.description))
        cause.add(layers.compression.keyText)
        signature.add(to: &cause)
        (self.name, self.cause) = (name.finish(), cause.finish())
    }

    /// The file that this program is; nil where nobody can say.
    private static let program: FileStamp? = {
        var status = stat()
        return stat("/proc/self/exe", &status) == 0 ? FileStamp(status) : nil
    }()
}

extension BuildCache {
    /// The keys of `COPY` steps, by ``CopyMemory/name``.
    var copies: FilePath { folder.appending("copies") }

    /// Blocks.
    func key(after memory: CopyMemory) -> StepKey? {
        let path = copies.appending(memory.name.hexadecimal)
        guard let bytes = try? WholeFile.read(path, limitBytes: 4096) else { return nil }
        var reader = BinaryReader(bytes)
        guard case .some(memory.cause?) = reader.hash(), case .some(let shape?) = reader.hash(),
            case .some(let content?) = reader.hash()
        else { return nil }
        BuildCache.touch(path)
        return StepKey(shape: shape, content: content)
    }

    /// Blocks.
    func note(_ key: StepKey, after memory: CopyMemory) throws(FileError) {
        var writer = BinaryWriter()
        writer.add(memory.cause)
        writer.add(key.shape)
        writer.add(key.content)
        try Folder.create(copies)
        try WholeFile.write(writer.bytes, to: copies.appending(memory.name.hexadecimal), durable: false)
    }
}
