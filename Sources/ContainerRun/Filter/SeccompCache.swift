// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// Filters of system calls in the form of the kernel, which takes longer to make than the rest of a container.
///
/// crun takes them as they are, in an annotation; runc makes its own.
enum SeccompCache {
    private static let sizeLimit = 1 << 20
    /// The hexadecimal digits of a SHA-256.
    private static let sealSize = 64

    /// The program for a profile, made now or before and then kept in `folder`; nil when there can be none.
    static func program(of profile: SeccompProfile, in folder: FilePath) -> [UInt8]? {
        guard let library = SeccompLibrary.system, let text = try? JSONDocument.encode(profile) else {
            return nil
        }
        let key = Digest(of: text + Array(library.version.utf8), algorithm: .sha256)
        if let program = kept(key, in: folder) { return program }
        guard let program = library.program(of: profile) else { return nil }
        keep(program, as: key, in: folder)
        return program
    }

    private static func kept(_ key: Digest, in folder: FilePath) -> [UInt8]? {
        guard let bytes = try? WholeFile.read(file(key, in: folder), limitBytes: sizeLimit) else {
            return nil
        }
        // Written without waiting for the disk: what a crash has left of it is not believed.
        let program = Array(bytes.dropFirst(sealSize))
        return Array(bytes.prefix(sealSize)) == seal(program) ? program : nil
    }

    private static func keep(_ program: [UInt8], as key: Digest, in folder: FilePath) {
        try? Folder.create(folder)
        try? WholeFile.write(seal(program) + program, to: file(key, in: folder), durable: false)
    }

    private static func seal(_ program: [UInt8]) -> [UInt8] {
        Array(Digest(of: program, algorithm: .sha256).encoded.utf8)
    }

    private static func file(_ key: Digest, in folder: FilePath) -> FilePath {
        folder.appending("\(key.encoded).bpf")
    }
}
