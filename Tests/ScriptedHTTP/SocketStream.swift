// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One end of a TCP connection; closed with the value.
final class SocketStream {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Everything up to the first empty line, with it; nil when the peer hangs up before.
    func readHead() -> [UInt8]? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            if let end = pending.firstRange(of: separator) {
                defer { pending.removeSubrange(..<end.upperBound) }
                return Array(pending[..<end.upperBound])
            }
            guard let piece = readPiece(limit: 64 << 10) else { return nil }
            pending += piece
        }
    }

    /// The next bytes, at most `limit`; nil when the peer has hung up.
    func read(limit: Int) -> [UInt8]? {
        guard pending.isEmpty else {
            defer { pending.removeFirst(min(limit, pending.count)) }
            return Array(pending.prefix(limit))
        }
        return readPiece(limit: min(limit, 64 << 10))
    }

    private func readPiece(limit: Int) -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: limit)
        let count = Glibc.read(descriptor, &piece, limit)
        return count > 0 ? Array(piece[..<count]) : nil
    }

    /// - Returns: False when the peer has hung up.
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
