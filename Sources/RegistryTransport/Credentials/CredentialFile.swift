// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
package import SystemPackage

/// A file with credentials: docker's `config.json`, or the `auth.json` of podman and skopeo.
package struct CredentialFile: Hashable, Sendable {
    /// Who reads the file, which decides how registries are spelt when we write.
    package enum Format: Sendable {
        case docker
        case containers
    }

    package let path: FilePath
    package let format: Format

    /// Names a file, which need not be there.
    package init(_ path: FilePath, _ format: Format = .docker) {
        self.path = path
        self.format = format
    }

    /// The credentials in the file itself; helpers are not asked.
    ///
    /// A missing file has none.
    package func credentials(for target: CredentialTarget) throws(CredentialError) -> Credentials? {
        let document = try load()
        do {
            return try document.credentials(for: target)
        } catch {
            throw CredentialError("cannot read credentials from \(path): \(error.reason)")
        }
    }

    func load() throws(CredentialError) -> CredentialDocument {
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(path, limitBytes: 4 << 20)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else {
                throw CredentialError("cannot read credentials from \(path): \(error.errno)")
            }
            bytes = []
        }
        do {
            return try CredentialDocument(bytes)
        } catch {
            throw CredentialError("cannot read credentials from \(path): \(error.reason)")
        }
    }

    /// Replaces the file, readable by its owner alone; a symbolic link keeps pointing to it.
    func save(_ document: CredentialDocument) throws(CredentialError) {
        do {
            let target = resolved
            try Folder.create(target.removingLastComponent(), mode: 0o700)
            try WholeFile.write(document.render(), to: target, mode: 0o600)
        } catch let error as FileError {
            throw CredentialError("cannot store credentials in \(path): \(error.errno)")
        } catch {
            throw CredentialError("cannot store credentials in \(path)")
        }
    }

    /// How a registry is spelt in this file, and in the helpers that it names.
    func key(for registry: String) -> String {
        format == .docker && registry == Reference.dockerHub ? CredentialFile.dockerHubKey : registry
    }

    static let dockerHubKey = "https://index.docker.io/v1/"

    /// The file itself where the path is a link: renaming over a link would lose it.
    private var resolved: FilePath {
        guard let real = realpath(path.string, nil) else { return path }
        defer { free(real) }
        return FilePath(String(cString: real))
    }
}
