// SPDX-License-Identifier: Apache-2.0

import CCurl
import ImageStore
import RegistryTransport
import Synchronization

/// One request on its way.
///
/// Sendable because everything but `id` and `request`, which do not change, and the atomic flag is touched on the
/// engine's thread only.
final class Transfer: Identifiable, @unchecked Sendable {
    let request: HTTPRequest
    /// Set by whoever cancels, before the engine hears of it.
    let isCancelled = Atomic(false)
    private let setting: TransferSetting
    private unowned let engine: CurlEngine

    private(set) var handle: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var outgoing: OutgoingBody
    private var incoming: IncomingAnswer
    private let destination: ResponseBody

    init(
        _ request: HTTPRequest, receiving body: ResponseBody, _ setting: TransferSetting, engine: CurlEngine
    ) {
        self.request = request
        self.setting = setting
        self.engine = engine
        outgoing = OutgoingBody(request.body ?? .bytes([]))
        destination = body
        incoming = IncomingAnswer(to: request, into: body)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { errorText.deallocate() }

    var id: ObjectIdentifier { ObjectIdentifier(self) }

    /// Makes the easy handle.
    ///
    /// - Returns: nil when libcurl has no memory or refuses an option.
    func open() -> UnsafeMutableRawPointer? {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        let options = TransferOptions(handle: handle)
        options.set(setting.configuration)
        options.set(setting.certificates)
        options.set(request)
        options.setLimit(of: setting.configuration, for: request, into: destination)
        options.setProxy(of: setting.configuration, for: request.url)
        if setting.configuration.allowsUnverifiedTLS(request.url) { options.allowUnverifiedTLS() }
        headerList = options.setHeaders(of: request)
        _ = stet_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = stet_curl_set_pointer(handle, CURLOPT_PRIVATE, context)
        setCallbacks(handle, context)
        return options.areAccepted ? handle : nil
    }

    private func setCallbacks(_ handle: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
            _ = stet_curl_set_pointer(handle, option, context)
        }
        _ = stet_curl_set_bytes_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.from(context).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = stet_curl_set_bytes_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Transfer.from(context).incoming.takeHeader(line: line)
            return size * count
        }
        _ = stet_curl_set_bytes_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
            Transfer.from(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        _ = stet_curl_set_seek_function(handle) { context, offset, origin in
            guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
            Transfer.from(context).outgoing.seek(to: Int64(offset))
            return CURL_SEEKFUNC_OK
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        // The engine keeps the transfer while its handle is in the multi handle.
        Unmanaged<Transfer>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        var status = 0
        stet_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return incoming.takeBody(bytes, status: status) ? bytes.count : -1
    }

    /// Fills a buffer of libcurl's with the next bytes of the body; holds the last one back at a barrier.
    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var limit = buffer.count
        if let barrier = request.barrier, !outgoing.isReleased {
            limit = Int(min(Int64(limit), outgoing.remaining - 1))
            if limit <= 0 {
                if !outgoing.hasArrived {
                    outgoing.hasArrived = true
                    barrier.arrive { [self, engine] in engine.resume(self) }
                }
                return Int(CURL_READFUNC_PAUSE)
            }
        }
        guard let count = outgoing.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(limit)))
        else { return Int(CURL_READFUNC_ABORT) }
        request.onSent?(outgoing.position)
        return count
    }

    /// The barrier is open: the last byte may go.
    func resume() {
        outgoing.isReleased = true
        if let handle { curl_easy_pause(handle, CURLPAUSE_CONT) }
    }

    /// Frees the handle and says how the transfer ended.
    func close(result: CURLcode, cancelled: Bool = false) -> Result<HTTPResponse, TransportError> {
        defer { free() }
        if let barrier = request.barrier, !outgoing.hasArrived { barrier.leave() }
        if cancelled { return .failure(TransportError(.cancelled, request, "cancelled")) }
        if result == CURLE_OK || (result == CURLE_WRITE_ERROR && incoming.isTruncated) {
            var status = 0
            stet_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            return .success(incoming.response(status: status))
        }
        return .failure(failure(result))
    }

    private func failure(_ result: CURLcode) -> TransportError {
        if let cause = incoming.failure ?? outgoing.failure {
            return TransportError(TransportError.Kind(result), request, "\(cause)", cause: cause)
        }
        let text = String(cString: errorText)
        let reason = (text.isEmpty ? String(cString: curl_easy_strerror(result)) : text).asClause
        var (sentBytes, tunnelStatus) = (0, 0)
        stet_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &sentBytes)
        stet_curl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &tunnelStatus)
        if (400..<500).contains(tunnelStatus) {
            return TransportError(.badRequest, request, "the proxy refused (\(tunnelStatus)): \(reason)")
        }
        var error = TransportError(TransportError.Kind(result), request, reason)
        if result == CURLE_PARTIAL_FILE {
            var status = 0
            stet_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            error.partial = incoming.response(status: status)
        }
        // Nothing of the request has left: it may be sent again, whatever it asks for.
        let isUnsent = sentBytes == 0 || tunnelStatus >= 300
        return error.isTransient && isUnsent ? TransportError(.unreachable, request, reason) : error
    }

    private func free() {
        if let handle { curl_easy_cleanup(handle) }
        handle = nil
        curl_slist_free_all(headerList)
        headerList = nil
    }
}

extension String {
    /// With a small first letter unless the first word is an abbreviation, and without a full stop.
    fileprivate var asClause: String {
        let text = hasSuffix(".") ? String(dropLast()) : self
        guard let second = text.dropFirst().first, second.isLowercase else { return text }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
