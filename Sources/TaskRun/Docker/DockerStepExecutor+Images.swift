// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient

extension DockerStepExecutor {
    func pull(_ name: String, _ report: Report) async throws {
        report(.pulling(name))
        let image = try await containers.image(name, pulls: true)
        say("\(image.reference): \(image.manifest.digest)", report)
    }

    func tag(_ name: String, as new: Reference) async throws -> StepProduct {
        let found = try await stored(name)
        try await store.tag(found.identity, as: new.description)
        return StepProduct(images: [OutputImage(new, digest: found.digest, publication: .no)])
    }

    func list(_ prefix: String?, _ report: Report) async throws {
        say("NAME\tDIGEST", report)
        for entry in try store.names() where entry.name.contains(prefix ?? "") {
            say("\(entry.name)\t\(entry.descriptor.digest)", report)
        }
    }

    func remove(image name: String, _ report: Report) async throws {
        let reference = try await reference(of: name)
        try await store.untag(reference.description)
        say("Untagged: \(reference)", report)
    }

    /// Prints containers and images as a JSON array, one object for each name.
    func inspect(_ names: [String], _ report: Report) async throws {
        var objects: [JSONValue] = []
        for name in names {
            if let entry = containers.containers.entry(name) {
                objects.append(
                    .object([
                        "Name": .string(entry.name), "Image": .string(entry.image),
                        "Args": .array(entry.command.map { .string($0) }),
                        "State": .object([
                            "Running": .bool(entry.exit == nil),
                            "ExitCode": .integer(Int64(entry.exit?.status ?? 0)),
                        ]),
                    ]))
            } else {
                objects.append(try await describe(name))
            }
        }
        report(.wrote(try JSONDocument.pretty(objects), .output))
    }

    private func describe(_ name: String) async throws -> JSONValue {
        let image = try await containers.image(name, pulls: false)
        let reference = image.reference
        let name = "\(reference.registry)/\(reference.repository)"
        return .object([
            "Id": .string(image.manifest.digest.description),
            "RepoTags": .array(reference.tag.map { [.string("\(name):\($0)")] } ?? []),
            "RepoDigests": .array([.string("\(name)@\(image.manifest.digest)")]),
            "Os": .string(image.config.platform.os),
            "Architecture": .string(image.config.platform.architecture),
            "Created": .string(image.config.created ?? ""),
            "Config": try JSONDocument.decode(
                JSONValue.self, from: try JSONDocument.encode(image.config.config ?? ContainerConfig()),
                noun: "configuration"),
        ])
    }

    /// Makes an index of images that are in the store.
    func createManifest(_ name: Reference, of members: [String]) async throws -> StepProduct {
        var index = ImageIndex(manifests: [])
        for member in members {
            let image = try await containers.image(member, pulls: false)
            var entry = image.manifest
            entry.platform = image.config.platform
            entry.annotations = nil
            index.manifests.append(entry)
        }
        let bytes = try JSONDocument.encode(index)
        let lease = try await store.lease()
        defer { lease.end() }
        let stored = try store.store(bytes, as: .ociIndex)
        try await store.tag(stored, as: name.description)
        return StepProduct(images: [OutputImage(name, digest: stored.digest, publication: .no)])
    }

    func inspectManifest(_ name: String, _ report: Report) async throws {
        let found: [UInt8]
        if let local = try? await stored(name) {
            found = try await store.read(local.identity, limitBytes: ContainerImages.documentLimitBytes)
        } else {
            let reference = try Reference(name)
            let repository = try await images.registries.source(of: reference)
            let wanted: RegistryRoute.ManifestReference =
                reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? .latest)
            guard let manifest = try await repository.manifest(wanted) else {
                throw StepFailure("\(reference): there is no such image, here or in its registry")
            }
            found = manifest.bytes
        }
        report(.wrote(found + [0x0A], .output))
    }

    // MARK: Names

    private func reference(of name: String) async throws -> Reference {
        for candidate in [try Reference(name)] + (try images.registries.candidates(for: name))
        where try await store.find(candidate.description) != nil {
            return candidate
        }
        throw StepFailure("the local store has no image \"\(name)\"")
    }

    private func stored(_ name: String) async throws -> Descriptor {
        guard let found = try await store.find(try await reference(of: name).description) else {
            throw StepFailure("the local store has no image \"\(name)\"")
        }
        return found
    }
}
