// SPDX-License-Identifier: Apache-2.0

package import OCISpec

extension JSONReport {
    private struct Head: Decodable {
        let schema: Int
    }

    /// Reads a `report.json`.
    ///
    /// - Throws: When it is none, or of a schema that this program does not know.
    package static func read(_ bytes: [UInt8]) throws(InvalidValue) -> CertifyResult {
        let head = try JSONDocument.decode(Head.self, from: bytes, noun: "report")
        guard head.schema == 1 else {
            throw InvalidValue("report", "schema \(head.schema)", "this stet reads schema 1")
        }
        return try JSONDocument.decode(CertifyResult.self, from: bytes, noun: "report")
    }
}
