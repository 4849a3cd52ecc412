// SPDX-License-Identifier: Apache-2.0

package import RegistriesConf
package import RegistryTransport
package import SystemPackage

/// What is known of registries before they are asked.
package struct ConnectorSettings: Sendable {
    /// Registries, `host` or `host:port`, that speak HTTP without TLS.
    package var plainHTTP: Set<String> = []
    /// Where contents that arrive from one registry wait for their way to another.
    package var spoolFolder: FilePath = "/tmp"
    /// Mirrors, short names, and which registries are insecure or blocked.
    package var registries = RegistriesConf()
    package var lookup: CredentialLookup = { _ in nil }

    package init() {}
}
