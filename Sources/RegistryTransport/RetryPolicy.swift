// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// When a request is sent again, and after which pause: a pure decision.
package struct RetryPolicy: Sendable {
    /// Tries in all, the first one included.
    package var attempts = 5
    /// The pause after the first failure; it doubles each time.
    package var firstPause: Duration = .milliseconds(250)
    package var longestPause: Duration = .seconds(20)
    /// A closed port and a name that means nothing are tried again too: a server may be about to start.
    package var retriesUnreachable = true
    /// A registry that asks for a longer pause than this is believed, and the answer given to the caller.
    package var longestWait: Duration = .seconds(60)
    /// The time of day in seconds since 1970, for a registry that names a time and not what its own clock says.
    package var now: @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970) }

    package init() {}

    /// What came of a try.
    package enum Outcome: Sendable {
        case answer(HTTPResponse)
        case failure(TransportError)
    }

    /// Decides what to do after try number `attempt`, counted from 1.
    ///
    /// With a `jitter` from 0 to 1 the pause is between half and the whole of its length.
    ///
    /// - Returns: The pause before the next try; nil to take the outcome as it is.
    package func pause(
        after outcome: Outcome, of request: HTTPRequest, attempt: Int, jitter: Double
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        switch outcome {
        case .answer(let response):
            guard isRefusedForNow(response.status, request.method) else { return nil }
            if let wait = response.retryAfter(now: now()) { return wait <= longestWait ? wait : nil }
        case .failure(let error):
            guard error.isTransient else { return nil }
            let isWorthIt =
                error.kind == .unreachable ? retriesUnreachable : request.method.isRepeatable(request)
            guard isWorthIt else { return nil }
        }
        let doubled = min(firstPause * (1 << min(attempt - 1, 16)), longestPause)
        return doubled * (0.5 + 0.5 * jitter)
    }

    /// 429 and 503 say that the request was not carried out.
    ///
    /// The other passing faults leave that open.
    private func isRefusedForNow(_ status: Int, _ method: HTTPRequest.Method) -> Bool {
        switch status {
        case 429, 503: true
        case 408, 500, 502, 504: method == .get || method == .head
        default: false
        }
    }
}

extension HTTPRequest.Method {
    /// Sending it twice does no harm: reads, and POSTs without a body, which only open an upload session.
    fileprivate func isRepeatable(_ request: HTTPRequest) -> Bool {
        switch self {
        case .get, .head: true
        case .post: request.body == nil
        case .put, .patch, .delete: false
        }
    }
}
