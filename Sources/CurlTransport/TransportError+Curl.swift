// SPDX-License-Identifier: Apache-2.0

import CCurl
import RegistryTransport

extension TransportError.Kind {
    /// What a code of libcurl means for the request.
    ///
    /// Source: libcurl-errors(3).
    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
            CURLE_SSL_CONNECT_ERROR, CURLE_PROXY:
            self = .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_ISSUER_ERROR:
            self = .untrusted
        case CURLE_OPERATION_TIMEDOUT: self = .stalled
        case CURLE_WRITE_ERROR: self = .sinkFailed
        case CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_READ_ERROR,
            CURLE_ABORTED_BY_CALLBACK, CURLE_OUT_OF_MEMORY:
            self = .badRequest
        default: self = .interrupted
        }
    }
}
