// SPDX-License-Identifier: Apache-2.0

extension CertificateStatement {
    /// By which measure a registry was certified.
    package enum Kind: String, Codable, Sendable {
        /// It refuses with the answer that no client retries or misreads.
        case strict
        /// It keeps its promise, and says no in a dialect of its own.
        case functional

        package init(profile: String) { self = profile == Profile.strictName ? .strict : .functional }
    }
}

extension CertifyResult {
    /// What a certificate of this run would be.
    package var kind: CertificateStatement.Kind { CertificateStatement.Kind(profile: profile) }

    /// ` (functional)` after the name of a profile that is not strict, for reports.
    var kindClause: String { kind == .strict ? "" : " (\(kind.rawValue))" }
}
