// SPDX-License-Identifier: Apache-2.0

package import Dispatch
import Glibc

/// Threads of the system's own, as many as are asked for.
///
/// Dispatch has at most some 250, waiting ones included: work that waits for other work would then wait for ever.
package enum DetachedThread {
    private final class Job: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on a thread that ends with it.
    ///
    /// Where the system has no thread left, `body` waits for one of Dispatch's.
    package static func start(_ body: @escaping @Sendable () -> Void) {
        let job = Unmanaged.passRetained(Job(body))
        var thread = pthread_t()
        guard pthread_create(&thread, nil, run, job.toOpaque()) == 0 else {
            job.release()
            DispatchQueue(label: "stet.thread").async(execute: body)
            return
        }
        pthread_detach(thread)
    }

    /// The same, as a member of a group that somebody waits for.
    package static func start(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        start {
            body()
            group.leave()
        }
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        if let raw = $0 { Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
    }
}
