// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What a refusal's body says, as far as it is the error document of the specification.
struct ErrorBody {
    struct Entry {
        let code: String
        let message: String?
    }

    let errors: [Entry]

    /// - Returns: nil when the bytes are not a JSON object with `errors`.
    init?(_ bytes: [UInt8]) {
        guard !ByteOrderMark.begins(bytes),
            let body = try? JSONDocument.decode(RegistryErrorBody.self, from: bytes, noun: "error body")
        else {
            return nil
        }
        errors = body.errors.map { Entry(code: $0.code, message: $0.message) }
    }
}
