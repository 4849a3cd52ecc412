// SPDX-License-Identifier: Apache-2.0

import CCurl
import ImageStore
import RegistryTransport
import SystemPackage

/// Turns a request and a configuration into options of an easy handle.
final class TransferOptions {
    private let handle: UnsafeMutableRawPointer
    /// False when libcurl refused one.
    private(set) var areAccepted = true

    init(handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    func set(_ configuration: CurlConfiguration) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, max(1, configuration.stallTimeout.milliseconds / 1_000))
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 1 << 20)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        let version = configuration.usesOnlyHTTP1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS
        set(CURLOPT_HTTP_VERSION, Int(version))
        if let file = configuration.caFile { set(CURLOPT_CAINFO, file) }
    }

    /// Limits the whole transfer, where its answer is kept in memory.
    func setLimit(of configuration: CurlConfiguration, for request: HTTPRequest, into body: ResponseBody) {
        guard let timeout = configuration.documentTimeout, case .memory = body else { return }
        let bytes = Int(clamping: request.body?.count ?? 0)
        let sending = Duration.milliseconds(bytes / TransferOptions.slowestBytesPerMillisecond)
        let total = (request.barrier == nil ? timeout : timeout * TransferOptions.heldFactor) + sending
        set(CURLOPT_TIMEOUT_MS, total.milliseconds)
    }

    /// 64 KiB a second.
    private static let slowestBytesPerMillisecond = 64
    private static let heldFactor = 10

    /// Chooses the proxy for a URL; `no_proxy` counts whichever it is.
    func setProxy(of configuration: CurlConfiguration, for url: HTTPURL) {
        if configuration.isReachedDirectly(url) {
            set(CURLOPT_NOPROXY, "*")
        } else if url.scheme == .http, let proxy = configuration.plainHTTPProxy {
            set(CURLOPT_PROXY, proxy)
        }
    }

    /// Authorities come on top of the system's: libcurl reads those from a folder of their own.
    func set(_ certificates: HostCertificates) {
        if !certificates.authorities.isEmpty {
            certificates.authorities.withUnsafeBytes { bytes in
                let result = stet_curl_set_copied_blob(
                    handle, CURLOPT_CAINFO_BLOB, bytes.baseAddress, bytes.count)
                areAccepted = areAccepted && result == CURLE_OK
            }
        }
        guard let client = certificates.client else { return }
        set(CURLOPT_SSLCERT, client.certificate.string)
        set(CURLOPT_SSLKEY, (client.key ?? client.certificate).string)
    }

    func set(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.url.description)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        switch request.method {
        case .head: set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch:
            set(CURLOPT_UPLOAD, 1)
            let count = request.framing == .chunked ? -1 : request.body?.count ?? 0
            areAccepted =
                areAccepted
                && stet_curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(count)) == CURLE_OK
        case .get, .delete: break
        }
    }

    /// Takes any certificate.
    func allowUnverifiedTLS() {
        set(CURLOPT_SSL_VERIFYPEER, 0)
        set(CURLOPT_SSL_VERIFYHOST, 0)
    }

    /// Sets the header fields, and takes away those that libcurl would add by itself.
    ///
    /// - Returns: The list, to be freed after the handle.
    func setHeaders(of request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for name in ["Accept", "Expect", "Content-Type"] where request.headers[name] == nil {
            list = curl_slist_append(list, "\(name):")
        }
        for field in request.headers.fields {
            // A semicolon is libcurl's spelling of a field without a value.
            list = curl_slist_append(
                list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        areAccepted = areAccepted && stet_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK
        return list
    }

    private func set(_ option: CURLoption, _ value: Int) {
        areAccepted = areAccepted && stet_curl_set_long(handle, option, value) == CURLE_OK
    }

    private func set(_ option: CURLoption, _ value: String) {
        areAccepted = areAccepted && stet_curl_set_string(handle, option, value) == CURLE_OK
    }
}

extension Duration {
    /// Whole milliseconds, at least 1.
    fileprivate var milliseconds: Int {
        max(1, Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
