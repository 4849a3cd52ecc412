// SPDX-License-Identifier: Apache-2.0

import OCISpec
package import RegistryTransport

/// Finds the profile of a registry by the answer to its first request.
package struct ProfileRecognition: Sendable {
    private let profiles: [Profile]

    /// - Parameter profiles: Those that may be it; in doubt the first.
    package init(_ profiles: [Profile]) { self.profiles = profiles }

    /// Asks for `/v2/` without credentials and compares what comes with what the profiles know.
    ///
    /// The end of a host's name says more than a header, which whatever stands in front of a registry can send.
    ///
    /// The transport must not authenticate: the challenge says most.
    ///
    /// - Returns: nil when no profile knows the registry.
    /// - Throws: When no answer came.
    package func profile(
        of registry: HTTPURL, over transport: any HTTPTransport
    ) async throws(TransportError) -> Profile? {
        let host = registry.host.lowercased()
        let byHost = profiles.first { profile in
            profile.signs.contains { sign in
                guard case .host(let suffix) = sign else { return false }
                let isPart = suffix.hasPrefix(".") || suffix.hasPrefix("-")
                return host.hasSuffix(isPart ? suffix : ".\(suffix)") || host == suffix
            }
        }
        if let byHost { return byHost }
        let wire = Wire(transport: transport, registry: registry)
        let headers = try await wire.send(wire.request(.get, .base)).response.headers
        return profiles.first { profile in
            profile.signs.contains { sign in
                guard case .header(let name, let part) = sign else { return false }
                return headers.all(name).contains {
                    $0.lowercased().contains(part.lowercased()) || part.isEmpty
                }
            }
        }
    }
}
