// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Empties the repositories of a run where the registry lets it.
///
/// Under a policy it will not; the first refusal in a repository ends the attempt there.
struct CleanUp: Sendable {
    let context: RunContext

    /// Does it in a task of its own: also after a cancellation.
    ///
    /// An answer that does not come ends it.
    ///
    /// - Returns: The repositories that have no tag any more.
    func run(_ results: [ScenarioResult]) async -> [String] {
        await Task { await emptied(results) }.value
    }

    private func emptied(_ results: [ScenarioResult]) async -> [String] {
        var cleaned: [String] = []
        for single in results.flatMap(\.cases) {
            let names = (single.repository.map { [$0] } ?? []) + single.otherRepositories
            for name in names {
                guard let repository = try? RepositoryName(name) else { continue }
                do {
                    if try await empty(repository) { cleaned.append(name) }
                } catch {
                    return cleaned.sorted()
                }
            }
        }
        return cleaned.sorted()
    }

    private func empty(_ repository: RepositoryName) async throws(TransportError) -> Bool {
        let wire = context.wire()
        guard let tags = try await tags(of: repository, wire) else { return false }
        for tag in tags {
            guard case .shows(let digest, _) = try await wire.state(of: .manifest(repository, .tag(tag)))
            else { return false }
            let request = wire.request(.delete, .manifest(repository, .digest(digest)))
            guard try await wire.send(request).response.isSuccess else { return false }
        }
        return true
    }

    /// - Returns: nil when they cannot be listed.
    private func tags(
        of repository: RepositoryName, _ wire: Wire
    ) async throws(TransportError) -> [Tag]? {
        let exchange = try await wire.send(wire.request(.get, .tags(repository)))
        if exchange.status == 404 { return [] }
        guard exchange.response.isSuccess, let list = TagList(exchange.response.body) else { return nil }
        return list.tags.compactMap { try? Tag($0) }
    }
}
