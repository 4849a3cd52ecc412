// SPDX-License-Identifier: Apache-2.0

extension HTTPResponse {
    /// How long the server asks to wait before the request is sent again: seconds, or the time until a date.
    ///
    /// A date is compared with the server's own clock where the answer has it, else with `now`, in seconds since 1970.
    ///
    /// - Returns: nil when it does not ask, or not in a way that can be understood.
    ///
    /// Source: RFC 9110, section 10.2.3.
    package func retryAfter(now: Int64?) -> Duration? {
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Int64(text) { return .seconds(max(0, seconds)) }
        let clock = headers["Date"].flatMap(HTTPDate.seconds) ?? now
        guard let date = HTTPDate.seconds(text), let clock else { return nil }
        return .seconds(max(0, date - clock))
    }
}
