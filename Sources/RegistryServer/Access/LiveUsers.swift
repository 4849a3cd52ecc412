// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Logging
import Synchronization
import SystemPackage

/// The users of a file, read again when the file has changed.
///
/// Each request looks at the file's status, which takes a microsecond. A file that cannot be read, or says something
/// that cannot be, leaves the users as they were.
final class LiveUsers: Sendable {
    private struct State {
        var mark: Mark?
        var users: Users
    }

    private let file: FilePath
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the file for the first time.
    ///
    /// - Throws: ``RegistryServerError``.
    init(file: FilePath, logger: Logger) throws(RegistryServerError) {
        self.file = file
        self.logger = logger
        let mark = Mark(file)
        do {
            state = Mutex(State(mark: mark, users: try LiveUsers.read(file)))
        } catch {
            throw .unusableUsers(reason: error.reason)
        }
    }

    /// The users as the file says now.
    var current: Users {
        let mark = Mark(file)
        guard let users = state.withLock({ $0.mark == mark ? $0.users : nil }) else { return reread(mark) }
        return users
    }

    /// The mark is older than what is read: a change in between is read once more with the next request.
    private func reread(_ mark: Mark?) -> Users {
        state.withLock { state in
            guard state.mark != mark else { return state.users }
            state.mark = mark
            do throws(Unreadable) {
                state.users = try LiveUsers.read(file)
                logger.notice("\(file) was read again")
            } catch {
                logger.error("the users stay as they were: \(error.reason)")
            }
            return state.users
        }
    }

    private struct Unreadable: Error {
        let reason: String
    }

    private static func read(_ file: FilePath) throws(Unreadable) -> Users {
        do {
            let bytes = try WholeFile.read(file, limitBytes: 1 << 20)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Unreadable(reason: "\(file) is not UTF-8 text")
            }
            return try Users(text: text, file: file.string)
        } catch let error as Unreadable {
            throw error
        } catch {
            throw Unreadable(reason: "\(error)")
        }
    }

    /// What changes with a file's content.
    private struct Mark: Equatable {
        private let inode: UInt64
        private let size: Int64
        private let seconds: Int
        private let nanoseconds: Int

        /// nil when there is no such file.
        init?(_ path: FilePath) {
            var status = stat()
            guard stat(path.string, &status) == 0 else { return nil }
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }
}
