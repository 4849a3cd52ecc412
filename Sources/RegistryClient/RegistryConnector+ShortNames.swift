// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

extension RegistryConnector {
    /// What a name as people write it stands for, to pull from: aliases and search registries count.
    ///
    /// Where several registries may have a short name, they are asked in their order, and the first one that has
    /// the image is taken.
    ///
    /// - Throws: ``InvalidValue``; ``ShortNameFault``; when none has it, the error of the last registry that could
    ///   not be asked.
    package func find(_ name: String) async throws -> Reference {
        let candidates = try candidates(for: name)
        if candidates.count == 1, let only = candidates.first { return only }
        guard !mustBeTold else { throw ShortNameFault.ambiguous(name, candidates: candidates) }
        var failure: RegistryError?
        for candidate in candidates {
            let reference: RegistryRoute.ManifestReference =
                candidate.digest.map { .digest($0) } ?? .tag(candidate.tag ?? .latest)
            do {
                if try await source(of: candidate).resolve(reference) != nil { return candidate }
            } catch {
                if case .transport(let transport) = error, transport.kind == .cancelled { throw error }
                failure = error
            }
        }
        if let failure { throw failure }
        throw ShortNameFault.notFound(name, candidates: candidates)
    }
}
