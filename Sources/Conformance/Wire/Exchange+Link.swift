// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

extension Exchange {
    /// Where a list goes on: `Link: </v2/x/tags/list?n=1&last=a>; rel="next"`; nil at its end.
    ///
    /// Source: distribution-spec 1.1, "Listing Tags"; RFC 8288.
    var next: HTTPURL? {
        guard let link = response.headers["Link"],
            link.contains("rel=\"next\"") || link.contains("rel=next"),
            let begin = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), begin < end
        else { return nil }
        return try? request.url.resolving(String(link[link.index(after: begin)..<end]))
    }
}
