// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Synchronization
import SystemPackage

/// The right to count on what is in a layout, whether a name reaches it or not.
///
/// While anybody has a lease, in this process or another, nothing is collected. Who relies on contents that
/// no name reaches yet (a pull between its first blob and its tag, a build between its base image and its own
/// tag) has a lease for all of that time. Leases stand beside each other; a dead process has none.
///
/// Other programs that write layouts take no leases: they must not write while a collection runs.
package final class LayoutLease: Sendable {
    private let lock: Mutex<FileLock?>

    fileprivate init(_ lock: consuming FileLock) {
        self.lock = Mutex(lock)
    }

    /// Gives the lease back; again does nothing.
    ///
    /// A lease that goes away is given back too.
    package func end() {
        lock.withLock { $0 = nil }
    }
}

extension ImageLayout {
    /// Keeps everything that is in the layout, and everything that comes in, until the lease ends.
    ///
    /// Waits only while a collection runs, which is short. Files that dead processes have left half-written go first,
    /// where nobody else has a lease.
    ///
    ///     let lease = try await layout.lease()
    ///     defer { lease.end() }
    ///     let root = try await repository.pull(.tag(tag), platform: .host, into: layout)
    ///     try await layout.tag(root, as: name)
    ///
    /// - Throws: ``ImageStoreError/inUse(_:)`` when a collection lasts longer than ten minutes;
    ///   `CancellationError`.
    package func lease() async throws -> LayoutLease {
        if !halves.isEmpty { try await BlockingThread.run { self.removeHalves() } }
        let lease = try await patiently(.seconds(600)) { try leaseAtOnce() }
        guard let lease else { throw ImageStoreError.inUse(folder) }
        return lease
    }

    /// - Returns: nil while a collection runs.
    private func leaseAtOnce() throws(ImageStoreError) -> LayoutLease? {
        guard let lock = try tryLock(.shared) else { return nil }
        return LayoutLease(lock)
    }

    // MARK: Leftovers

    /// Files on their way in, or left behind by a process that died: there are some while others write, and where
    /// the file system has no files without names.
    private var halves: [FilePath] {
        ((try? Folder.components(in: temporary)) ?? []).filter(\.isPending).map { temporary.appending($0) }
    }

    /// Whoever writes one has a lease.
    private func removeHalves() {
        guard let lock = try? tryLock(.exclusive) else { return }
        for half in halves { try? Folder.remove(half) }
        _ = consume lock
    }

    // MARK: Locks

    /// The lock that leases share and a collection has alone.
    ///
    /// It is on the folder itself, so that a layout that one may only read can be leased too.
    func tryLock(_ mode: FileLock.Mode) throws(ImageStoreError) -> FileLock? {
        do {
            return try FileLock(trying: folder, mode)
        } catch {
            throw .file(error)
        }
    }

    /// Asks again and again, without holding a thread, until there is an answer.
    ///
    /// - Returns: nil when `patience` is over.
    func patiently<Value>(
        _ patience: Duration, _ ask: () async throws -> Value?
    ) async throws -> Value? {
        let start = ContinuousClock.now
        while true {
            if let answer = try await ask() { return answer }
            guard start.duration(to: .now) < patience else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The same for a step that blocks and is over soon: one content of our own.
    func leased<Value>(_ body: () throws(ImageStoreError) -> Value) throws(ImageStoreError) -> Value {
        let lease = try ImageStoreError.file { () throws(FileError) in
            LayoutLease(try FileLock(on: folder, .shared))
        }
        defer { lease.end() }
        return try body()
    }
}
