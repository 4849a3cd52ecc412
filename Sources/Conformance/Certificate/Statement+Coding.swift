// SPDX-License-Identifier: Apache-2.0

package import OCISpec

extension CertificateStatement: Codable {
    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject
        case predicateType
        case predicate
    }

    /// A statement has a list of subjects; a certificate is about one.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        guard type == CertificateStatement.type else {
            throw InvalidValue("certificate", type, "it is no in-toto statement v1")
        }
        let predicateType = try container.decode(String.self, forKey: .predicateType)
        guard predicateType == CertificateStatement.predicateType else {
            throw InvalidValue("certificate", predicateType, "it is no test result")
        }
        let subjects = try container.decode([Subject].self, forKey: .subject)
        guard let subject = subjects.first, subjects.count == 1 else {
            throw InvalidValue("certificate", "\(subjects.count) subjects", "it must be about one registry")
        }
        self.subject = subject
        predicate = try container.decode(Predicate.self, forKey: .predicate)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(CertificateStatement.type, forKey: .type)
        try container.encode([subject], forKey: .subject)
        try container.encode(CertificateStatement.predicateType, forKey: .predicateType)
        try container.encode(predicate, forKey: .predicate)
    }

    /// Reads a statement and makes sure that it is one of ours.
    package static func read(_ bytes: [UInt8]) throws(InvalidValue) -> CertificateStatement {
        try JSONDocument.decode(CertificateStatement.self, from: bytes, noun: "certificate")
    }
}
