// SPDX-License-Identifier: Apache-2.0

import OCISpec

extension ExchangeRecord {
    /// The policy that a refusal names: `detail.policy` of its first error; nil where none is named.
    ///
    /// Source: docs/serve.md, "The refusal"; the specification leaves `detail` to registries.
    var refusingPolicy: String? {
        guard let status, (400..<500).contains(status), let text = responseBody, text.contains("\"policy\""),
            let body = try? JSONDocument.decode(JSONValue.self, from: Array(text.utf8), noun: "error body")
        else { return nil }
        return body["errors"]?.array?.first?["detail"]?["policy"]?.string
    }
}
