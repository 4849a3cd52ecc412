// SPDX-License-Identifier: Apache-2.0

extension CertificateStatement {
    /// By which measure a registry was certified.
    package enum Kind: String, Codable, Sendable {
        /// It refuses with the answer that no client retries or misreads.
        case strict
        /// It keeps its promise, and says no in a dialect of its own.
        case functional

        /// By what the profile demands of a denial; its name says nothing.
        init(_ profile: Profile) { self = profile.isStrict ? .strict : .functional }
    }
}

extension CertifyResult {
    /// ` (functional)` after the name of a profile that is not strict, for reports.
    var kindClause: String { kind == .strict ? "" : " (\(kind.rawValue))" }
}
