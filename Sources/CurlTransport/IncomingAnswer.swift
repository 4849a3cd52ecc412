// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport

/// The answer to a request while it arrives.
struct IncomingAnswer {
    private let destination: ResponseBody
    /// The first byte that was asked for; nil when all were.
    private let rangeStart: Int64?
    private var headers = HTTPHeaders()
    private var isHeadComplete = false
    private var memory: [UInt8] = []
    /// The sink has been told what is to come.
    private var hasBody = false
    /// The body had more bytes than its limit.
    private(set) var isTruncated = false
    /// Why the sink refused a piece.
    private(set) var failure: (any Error)?

    init(to request: HTTPRequest, into destination: ResponseBody) {
        self.destination = destination
        rangeStart = request.rangeStart
    }

    /// Takes a status line, a field, the empty line, or a trailer field (which is dropped).
    mutating func takeHeader(line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            headers = HTTPHeaders()
            isHeadComplete = false
            hasBody = false
        } else if text.allSatisfy(\.isNewline) {
            isHeadComplete = true
        } else if !isHeadComplete, let colon = text.firstIndex(of: ":") {
            headers.add(
                String(text[..<colon]).trimmed, String(text[text.index(after: colon)...]).trimmed)
        }
    }

    /// - Returns: False when the transfer has to end here.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer, status: Int) -> Bool {
        switch destination {
        case .sink(let sink) where isAsAsked(status):
            do {
                if !hasBody {
                    sink.expect(headers["Content-Length"].flatMap { Int64($0) })
                    hasBody = true
                }
                try sink.append(bytes)
                return true
            } catch {
                failure = error
                return false
            }
        case .sink: return keep(bytes, limit: 64 << 10)
        case .memory(let limit): return keep(bytes, limit: limit)
        }
    }

    /// A sink takes the whole content when it was asked for, and a part only when it is the one that was asked for.
    private func isAsAsked(_ status: Int) -> Bool {
        guard let rangeStart else { return status == 200 }
        return status == 206 && response(status: status).contentRangeStart == rangeStart
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Bool {
        let room = limit - memory.count
        memory += bytes.prefix(max(0, room))
        isTruncated = bytes.count > room
        return !isTruncated
    }

    func response(status: Int) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: memory, isTruncated: isTruncated)
    }
}

extension String {
    /// Without blanks, tabs and line ends at both ends.
    fileprivate var trimmed: String {
        let isBlank = { (character: Character) in character.isWhitespace }
        let start = drop(while: isBlank)
        return String(start.reversed().drop(while: isBlank).reversed())
    }
}
