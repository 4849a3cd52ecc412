// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

/// A registry's word that a tag stands and will not be moved.
package struct TagRefusal: Hashable, Sendable, CustomStringConvertible {
    /// What was to be pushed, with its tag.
    package let reference: Reference
    /// The digest that was to be pushed.
    package let pushed: Digest
    /// The digest that stands, as far as the registry says so.
    package let standing: Digest?
    /// The policy that protects the tag, as the registry names it.
    package let policy: String?
    /// The registry's message.
    package let message: String

    /// The very image is published already: there is nothing to do.
    package let isAlreadyPublished: Bool

    /// Reads the refusal of a manifest.
    ///
    /// - Returns: nil when the answer is not 409 with the code `DENIED`.
    init?(_ response: HTTPResponse, of reference: Reference, pushing manifest: Manifest) {
        guard response.status == 409,
            let body = try? JSONDocument.decode(
                RegistryErrorBody.self, from: response.body, noun: "error body"),
            let entry = body.errors.first, entry.code == RegistryErrorCode.denied.rawValue
        else { return nil }
        self.reference = reference
        pushed = manifest.descriptor.digest
        standing = entry.detail?["digest"]?.string.flatMap { try? Digest($0) }
        isAlreadyPublished = standing.map(manifest.isNamed) ?? false
        policy = entry.detail?["policy"]?.string
        message = entry.message ?? "the tag is immutable"
    }

    /// What stands, what protects it, what was refused, and what a person can do.
    package var description: String {
        let command = policy.map { "`stet policy show \($0)` says what it protects" } ?? "ask who runs it"
        return """
            \(reference): refused (409 DENIED): \(message)
              stands:    \(standing?.description ?? "unknown")
              refused:   \(pushed)
              policy:    \(policy ?? "not named by the registry")
              what next: push under a new tag; a published tag is not overwritten. Or have the policy changed: \(command)
            """
    }
}
