// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization
import SystemPackage

/// git's process, in a group of its own so that what it starts ends with it, and that ends when this process does,
/// however that ends.
///
/// A shell starts it, and gives it a mask of its own: the modes of a checkout say what the repository says, on any
/// machine and for any user.
final class GitChild: Sendable {
    /// What the shell says when there is no such program.
    static let missingStatus: Int32 = 127

    private struct State {
        var pid: pid_t = 0
        var isCancelled = false
        /// Of the socket that the shell waits at: it is closed when this process ends.
        var lifeline: Int32 = -1
    }

    /// Ends the group when the standard input ends; its own end is that of git.
    private static let script = """
        umask 022
        exec 3<&0 < /dev/null
        "$0" "$@" 3<&- &
        git=$!
        (read -r end <&3; kill 0) &
        watch=$!
        exec 3<&-
        trap : TERM
        wait $git
        status=$?
        while kill -0 $git 2> /dev/null; do wait $git; status=$?; done
        kill $watch
        exit $status
        """

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Starts the program that the first of `arguments` names.
    func start(_ arguments: [String], _ environment: [String], output: FilePath, errors: FilePath) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        let flags = O_WRONLY | O_CREAT | O_EXCL
        var ends: [Int32] = [-1, -1]
        // Unlike a pipe it can be kept from other programs from its first moment on.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw FileError("make a socket for", "git", .current)
        }
        defer { close(ends[0]) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, output.string, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors.string, flags, 0o600)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        // The thread that starts git may have signals blocked, and the program some ignored.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let shell = ["sh", "-c", Self.script]
        let argv = (shell + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        try state.withLock { state in
            guard !state.isCancelled else {
                close(ends[1])
                throw CancellationError()
            }
            state.lifeline = ends[1]
            let code = posix_spawn(&state.pid, "/bin/sh", &actions, &attributes, argv, envp)
            guard code == 0 else {
                close(ends[1])
                throw FileError("start", "/bin/sh", Errno(rawValue: code))
            }
        }
    }

    /// Blocks.
    func wait() throws -> Int32 {
        let pid = state.withLock(\.pid)
        var information = siginfo_t()
        // The number stays git's until nobody can send it a signal any more.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 {
            guard Errno.current == .interrupted else { throw FileError("wait for", "git", .current) }
        }
        let status = state.withLock { state in
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            state.pid = 0
            close(state.lifeline)
            return status
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            if state.pid > 0 { kill(-state.pid, SIGTERM) }
        }
    }
}
