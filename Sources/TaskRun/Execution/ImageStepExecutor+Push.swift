// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient

extension ImageStepExecutor {
    /// Publishes images one after the other.
    ///
    /// The first that fails ends the step; what was published by then stays published and is reported.
    func push(_ action: PushAction, report: @escaping @Sendable (StepNews) -> Void) async -> StepAttempt {
        var product = StepProduct()
        for image in action.images {
            do {
                report(.pushing(image))
                product.images.append(try await push(image, report: report))
            } catch let failure as StepFailure {
                return .failed(StepFailure(failure.message, product: product))
            } catch {
                return .failed(StepFailure("\(error)", product: product))
            }
        }
        return .succeeded(product)
    }

    private func push(
        _ image: Reference, report: @Sendable (StepNews) -> Void
    ) async throws -> OutputImage {
        let lease = try await store.lease()
        defer { lease.end() }
        guard let manifest = try await store.find(image.description) else {
            throw StepFailure(
                "\(image): there is no such image in the local store\n"
                    + "  hint: build it in an earlier step, with this name as a tag")
        }
        let repository = try await registries.repository(of: image)
        switch try await repository.push(manifest, from: store, as: image.tag) {
        case .published(let descriptor):
            report(.published(image, descriptor.digest))
            return OutputImage(image, digest: descriptor.digest, publication: .published)
        case .alreadyPublished(let descriptor):
            report(.alreadyPublished(image, descriptor.digest))
            return OutputImage(image, digest: descriptor.digest, publication: .already)
        }
    }
}
