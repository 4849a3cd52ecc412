// SPDX-License-Identifier: Apache-2.0

import OCISpec
package import RegistryClient

/// Finds out which images that a run built from have moved since.
package struct BaseImageCheck: Sendable {
    /// One name, as a run found it and as it is now.
    package struct Finding: Sendable, Encodable {
        package enum State: String, Sendable, Encodable {
            case current
            /// The name stands for something else now.
            case moved
            /// The registry has no such image any more.
            case gone
            /// It could not be found out.
            case unknown
        }

        package let task: String
        package let run: String
        package let image: String
        package let usedDigest: String
        /// nil when it could not be found out.
        package let currentDigest: String?
        package let state: State
        /// Why it could not be found out.
        package let reason: String?
    }

    private let registries: RegistryConnector

    package init(_ registries: RegistryConnector) {
        self.registries = registries
    }

    /// Asks for each image that the run built from, once; images with a digest in their name cannot move and are
    /// left out, and so are images that the run itself made.
    package func check(_ record: RunRecord) async -> [Finding] {
        let made = Set(record.outputImages.map(\.name.reference))
        var seen: Set<String> = []
        let names = record.dependencies.flatMap { ($0.runtime.map { [$0] } ?? []) + $0.buildtime }.filter {
            !made.contains($0.reference) && seen.insert($0.reference).inserted
        }
        var findings: [Finding] = []
        for name in names {
            guard let reference = try? Reference(name.reference), reference.digest == nil,
                let used = name.digest
            else { continue }
            findings.append(await check(reference, used: used, in: record))
        }
        return findings
    }

    private func check(_ reference: Reference, used: String, in record: RunRecord) async -> Finding {
        func finding(_ state: Finding.State, _ current: String?, _ reason: String? = nil) -> Finding {
            Finding(
                task: record.task, run: record.id, image: reference.description, usedDigest: used,
                currentDigest: current, state: state, reason: reason)
        }
        do {
            let tag = RegistryRoute.ManifestReference.tag(reference.tag ?? .latest)
            let repository = try await registries.source(of: reference)
            guard let current = try await repository.resolve(tag) else { return finding(.gone, nil) }
            let digest = current.digest.description
            if digest == used { return finding(.current, digest) }
            // The name may stand for an index that still has the image that was used.
            if case .index(let index)? = try await repository.manifest(tag)?.content,
                index.manifests.contains(where: { $0.digest.description == used })
            {
                return finding(.current, digest)
            }
            return finding(.moved, digest)
        } catch {
            return finding(.unknown, nil, "\(error)")
        }
    }
}
