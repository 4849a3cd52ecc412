// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CCurl
import RegistryTransport
import Synchronization

/// The thread that drives every transfer of a transport.
///
/// Other threads put commands into a mailbox and wake it; everything of libcurl but that wake-up happens on the
/// thread itself.
final class CurlEngine: Sendable {
    typealias Continuation = CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    private struct Mailbox {
        var started: [(Transfer, Continuation)] = []
        // Transfers, not their identities: a new one could get the identity of one that is gone.
        var resumed: [Transfer] = []
        var cancelled: [Transfer] = []
        var isStopped = false
        /// The thread is gone: nothing will be read any more.
        var isClosed = false
    }

    private let mailbox = Mutex(Mailbox())
    private let multi: MultiHandle

    init() throws(TransportSetupError) {
        guard CurlEngine.isCurlReady, let handle = curl_multi_init() else {
            throw TransportSetupError(description: "libcurl cannot be initialised")
        }
        multi = MultiHandle(pointer: handle)
        _ = stet_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 128)
        DetachedThread.start { [self] in
            CurlLoop(multi: multi.pointer, engine: self).run()
        }
    }

    /// `curl_global_init` must run once, before everything else.
    private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func start(_ transfer: Transfer, _ continuation: Continuation) {
        let isAccepted = mailbox.withLock { mailbox in
            guard !mailbox.isStopped else { return false }
            mailbox.started.append((transfer, continuation))
            return true
        }
        if isAccepted {
            wake()
        } else {
            continuation.resume(
                returning: .failure(TransportError(.cancelled, transfer.request, "cancelled")))
        }
    }

    func resume(_ transfer: Transfer) {
        mailbox.withLock { $0.resumed.append(transfer) }
        wake()
    }

    /// Ends a transfer, also one that has not been started yet.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        mailbox.withLock { $0.cancelled.append(transfer) }
        wake()
    }

    func stop() {
        mailbox.withLock { $0.isStopped = true }
        wake()
    }

    /// Takes what has been asked since the last call.
    fileprivate func takeMail() -> CurlLoop.Mail {
        mailbox.withLock { mailbox in
            let mail = CurlLoop.Mail(
                started: mailbox.started, resumed: mailbox.resumed, cancelled: mailbox.cancelled,
                isStopped: mailbox.isStopped)
            mailbox.started = []
            mailbox.resumed = []
            mailbox.cancelled = []
            return mail
        }
    }

    /// Runs `body` while nobody can wake the multi handle, and never lets them again.
    fileprivate func close(_ body: () -> Void) {
        mailbox.withLock { mailbox in
            mailbox.isClosed = true
            body()
        }
    }

    private func wake() {
        mailbox.withLock { mailbox in
            if !mailbox.isClosed { _ = curl_multi_wakeup(multi.pointer) }
        }
    }
}

/// The multi handle; the only call from other threads than the engine's is `curl_multi_wakeup`, which libcurl
/// documents as safe, under the mailbox's lock.
private struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}

/// What runs on the engine's thread.
private struct CurlLoop {
    struct Mail {
        var started: [(Transfer, CurlEngine.Continuation)]
        var resumed: [Transfer]
        var cancelled: [Transfer]
        var isStopped: Bool
    }

    let multi: UnsafeMutableRawPointer
    let engine: CurlEngine
    private var running: [Transfer.ID: (transfer: Transfer, continuation: CurlEngine.Continuation)] = [:]

    init(multi: UnsafeMutableRawPointer, engine: CurlEngine) {
        self.multi = multi
        self.engine = engine
    }

    consuming func run() {
        while true {
            let mail = engine.takeMail()
            for (transfer, continuation) in mail.started { start(transfer, continuation) }
            for transfer in mail.cancelled { finish(transfer.id, cancelled: true) }
            for transfer in mail.resumed where running[transfer.id] != nil { transfer.resume() }
            if mail.isStopped { break }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            collect()
            curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
        for id in Array(running.keys) { finish(id, cancelled: true) }
        engine.close { curl_multi_cleanup(multi) }
    }

    private mutating func start(_ transfer: Transfer, _ continuation: CurlEngine.Continuation) {
        guard !transfer.isCancelled.load(ordering: .acquiring) else {
            continuation.resume(returning: transfer.close(result: CURLE_OK, cancelled: true))
            return
        }
        guard let handle = transfer.open() else {
            continuation.resume(returning: transfer.close(result: CURLE_FAILED_INIT))
            return
        }
        running[transfer.id] = (transfer, continuation)
        guard curl_multi_add_handle(multi, handle) == CURLM_OK else {
            running[transfer.id] = nil
            continuation.resume(returning: transfer.close(result: CURLE_FAILED_INIT))
            return
        }
    }

    private mutating func collect() {
        var result = CURLE_OK
        while let handle = stet_curl_multi_next_done(multi, &result) {
            var context: UnsafeMutableRawPointer?
            stet_curl_get_pointer(handle, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            let id = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().id
            finish(id, result: result)
        }
    }

    private mutating func finish(_ id: Transfer.ID, result: CURLcode = CURLE_OK, cancelled: Bool = false) {
        guard let (transfer, continuation) = running.removeValue(forKey: id) else { return }
        if let handle = transfer.handle { curl_multi_remove_handle(multi, handle) }
        continuation.resume(returning: transfer.close(result: result, cancelled: cancelled))
    }
}
