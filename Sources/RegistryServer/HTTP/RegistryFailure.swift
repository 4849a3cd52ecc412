// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OCISpec

/// A request that cannot be done, as the client will see it.
struct RegistryFailure: Error {
    var status: HTTPResponse.Status
    var code: RegistryErrorCode
    var message: String
    var detail: JSONValue?
    var headers: [(RegistryHeader, String)] = []

    init(
        _ status: HTTPResponse.Status, _ code: RegistryErrorCode, _ message: String, detail: JSONValue? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
    }

    func with(_ header: RegistryHeader, _ value: String) -> RegistryFailure {
        var failure = self
        failure.headers.append((header, value))
        return failure
    }

    static func blobUnknown(_ digest: Digest) -> RegistryFailure {
        RegistryFailure(.notFound, .blobUnknown, "there is no blob \(digest) in this repository")
    }

    static func manifestUnknown(_ reference: some CustomStringConvertible) -> RegistryFailure {
        RegistryFailure(.notFound, .manifestUnknown, "there is no manifest \(reference) in this repository")
    }

    static let uploadUnknown = RegistryFailure(
        .notFound, .blobUploadUnknown, "there is no such upload in this repository")

    static func methodNotAllowed(_ allowed: String) -> RegistryFailure {
        RegistryFailure(.methodNotAllowed, .unsupported, "only \(allowed) is possible here").with(
            .allow, allowed)
    }

    static let noEndpoint = RegistryFailure(.notFound, .unsupported, "there is nothing at this address")
}

extension RegistryFailure {
    /// A malformed name, tag or digest in a path or a query.
    init(_ invalid: InvalidValue, method: HTTPRequest.Method) {
        switch invalid.noun {
        case "repository name": self.init(.badRequest, .nameInvalid, "\(invalid)")
        case "digest": self.init(.badRequest, .digestInvalid, "\(invalid)")
        case "tag" where method == .put: self.init(.badRequest, .manifestInvalid, "\(invalid)")
        case "tag": self.init(.notFound, .manifestUnknown, "\(invalid)")
        default: self.init(.badRequest, .unsupported, "\(invalid)")
        }
    }
}
