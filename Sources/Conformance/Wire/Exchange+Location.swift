// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension Exchange {
    /// Where the answer points with `Location`, absolute or relative, with or without a query; nil when nowhere.
    ///
    /// A fragment is for whoever reads what is there, and is not sent.
    ///
    /// Source: RFC 9110, sections 7.1 and 10.2.2.
    var location: HTTPURL? {
        guard let text = response.headers["Location"] else { return nil }
        return try? request.url.resolving(String(text.prefix { $0 != "#" }))
    }
}
