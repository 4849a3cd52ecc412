// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension Wire {
    /// Asks with HEAD, as clients do before they upload.
    ///
    /// - Returns: `missing` for every answer that a client would ignore.
    func presence(
        of blob: TestBlob, in repository: RepositoryName, headers: HTTPHeaders = HTTPHeaders()
    ) async throws(TransportError) -> BlobPresence {
        let exchange = try await send(request(.head, .blob(repository, blob.digest), headers: headers))
        if exchange.response.isSuccess { return .there }
        return AnswerJudge.isNobodysFault(exchange.status) ? .unknown(UploadStop(exchange)) : .missing
    }
}
