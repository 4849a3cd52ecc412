// SPDX-License-Identifier: Apache-2.0

/// The aliases that every `v1.1.0` task file has without declaring them.
package enum BuiltInAliases {
    /// Names of run variables; each stands for the template action that renders it.
    static let runVariables = [
        "ID", "SharedVolume", "Registry", "RegistryName", "Date", "OS", "Architecture", "Commit", "Branch",
    ]

    /// The name of the first run variable that a text calls as `$NAME`, outside single quotes.
    static func firstCall(in text: String) -> String? {
        var isQuoted = false
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "'" { isQuoted.toggle() }
            guard character == "$", !isQuoted else { continue }
            let name = rest.prefix { $0.unicodeScalars.allSatisfy(AliasTable.isNameScalar) }
            if runVariables.contains(String(name)) { return String(name) }
        }
        return nil
    }

    /// Names of tool images, as ACR Tasks has them on Linux.
    package static let images = [
        "acr": "mcr.microsoft.com/acr/acr-cli:0.19",
        "az": "mcr.microsoft.com/acr/azure-cli:2ff604c",
        "bash": "mcr.microsoft.com/acr/bash:2ff604c",
        "curl": "mcr.microsoft.com/acr/curl:2ff604c",
        "cssc": "mcr.microsoft.com/acr/cssc:2ff604c",
    ]
}
