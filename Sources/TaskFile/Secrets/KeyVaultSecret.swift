// SPDX-License-Identifier: Apache-2.0

/// A secret in an Azure Key Vault.
///
/// Source: how ACR Tasks reads `keyvault` of a secret.
package struct KeyVaultSecret: Hashable, Sendable {
    /// `v.vault.azure.net`, with the port if there is one.
    package let host: String
    package let name: String
    /// Nil for the newest.
    package let version: String?
    /// The user-assigned identity that may read it; nil for the identity of the machine.
    package let clientID: String?

    /// Reads `https://VAULT.vault.azure.net/secrets/NAME[/VERSION]`, letter case ignored.
    ///
    /// - Throws: What is wrong with the URL.
    package init(url: String, clientID: String? = nil) throws(TaskResolveError) {
        var text = url.lowercased()
        while text.hasSuffix("/") { text.removeLast() }
        guard text.hasPrefix("https://") else {
            throw TaskResolveError("\"\(url)\" is no URL of a key vault: it must start with https://")
        }
        let parts = text.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (3...4).contains(parts.count), parts[0].contains("."), parts[1] == "secrets",
            !parts.contains(""), parts.allSatisfy({ !$0.contains { "?#@ ".contains($0) } })
        else {
            throw TaskResolveError(
                "\"\(url)\" is no URL of a secret: it must be https://VAULT/secrets/NAME, or with /VERSION behind it"
            )
        }
        host = parts[0]
        name = parts[2]
        version = parts.count == 4 ? parts[3] : nil
        self.clientID = clientID
    }

    /// What a token must be for: the cloud's vaults, not this one.
    package var resource: String {
        "https://" + host.drop { $0 != "." }.dropFirst()
    }

    /// Without `api-version`.
    package var url: String {
        "https://\(host)/secrets/\(name)" + (version.map { "/" + $0 } ?? "")
    }
}
