// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import Synchronization

/// Waits until file descriptors can be read, all of them on one thread.
///
/// Dispatch's sources crash when a pipe is closed by its other end while the source is cancelled.
///
/// Source: epoll(7).
final class Readiness: Sendable {
    private struct Waiting {
        /// Held, so that nobody closes it meanwhile.
        let file: OpenFile
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var next: UInt64 = 0
        var waiting: [UInt64: Waiting] = [:]
    }

    /// How many the kernel tells of at once.
    private static let most = 64

    /// nil where the kernel has no room for one.
    private static let list = Readiness()

    private let list: OpenFile
    private let state = Mutex(State())

    private init?() {
        let raw = stet_wait_list()
        guard raw >= 0 else { return nil }
        list = OpenFile(owning: raw)
        DetachedThread.start { [self] in serve() }
    }

    /// Comes back when the file can be read, or will never be.
    static func wait(for file: OpenFile) async {
        if let list, await withCheckedContinuation({ list.add(file, $0) }) { return }
        await poll(file)
    }

    /// Answers false when the file cannot be waited for here: the kernel has a limit.
    private func add(_ file: OpenFile, _ continuation: CheckedContinuation<Bool, Never>) {
        let isAdded = state.withLock { state in
            state.next += 1
            state.waiting[state.next] = Waiting(file: file, continuation: continuation)
            if stet_wait_add(list.raw, file.raw, state.next) == 0 { return true }
            state.waiting[state.next] = nil
            return false
        }
        if !isAdded { continuation.resume(returning: false) }
    }

    /// Lives as long as the process.
    private func serve() {
        var tokens = [UInt64](repeating: 0, count: Self.most)
        while true {
            let count = stet_wait_next(list.raw, &tokens)
            for token in tokens.prefix(max(0, Int(count))) {
                let waiting = state.withLock { state in
                    let waiting = state.waiting.removeValue(forKey: token)
                    if let waiting { _ = stet_wait_remove(list.raw, waiting.file.raw) }
                    return waiting
                }
                waiting?.continuation.resume(returning: true)
            }
        }
    }

    /// The same with a thread for this file alone.
    private static func poll(_ file: OpenFile) async {
        _ = await BlockingThread.result { () -> Result<Void, Never> in
            var request = pollfd(fd: file.raw, events: Int16(POLLIN), revents: 0)
            while Glibc.poll(&request, 1, -1) < 0, errno == EINTR {}
            return .success(())
        }
    }
}
