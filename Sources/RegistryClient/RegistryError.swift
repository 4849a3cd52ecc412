// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// Why something that was asked of a registry did not happen.
package enum RegistryError: Error, Sendable, CustomStringConvertible {
    /// No answer came.
    case transport(TransportError)
    /// The tag is taken and protected.
    case refused(TagRefusal)
    /// The registry keeps what was to be deleted.
    case notDeleted(DeletionRefusal)
    /// The manifest is stored, but the registry does not list it under its subject.
    case notListed(ReferrerUnlisted)
    /// There is no such manifest, blob or repository.
    case notFound(UnexpectedAnswer)
    /// The registry wants other credentials, or none of ours may do this.
    case unauthorized(UnexpectedAnswer)
    /// Another answer than the specification allows here.
    case unexpected(UnexpectedAnswer)
    /// An answer that cannot be read: a manifest or a list that is none.
    case malformed(MalformedAnswer)
    /// What came is not what its name says.
    case mismatch(ContentMismatch)
    /// A content could not be read or stored on this machine.
    case local(any Error)

    package var description: String {
        switch self {
        case .transport(let error): error.description
        case .refused(let refusal): refusal.description
        case .notDeleted(let refusal): refusal.description
        case .notListed(let failure): failure.description
        case .notFound(let answer): answer.description
        case .unauthorized(let answer):
            "\(answer)\n  hint: log in with `stet login \(answer.registry)`, or check that these credentials may do this"
        case .unexpected(let answer): answer.description
        case .malformed(let answer): answer.description
        case .mismatch(let mismatch): mismatch.description
        case .local(let error): "\(error)"
        }
    }
}

/// An answer that ends an operation.
package struct UnexpectedAnswer: Hashable, Sendable, CustomStringConvertible {
    /// `METHOD URL`, without query.
    package let request: String
    /// `host` or `host:port`.
    package let registry: String
    package let status: Int
    /// How long the registry asks to be left alone, if it does.
    package let retryAfter: Duration?
    /// The registry's own words, if it sent any.
    package let errors: [RegistryErrorBody.Entry]

    init(_ response: HTTPResponse, to request: HTTPRequest) {
        self.request = "\(request.method.rawValue) \(request.url.redacted)"
        let host = request.url.authority
        registry = host == "registry-1.docker.io" ? Reference.dockerHub : host
        status = response.status
        retryAfter = response.retryAfter(now: nil)
        errors =
            (try? JSONDocument.decode(RegistryErrorBody.self, from: response.body, noun: "error body"))?
            .errors
            ?? []
    }

    package var description: String {
        let words = errors.map { [$0.code, $0.message].compactMap(\.self).joined(separator: ": ") }
        let said = words.isEmpty ? "" : ", \(words.joined(separator: "; "))"
        let pause = retryAfter.map { ", and asks to try again in \($0.components.seconds) seconds" } ?? ""
        return "\(request): the registry answered \(status)\(said)\(pause)"
    }
}

/// An answer of the right status whose content is not what belongs there.
package struct MalformedAnswer: Hashable, Sendable, CustomStringConvertible {
    /// `METHOD URL`, without query.
    package let request: String
    package let fault: InvalidValue

    init(_ request: HTTPRequest, _ fault: InvalidValue) {
        self.request = "\(request.method.rawValue) \(request.url.redacted)"
        self.fault = fault
    }

    package var description: String { "\(request): \(fault)" }
}

/// Bytes that differ from what names them.
package struct ContentMismatch: Hashable, Sendable, CustomStringConvertible {
    package let request: String
    package let expected: String
    package let actual: String

    package var description: String { "\(request): expected \(expected), got \(actual)" }
}

extension RegistryError {
    /// The case for an answer of that status.
    init(_ response: HTTPResponse, to request: HTTPRequest) {
        let answer = UnexpectedAnswer(response, to: request)
        switch response.status {
        case 401, 403: self = .unauthorized(answer)
        case 404: self = .notFound(answer)
        default: self = .unexpected(answer)
        }
    }
}
