// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

extension Response {
    /// An answer without a body.
    static func empty(_ status: HTTPResponse.Status, _ headers: [(RegistryHeader, String)]) -> Response {
        var response = Response(status: status)
        for (header, value) in headers { response.headers.append(header, value) }
        return response
    }

    static func json(
        _ status: HTTPResponse.Status, _ value: some Encodable, type: OCISpec.MediaType = .json
    ) throws -> Response {
        var response = Response(
            status: status, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONDocument.encode(value))))
        response.headers[name: .contentType] = type.rawValue
        return response
    }

    /// `{"errors": […]}` with the failure's status and headers.
    static func failure(_ failure: RegistryFailure) throws -> Response {
        var response = try json(
            failure.status, RegistryErrorBody(failure.code, failure.message, detail: failure.detail))
        for (header, value) in failure.headers { response.headers.append(header, value) }
        return response
    }

    /// An answer for a fault of ours; the log says more.
    ///
    /// The specification has no codes for faults; these two are those of Docker's registry.
    static func fault(_ status: HTTPResponse.Status, _ message: String) -> Response {
        let code = status == .internalServerError ? "UNKNOWN" : "UNAVAILABLE"
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: #"{"errors":[{"code":"\#(code)","message":"\#(message)"}]}"#)))
    }
}
