// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension RegistryClient {
    /// The error for an answer that ends an operation, with the registry's reason.
    ///
    /// The answer to a HEAD has no body: who is turned away is told why by a GET, of which a byte is asked for.
    ///
    /// Source: RFC 9110, sections 9.3.2 and 14.2.
    func refusal(_ response: HTTPResponse, to request: HTTPRequest) async -> RegistryError {
        guard request.method == .head, [401, 403].contains(response.status) else {
            return RegistryError(response, to: request)
        }
        var question = request
        question.method = .get
        question.headers["Range"] = "bytes=0-0"
        guard let told = try? await transport.send(question, receiving: .memory(limitBytes: 64 << 10)),
            told.status == response.status
        else { return RegistryError(response, to: request) }
        return RegistryError(told, to: request)
    }
}
