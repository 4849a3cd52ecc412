// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// Why nothing at all could be found out.
package enum CertifyError: Error, Sendable, CustomStringConvertible {
    case unreachable(TransportError)
    /// The first requests were answered in a way that no registry answers.
    case notARegistry(url: String, answer: String)
    /// The registry answered 401 to what comes before all cases.
    case loginRequired(request: String, authority: String)
    /// The writer lacks the right to push, or the place is missing: what was asked, what came, what to do.
    case mayNotPush(String)
    /// The registry, or its token server, does not take the credentials of somebody whom the operator named.
    case userRefused(Role, answer: String)
    /// Numbers that the scenarios cannot run with, one clause each.
    case unusableParameters([String])
    /// The prefix and the run make no repository name.
    case unusableName(InvalidValue)
    /// The registry's operator's way of preparing it failed.
    case unprepared(SetupError)
    /// The selection leaves no scenario; or clients only, of which none was named.
    case nothingSelected(lacksClients: Bool)
    /// The run would send more than it may, in bytes.
    case tooMuch(bytes: Int, limit: Int64)
    case cancelled

    package var description: String {
        switch self {
        case .unreachable(let error) where error.kind == .badRequest: "the registry cannot be asked: \(error)"
        case .unreachable(let error): "the registry does not answer: \(error)"
        case .notARegistry(let url, let answer): "\(url) is not a registry: it answered \(answer)"
        case .loginRequired(let request, let authority):
            "\(authority) wants a login: it answered 401 Unauthorized to \(request)"
        case .userRefused(let role, let answer):
            "the credentials of \(role.rawValue) are not accepted: \(answer)"
        case .mayNotPush(let text): text
        case .unusableParameters(let clauses): clauses.joined(separator: "; ")
        case .unusableName(let error): "no repositories can be made: \(error)"
        case .unprepared(let error): "the registry cannot be prepared: \(error)"
        case .nothingSelected(lacksClients: true):
            "no client is selected: name those that shall be tried with --clients"
        case .nothingSelected: "no scenario is selected: what --only names, --skip leaves out"
        case .tooMuch(let bytes, let limit):
            """
            the run may send \(CertifyEvent.size(Int(limit))), and would send up to \(CertifyEvent.size(bytes))
              hint: lower the numbers (--parameter), or run fewer scenarios at a time (--only)
            """
        case .cancelled: "the run was cancelled"
        }
    }

    /// 2 for what the caller can put right in the command or in the credentials, else 3.
    package var exitCode: Int32 {
        switch self {
        case .notARegistry, .loginRequired, .mayNotPush, .userRefused, .unusableParameters, .unusableName: 2
        case .nothingSelected, .tooMuch: 2
        case .unreachable(let error): error.kind == .badRequest ? 2 : 3
        case .cancelled, .unprepared: 3
        }
    }
}
