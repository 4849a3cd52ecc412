// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The suite and the profiles at hand, to tell a certificate that was made with them from one that was made with
/// others.
package struct KnownSuite: Sendable {
    /// For people: where it is.
    let name: String
    private let suite: Digest
    /// By the names that they give themselves.
    private let profiles: [String: Digest]

    package init(name: String, suite: Digest, profiles: [String: Digest]) {
        (self.name, self.suite, self.profiles) = (name, suite, profiles)
    }

    /// Whether a resource of a certificate has the bytes of the one at hand; nil where there is none of its name.
    func knows(_ resource: CertificateStatement.Resource) -> Bool? {
        let own =
            resource.name == CertificateStatement.suiteName
            ? suite : profiles[String(resource.name.dropFirst(CertificateStatement.profilePrefix.count))]
        return own.map { resource.digest[$0.algorithmName] == $0.encoded }
    }
}
