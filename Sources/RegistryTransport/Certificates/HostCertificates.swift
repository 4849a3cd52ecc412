// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What TLS needs to know of one registry.
package struct HostCertificates: Hashable, Sendable {
    /// PEM certificates to trust besides the system's, one after another.
    package var authorities: [UInt8] = []
    /// PEM files to show to a server that asks for a certificate.
    package var client: ClientCertificate?

    package init() {}
}

/// A certificate and its key, PEM both; the key may be in the certificate's file.
package struct ClientCertificate: Hashable, Sendable {
    package var certificate: FilePath
    package var key: FilePath?

    package init(certificate: FilePath, key: FilePath? = nil) {
        self.certificate = certificate
        self.key = key
    }
}
