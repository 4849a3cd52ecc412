// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// How an ordinary user becomes root over files and mounts that are his own.
///
/// Source: user_namespaces(7), newuidmap(1).
package enum UserNamespace {
    /// Runs this program once more, inside a user namespace, when the caller is not root; comes back when
    /// there is nothing to do.
    ///
    /// The caller is root inside, with the numbers of /etc/subuid for other users. Called before anything
    /// else is done: this process then only waits, passes signals on, and ends with the other's status.
    ///
    /// - Throws: When that is not possible, with what to do about it. Nothing has happened then.
    package static func enterIfNeeded() throws(ContainerError) {
        guard !Privileges.isRoot else { return }
        if let fault = fault() { throw .invalid(fault) }
        var ends: [Int32] = [-1, -1]
        guard stet_pipe(&ends) == 0 else { throw .system(operation: "make a pipe", .current, advice: nil) }
        let (go, ready) = (OpenFile(owning: ends[0]), OpenFile(owning: ends[1]))
        let arguments = CStrings(CommandLine.arguments)
        let child = stet_start_in_users(go.raw, "/proc/self/exe", arguments.pointers, environ)
        guard child > 0 else { throw .system(operation: "make a user namespace", .current, advice: advice) }
        do {
            try map(child)
        } catch {
            kill(child, SIGKILL)
            throw error
        }
        var word: UInt8 = 1
        _ = write(ready.raw, &word, 1)
        exit(follow(child))
    }

    private static let advice =
        "let ordinary users make them: sysctl kernel.unprivileged_userns_clone=1 "
        + "user.max_user_namespaces=15000, and where there is such a key "
        + "kernel.apparmor_restrict_unprivileged_userns=0"

    /// Why the caller cannot run containers without being root; nil when he can.
    package static func fault() -> String? {
        let name = userName
        for (program, file, option) in [
            ("newuidmap", "/etc/subuid", "--add-subuids"), ("newgidmap", "/etc/subgid", "--add-subgids"),
        ] {
            if Program.find(program) == nil {
                return "containers need root, or \(program): apt-get install uidmap"
            }
            if ranges(FilePath(file)).isEmpty {
                return "containers need root, or numbers for \(name) in \(file): "
                    + "usermod \(option) 100000-165535 \(name)"
            }
        }
        return nil
    }

    private static var userName: String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
    }

    private static func ranges(_ file: FilePath) -> [SubordinateIDs] {
        let bytes = (try? WholeFile.read(file, limitBytes: 16 << 20)) ?? []
        return SubordinateIDs.ranges(
            in: String(decoding: bytes, as: UTF8.self), name: userName, uid: getuid())
    }

    /// Says which numbers inside are which outside.
    private static func map(_ child: pid_t) throws(ContainerError) {
        for (program, file, caller) in [
            ("newuidmap", FilePath("/etc/subuid"), getuid()),
            ("newgidmap", FilePath("/etc/subgid"), getgid()),
        ] {
            let map = SubordinateIDs.mapArguments(caller: caller, ranges(file))
            let outcome = try Program(program).run([String(child)] + map, input: [])
            guard outcome.status == 0 else {
                throw .invalid("\(program) cannot map the numbers of \(file): \(outcome.errorText)")
            }
        }
    }

    /// Waits for the child, and passes on what this process is told to do.
    private static func follow(_ child: pid_t) -> Int32 {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGHUP, SIGINT, SIGCHLD] { sigaddset(&signals, number) }
        sigprocmask(SIG_BLOCK, &signals, nil)
        while true {
            var status: Int32 = 0
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F) }
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            // A terminal tells both of Ctrl-C.
            if number == SIGTERM || number == SIGHUP { kill(child, number) }
        }
    }
}
