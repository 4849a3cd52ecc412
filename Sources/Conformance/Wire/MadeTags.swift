// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Which tags a run has made, as far as the registry says so: what an operator may want to look for afterwards.
final class MadeTags: Sendable {
    private let tags = Mutex<[String: Set<String>]>([:])

    /// By repository, each list sorted.
    var all: [String: [String]] { tags.withLock { $0.mapValues { $0.sorted() } } }

    /// Takes note of a push that was taken, and of a deletion.
    ///
    /// A push without an answer may have had its effect.
    ///
    /// - Parameters:
    ///   - request: Any; most say nothing of tags.
    ///   - response: nil when none came.
    func note(_ request: HTTPRequest, _ response: HTTPResponse?) {
        guard request.method == .put || request.method == .delete, response?.isSuccess != false,
            case .manifest(let repository, let reference)? = Wire.route(request.url)
        else { return }
        switch (request.method, reference) {
        case (.put, .tag(let tag)): insert([tag.rawValue], repository)
        // By digest, with `?tag=`: the registry says which ones it has set.
        case (.put, .digest):
            let named = response?.headers.all("OCI-Tag").flatMap { $0.split(separator: ",") } ?? []
            insert(named.map { $0.filter { !$0.isWhitespace } }, repository)
        case (.delete, .tag(let tag)) where response != nil:
            tags.withLock { _ = $0[repository.rawValue]?.remove(tag.rawValue) }
        default: return
        }
    }

    private func insert(_ names: [String], _ repository: RepositoryName) {
        let names = names.filter { (try? Tag($0)) != nil }
        guard !names.isEmpty else { return }
        tags.withLock { $0[repository.rawValue, default: []].formUnion(names) }
    }
}
