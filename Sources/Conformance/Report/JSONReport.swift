// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A result for programs: `report.json`.
///
/// The document is a ``CertifyResult`` with `schema` 1. Later versions add members and take none away. Every
/// case has its transcript, bounded as ``Transcript`` says.
package enum JSONReport {
    private struct Document: Encodable {
        let schema = 1
        let result: CertifyResult
        let repositories: [String]

        private enum Key: String, CodingKey {
            case schema
            case repositories
        }

        func encode(to encoder: any Encoder) throws {
            try result.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(schema, forKey: .schema)
            try container.encode(repositories, forKey: .repositories)
        }
    }

    /// UTF-8, indented, members sorted.
    package static func render(_ result: CertifyResult) throws(InvalidValue) -> [UInt8] {
        try JSONDocument.pretty(Document(result: result, repositories: result.repositories))
    }
}
