// SPDX-License-Identifier: Apache-2.0

package import Dispatch
import Glibc

/// A server of one answer, which tells when its client does not take any more of it.
package final class StallingServer: Sendable {
    package var port: UInt16 { listener.port }
    /// Signalled once: all buffers between the two are full.
    package let hasStalled = DispatchSemaphore(value: 0)
    private let listener: Listener

    /// Answers the first request with 200 and so many zeros.
    package init(bytes count: Int) throws(SocketFailure) {
        listener = try Listener(backlog: 1)
        DispatchQueue(label: "stalling").async { [listener, hasStalled] in
            guard let connection = listener.next() else { return }
            defer { close(connection) }
            var request = [UInt8](repeating: 0, count: 64 << 10)
            guard read(connection, &request, request.count) > 0 else { return }
            let head = Array("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n".utf8)
            send(connection, head, head.count, Int32(MSG_NOSIGNAL))
            StallingServer.fill(connection, count, hasStalled)
        }
    }

    deinit { listener.stop() }

    private static func fill(_ connection: Int32, _ count: Int, _ hasStalled: DispatchSemaphore) {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var (left, isTold) = (count, false)
        while left > 0 {
            let flags = Int32(MSG_NOSIGNAL) | (isTold ? 0 : Int32(MSG_DONTWAIT))
            let sent = send(connection, zeros, min(left, zeros.count), flags)
            if sent > 0 {
                left -= sent
            } else if errno == EAGAIN, !isTold {
                // Full: unless it drains within a while, nobody is reading.
                var wait = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
                guard poll(&wait, 1, 500) == 0 else { continue }
                isTold = true
                hasStalled.signal()
            } else if errno != EINTR {
                return
            }
        }
    }
}
