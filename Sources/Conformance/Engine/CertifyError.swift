// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// Why nothing at all could be found out.
package enum CertifyError: Error, Sendable, CustomStringConvertible {
    case unreachable(TransportError)
    /// `GET /v2/` was answered with something that no registry answers.
    case notARegistry(url: String, answer: String)
    /// The prefix and the run make no repository name.
    case unusableName(InvalidValue)
    case cancelled

    package var description: String {
        switch self {
        case .unreachable(let error): "the registry does not answer: \(error)"
        case .notARegistry(let url, let answer): "\(url) is not a registry: it answered \(answer)"
        case .unusableName(let error): "no repositories can be made: \(error)"
        case .cancelled: "the run was cancelled"
        }
    }

    /// 2 for what the caller can put right in the command, else 3.
    package var exitCode: Int32 {
        switch self {
        case .notARegistry, .unusableName: 2
        case .unreachable, .cancelled: 3
        }
    }
}
