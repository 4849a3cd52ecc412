// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

/// Uploads that are not finished.
///
/// Everything here blocks.
///
/// An upload is a file: its existence is the session, its size is how far it has come, its name holds the
/// session's identifier and the repository's, so that a session is of use in its repository only, and to its owner. The identifier
/// begins with the time. Nothing is in the database, for nothing of an upload needs to survive a power cut.
struct UploadFolder: Sendable {
    let path: FilePath
    let hashes = UploadHashes()

    /// How long an upload waits for its next byte.
    private static let lifetimeSeconds = 24 * 3600

    /// Begins an upload.
    ///
    /// - Returns: The session: 40 hexadecimal digits, of which nobody can guess 32.
    func start(in place: UploadPlace) throws(FileError) -> String {
        var random = SystemRandomNumberGenerator()
        let session =
            hexadecimal(UInt32(truncatingIfNeeded: time(nil)))
            + (0..<4).map { _ in hexadecimal(UInt32.random(in: 0...UInt32.max, using: &random)) }.joined()
        let file = file(session, place)
        let descriptor = Glibc.open(file.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("create", file, Errno.current) }
        close(descriptor)
        return session
    }

    /// The number of bytes that a session has; nil when there is no such session in the place.
    func size(_ session: String, in place: UploadPlace) -> Int64? {
        isSession(session) ? WholeFile.size(file(session, place)) : nil
    }

    /// Opens a session for writing, which keeps every other request out of it.
    ///
    /// `algorithm` is that of the digest, as far as it is known.
    ///
    /// - Throws: ``UploadError``, ``FileError``.
    func open(
        _ session: String, in place: UploadPlace, algorithm: DigestAlgorithm = .sha256
    ) throws -> UploadFile {
        guard isSession(session) else { throw UploadError.unknown }
        let file = try UploadFile(file(session, place))
        let known = hashes.take(session)
        if let known, known.count == file.size {
            file.resume(known)
        } else {
            try file.resumeByReading(algorithm)
        }
        return file
    }

    /// Ends a session; nothing of it is left but what was adopted as a blob.
    func remove(_ session: String, in place: UploadPlace) {
        guard isSession(session) else { return }
        _ = hashes.take(session)
        unlink(file(session, place).string)
    }

    /// Removes uploads that nobody has written to for a day.
    ///
    /// - Returns: How many.
    func sweep() throws(FileError) -> Int {
        var count = 0
        for name in try Folder.names(in: path) {
            let file = path.appending(name)
            guard let status = FileStatus(file),
                status.writtenAt + UploadFolder.lifetimeSeconds < time(nil), unlink(file.string) == 0
            else { continue }
            count += 1
        }
        return count
    }

    private func file(_ session: String, _ place: UploadPlace) -> FilePath {
        path.appending("\(session)-\(place.mark)")
    }

    private func isSession(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
