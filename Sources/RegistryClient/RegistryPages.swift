// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension RegistryClient {
    /// More pages than this are not a list but an attack.
    private static let pageLimit = 100_000

    /// Reads a list page after page; `take` gets each page with the answer that it came in.
    ///
    /// Ends where a page points back to one that was read.
    ///
    /// Source: distribution-spec 1.1, "Listing tags"; RFC 8288.
    func readPages<Page: Decodable>(
        of type: Page.Type, from first: HTTPURL, _ take: (Page, HTTPResponse) throws -> Void
    ) async throws(RegistryError) {
        var next: HTTPURL? = first
        var seen: Set<HTTPURL> = []
        while let url = next, seen.count < RegistryClient.pageLimit, seen.insert(url).inserted {
            let response = try await expect([200], to: HTTPRequest(.get, url))
            do {
                try take(JSONDocument.decode(type, from: response.body, noun: "list"), response)
                next = try LinkHeader.next(in: response.headers.all("Link")).map { try url.resolving($0) }
            } catch let fault as InvalidValue {
                throw .malformed(MalformedAnswer(HTTPRequest(.get, url), fault))
            } catch {
                throw .local(error)
            }
        }
    }
}

/// Source: RFC 8288.
enum LinkHeader {
    /// The target of the link with `rel="next"`.
    static func next(in values: [String]) -> String? {
        for value in values {
            for link in value.split(separator: ",")
            where link.contains("rel=\"next\"") || link.contains("rel=next") {
                guard let open = link.firstIndex(of: "<"), let close = link.firstIndex(of: ">"), open < close
                else {
                    continue
                }
                return String(link[link.index(after: open)..<close])
            }
        }
        return nil
    }
}
