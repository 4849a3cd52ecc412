// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc

/// Waits until a file descriptor can be read, without holding a thread of the cooperative pool.
///
/// Dispatch's sources crash when a pipe is closed by its other end while the source is cancelled.
enum Readiness {
    static func wait(for file: OpenFile) async {
        _ = await BlockingThread.result { () -> Result<Void, Never> in
            var request = pollfd(fd: file.raw, events: Int16(POLLIN), revents: 0)
            while poll(&request, 1, -1) < 0, errno == EINTR {}
            return .success(())
        }
    }
}
