// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Dispatch
import Glibc
import SystemPackage

/// A program in a process namespace and with mounts of its own: when it ends, nothing of it is left, and it
/// ends when this process does, however that ends.
///
/// Source: pid_namespaces(7), prctl(2), `PR_SET_PDEATHSIG`.
final class LaunchedProgram: Sendable {
    private let process: pid_t
    /// Readable when the program has ended.
    private let end: OpenFile

    /// What to start, and where.
    struct Launch: Sendable {
        var program: FilePath
        var arguments: [String]
        var environment: [String]
        var input: Int32
        var output: Int32
        var error: Int32
        /// nil is that of this process.
        var mounts: OpenFile?
        /// What it mounts is to be seen by others in that mount namespace.
        var sharesMounts = false
        var network: OpenFile?
        /// Where it begins.
        var folder: FilePath
        /// A mount that it shall not see.
        var hides: FilePath?
    }

    convenience init(_ launch: Launch) async throws(ContainerError) {
        let result = await LaunchThread.run { LaunchedProgram.start(launch) }
        try self.init(result, launch)
    }

    /// The same for a thread that may block.
    convenience init(blocking launch: Launch) throws(ContainerError) {
        let result = LaunchThread.runBlocking { LaunchedProgram.start(launch) }
        try self.init(result, launch)
    }

    private init(_ result: stet_launch_result, _ launch: Launch) throws(ContainerError) {
        guard result.error == 0 else { throw LaunchedProgram.failure(result, launch) }
        process = result.pid
        end = OpenFile(owning: result.pidfd)
    }

    private static func start(_ launch: Launch) -> stet_launch_result {
        let arguments = CStrings([launch.program.string] + launch.arguments)
        let environment = CStrings(launch.environment)
        let paths = CStrings([launch.program, launch.folder, launch.hides ?? ""].map(\.string))
        var description = stet_launch(
            program: paths.pointers[0], arguments: arguments.pointers, environment: environment.pointers,
            input: launch.input, output: launch.output, error: launch.error,
            mount_namespace: launch.mounts?.raw ?? -1, shares_mounts: launch.sharesMounts ? 1 : 0,
            network_namespace: launch.network?.raw ?? -1, folder: paths.pointers[1],
            hidden: launch.hides == nil ? nil : paths.pointers[2],
            open_files: OpenFileLimit.ofContainers ?? 0)
        return withExtendedLifetime((arguments, environment, paths)) { stet_start(&description) }
    }

    private static func failure(_ result: stet_launch_result, _ launch: Launch) -> ContainerError {
        let operation =
            switch stet_launch_step(UInt32(result.step)) {
            case stet_launch_clone: "make a process namespace"
            case stet_launch_mounts: "make a mount namespace"
            case stet_launch_network: "join the network"
            case stet_launch_proc: "mount /proc for the container runtime"
            case stet_launch_folder: "enter \(launch.folder)"
            case stet_launch_files: "pass files on"
            default: "execute \(launch.program)"
            }
        return .system(
            operation: operation, Errno(rawValue: result.error),
            advice: "`stet doctor` says what this machine lacks")
    }

    /// Waits for the end.
    ///
    /// - Returns: The status as a shell puts it: 0 to 255, 128 and the number for a signal.
    func wait() async -> Int32 {
        await Readiness.wait(for: end)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, Errno.current == .interrupted {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }

    /// Ends it at once, and waits until it has ended.
    ///
    /// Blocks.
    func kill() {
        signal(SIGKILL)
        while waitpid(process, nil, 0) < 0, Errno.current == .interrupted {}
    }

    /// True when it has ended by itself.
    var hasEnded: Bool {
        var state = pollfd(fd: end.raw, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) > 0
    }

    /// Does nothing when it has ended.
    func signal(_ number: Int32) {
        _ = stet_signal(end.raw, number)
    }

    /// Asks it to end, and ends it when it has not after `grace`.
    func stop(after grace: Duration) {
        signal(SIGTERM)
        let deadline = DispatchTime.now() + .milliseconds(Int(grace / .milliseconds(1)))
        DispatchQueue.global().asyncAfter(deadline: deadline) { self.signal(SIGKILL) }
    }
}
