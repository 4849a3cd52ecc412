// SPDX-License-Identifier: Apache-2.0

/// The JSON body of a registry's refusal: `{"errors": [{"code", "message", "detail"}]}`.
///
/// Source: distribution-spec 1.1, "Error Codes".
package struct RegistryErrorBody: Hashable, Sendable, Codable {
    package struct Entry: Hashable, Sendable, Codable {
        /// Usually a ``RegistryErrorCode``; registries have codes of their own.
        package var code: String
        package var message: String?
        package var detail: JSONValue?

        package init(code: String, message: String?, detail: JSONValue? = nil) {
            self.code = code
            self.message = message
            self.detail = detail
        }
    }

    package var errors: [Entry]

    package init(errors: [Entry]) {
        self.errors = errors
    }

    /// One error of the specification.
    package init(_ code: RegistryErrorCode, _ message: String, detail: JSONValue? = nil) {
        errors = [Entry(code: code.rawValue, message: message, detail: detail)]
    }
}
