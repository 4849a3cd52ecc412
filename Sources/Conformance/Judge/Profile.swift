// SPDX-License-Identifier: Apache-2.0

/// How a registry says no.
package struct Profile: Sendable {
    package let name: String
    package let title: String
    package let source: String
    let denial: Denial

    /// What each refusal of an overwrite must look like.
    struct Denial: Sendable {
        /// What a message must name.
        enum Name: String, CaseIterable, Sendable {
            case repository
            case tag
        }

        let status: Int
        /// The code of the one error in the body; nil when any will do.
        let code: String?
        /// Without parameters; nil when any will do.
        let contentType: String?
        let messageNames: [Name]
        /// Headers that would mislead a client.
        let forbiddenHeaders: [String]
    }
}
