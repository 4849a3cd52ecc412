// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// Which part of a sorted list a client wants.
struct Page: Sendable {
    /// At most so many items; nil for all.
    let count: Int?
    /// The page begins after this item, which need not exist.
    let last: String?

    init(_ request: Request, _ query: QueryParameters) throws(RegistryFailure) {
        guard request.method.isRead else { throw .methodNotAllowed("GET, HEAD") }
        last = query["last"]
        guard let text = query["n"] else {
            count = nil
            return
        }
        guard let number = Int(text), number >= 0 else {
            throw RegistryFailure(.badRequest, .unsupported, "n must be a number and not negative")
        }
        count = min(number, Int(Int32.max))
    }

    /// One item more than wanted, to see whether there is another page.
    var fetchLimit: Int? { count.map { $0 + 1 } }

    /// The items of the page, and the `Link` header that leads to the next one when there is one.
    func cut(_ items: [String], path: String) -> ([String], link: String?) {
        guard let count, items.count > count else { return (items, nil) }
        let page = Array(items.prefix(count))
        guard let end = page.last else { return ([], nil) }
        return (page, "<\(path)?n=\(count)&last=\(end)>; rel=\"next\"")
    }
}
