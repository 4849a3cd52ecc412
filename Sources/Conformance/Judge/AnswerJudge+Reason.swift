// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension AnswerJudge {
    /// Refusals of what was sent, which say nothing of the tag that it was sent to.
    private static let reasons: Set<String> = [
        "BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID",
        "MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID",
    ]

    /// The answer in words, when it is a refusal that cannot be about a tag that stands; else nil.
    ///
    /// The profile comes first: a registry may use a code for what others use another for.
    func foreignReason(of exchange: Exchange) -> String? {
        let code = ErrorBody(exchange.response.body)?.errors.first?.code
        if let wanted = profile.denial.code, code == wanted { return nil }
        let isForeign = exchange.status == 404 || code.map(AnswerJudge.reasons.contains) == true
        return isForeign ? exchange.summary : nil
    }
}
