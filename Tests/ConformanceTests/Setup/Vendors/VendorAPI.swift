// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization

/// A vendor's API behind the transport's seam: it keeps what was made, and writes down what it was asked.
final class VendorAPI: HTTPTransport {
    enum Fault: Sendable {
        /// Nothing is done, and this is said.
        case status(Int)
        /// It is done, and nobody hears of it.
        case cut
    }

    private struct State {
        var things: Vendor.Things
        var requests: [HTTPRequest] = []
    }

    private let vendor: Vendor
    private let fault: @Sendable (_ index: Int) -> Fault?
    private let state: Mutex<State>

    init(_ vendor: Vendor, fault: @escaping @Sendable (_ index: Int) -> Fault? = { _ in nil }) {
        self.vendor = vendor
        self.fault = fault
        state = Mutex(State(things: vendor.found))
    }

    var things: Vendor.Things { state.withLock { $0.things } }
    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// `METHOD URL`, with what a JSON API is told in its headers or its body, as plans write it.
    var calls: [String] {
        requests.map { request in
            let action = request.headers["X-Amz-Target"]?.split(separator: ".").last
            let asked = VendorRequest(request)
            let mutation = [
                "createContainerProtectionTagRule", "updateContainerProtectionTagRule",
                "deleteContainerProtectionTagRule", "containerProtectionTagRules",
            ].first { asked.text.contains($0) }
            let end = (action.map(String.init) ?? mutation).map { " (\($0))" } ?? ""
            return "\(request.method.rawValue) \(request.url)\(end)"
        }
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let (status, text, isCut) = state.withLock { state -> (Int, String, Bool) in
            let fault = fault(state.requests.count)
            state.requests.append(request)
            if case .status(let status) = fault { return (status, #"{"message": "told so"}"#, false) }
            let (status, text) = answer(VendorRequest(request), &state.things)
            guard case .cut = fault else { return (status, text, false) }
            return (status, text, true)
        }
        if isCut { throw TransportError(.interrupted, request, "the connection broke") }
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
    }

    private func answer(_ request: VendorRequest, _ things: inout Vendor.Things) -> (Int, String) {
        let isForToken = request.target.lowercased().contains("token?") || request.target.hasSuffix("token")
        let isKnown =
            isForToken || request.target == "/oauth2/exchange"
            || request.headers[vendor.header.name]?.hasPrefix(vendor.header.part) == true
        return isKnown ? vendor.answer(request, &things) : (401, #"{"message": "who are you?"}"#)
    }
}
