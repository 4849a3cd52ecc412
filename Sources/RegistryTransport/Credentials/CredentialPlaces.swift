// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// The files in which credentials are kept on a machine.
///
/// Source: containers-auth.json(5); docker/cli, "config.json properties".
package struct CredentialPlaces: Sendable {
    /// Where credentials are looked for, the first one first.
    package let files: [CredentialFile]
    /// Where credentials of a registry go that has none yet.
    package let preferred: CredentialFile

    /// `$REGISTRY_AUTH_FILE`, `${XDG_RUNTIME_DIR}/containers/auth.json`, `~/.config/containers/auth.json`,
    /// `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`.
    ///
    /// New credentials go to the first of them where it is set, else to docker's file, which survives a restart of
    /// the machine and which the most tools read.
    package init(environment: (_ name: String) -> String?) {
        func value(_ name: String) -> FilePath? {
            environment(name).flatMap { $0.isEmpty ? nil : FilePath($0) }
        }
        let home = value("HOME") ?? "/"
        let configuration = value("XDG_CONFIG_HOME") ?? home.appending(".config")
        let docker = CredentialFile(
            (value("DOCKER_CONFIG") ?? home.appending(".docker")).appending("config.json"), .docker)
        let named = value("REGISTRY_AUTH_FILE").map { CredentialFile($0, .containers) }
        let folders = [value("XDG_RUNTIME_DIR"), configuration].compactMap(\.self)
        let containers = folders.map { CredentialFile($0.pushing("containers/auth.json"), .containers) }
        files = [named].compactMap(\.self) + containers + [docker]
        preferred = named ?? docker
    }

    /// One file, whoever asks.
    package init(only file: CredentialFile) {
        files = [file]
        preferred = file
    }
}

/// Where credentials were put or found.
package enum CredentialPlace: Hashable, Sendable, CustomStringConvertible {
    case helper(program: String)
    case file(FilePath)

    package var description: String {
        switch self {
        case .helper(let program): program
        case .file(let path): path.string
        }
    }
}
