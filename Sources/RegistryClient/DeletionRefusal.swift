// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

/// A registry's word that something stays.
package struct DeletionRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The tag or manifest that was to be deleted.
    package let reference: Reference
    package let answer: UnexpectedAnswer

    /// Reads the answer to a DELETE.
    ///
    /// - Returns: nil when the answer does not say that deleting is not allowed: 405, 409, or the code `DENIED` or
    ///   `UNSUPPORTED` with another status than 401 and 403.
    init?(_ response: HTTPResponse, to request: HTTPRequest, of reference: Reference) {
        answer = UnexpectedAnswer(response, to: request)
        self.reference = reference
        let code = answer.errors.first.flatMap { RegistryErrorCode(rawValue: $0.code) }
        switch (response.status, code) {
        case (401, _), (403, _): return nil
        case (405, _), (409, _), (_, .denied), (_, .unsupported): return
        default: return nil
        }
    }

    package var description: String {
        let isPolicy = answer.status == 409
        let advice =
            isPolicy
            ? "a policy protects it; `stet policy list` shows the policies of a stet registry"
            : reference.digest == nil
                ? "some registries delete manifests by digest only, which takes all their tags away"
                : "have the registry's operator allow it: docker-registry needs `storage.delete.enabled`"
        return """
            \(reference): not deleted: \(answer)
              what next: \(advice)
            """
    }
}
