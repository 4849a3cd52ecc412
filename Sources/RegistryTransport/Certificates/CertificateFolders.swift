// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Synchronization
package import SystemPackage

/// Folders with a folder for each registry, `host` or `host:port`, as docker, podman and skopeo read them.
///
/// In it, `*.crt` are authorities, and `NAME.cert` with `NAME.key` are a client's certificate and key; of several, the
/// first by name is shown. The first folder that is there for a registry is the only one that counts.
///
/// Source: containers-certs.d(5); Docker, "Verify repository client with certificates".
package final class CertificateFolders: Sendable {
    private let folders: [FilePath]
    /// A folder that stands for all registries, in place of the others.
    private let only: FilePath?
    private let known = Mutex([String: HostCertificates]())

    /// The places of the machine and of the user.
    ///
    /// `environment` gives the values of `XDG_CONFIG_HOME` and `HOME`.
    package init(environment: (String) -> String?) {
        let home = environment("HOME").map { FilePath($0).appending(".config") }
        let user = environment("XDG_CONFIG_HOME").map { FilePath($0) } ?? home
        folders =
            [user?.pushing("containers/certs.d"), "/etc/containers/certs.d", "/etc/docker/certs.d"]
            .compactMap(\.self)
        only = nil
    }

    /// A folder whose files are for whatever registry is asked.
    package init(only folder: FilePath) {
        folders = []
        only = folder
    }

    /// Folders in the order in which they are looked at.
    package init(_ folders: [FilePath]) {
        self.folders = folders
        only = nil
    }

    /// What there is for a registry; nothing is no error.
    ///
    /// Blocks on the disk when a registry is asked after for the first time.
    ///
    /// - Throws: ``CertificateFault``.
    package func certificates(for authority: String) throws(CertificateFault) -> HostCertificates {
        if let found = known.withLock({ $0[authority] }) { return found }
        var certificates = HostCertificates()
        if let folder = folder(for: authority) {
            do {
                certificates = try Self.read(folder)
            } catch let error as CertificateFault {
                throw error
            } catch {
                throw CertificateFault(description: "\(error)")
            }
        }
        known.withLock { $0[authority] = certificates }
        return certificates
    }

    private func folder(for authority: String) -> FilePath? {
        if let only { return only }
        guard let name = FilePath.Component(authority), name.kind == .regular else { return nil }
        return folders.map { $0.appending(name) }.first { Folder.isFolder($0) }
    }

    private static func read(_ folder: FilePath) throws -> HostCertificates {
        var certificates = HostCertificates()
        let names = try Folder.names(in: folder)
        for name in names {
            let file = folder.appending(name)
            switch file.extension {
            case "crt": certificates.authorities += try WholeFile.read(file, limitBytes: 1 << 20) + [0x0A]
            case "cert":
                let key = "\(file.stem ?? "").key"
                guard names.contains(key) else {
                    throw CertificateFault(
                        description: "\(file) has no key: \(key) is missing; authorities end in .crt")
                }
                guard certificates.client == nil else { continue }
                certificates.client = ClientCertificate(certificate: file, key: folder.appending(key))
            case "key":
                guard names.contains("\(file.stem ?? "").cert") else {
                    throw CertificateFault(
                        description: "\(file) has no certificate: \(file.stem ?? "").cert is missing")
                }
            default: break
            }
        }
        return certificates
    }
}

/// A folder of certificates that cannot be used as it is.
package struct CertificateFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}
