// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import SourceText
import TaskFile

extension DockerStepExecutor {
    func pull(_ name: String, _ platform: Platform?, _ report: Report) async throws {
        report(.pulling(name))
        let image = try await containers.image(name, platform: platform, pulls: true)
        say("\(image.reference): \(image.manifest.digest)", report)
    }

    func tag(_ name: String, as new: Reference) async throws -> StepProduct {
        let found = try await stored(name)
        try await store.tag(found.identity, as: new.description)
        return StepProduct(images: [OutputImage(new, digest: found.digest, publication: .no)])
    }

    /// Prints the images that have a name: all, those of a repository, or the one of a name.
    func list(_ name: String?, _ listing: DockerListing, _ report: Report) async throws {
        var table = DockerTable(
            columns: [
                .init(name: "Repository", heading: "REPOSITORY"), .init(name: "Tag", heading: "TAG"),
                .init(name: "Digest", heading: "DIGEST", isUsual: listing.showsDigests),
                .init(name: "ID", heading: "IMAGE ID"), .init(name: "CreatedAt", heading: "CREATED"),
                .init(name: "CreatedSince", heading: "CREATED", isUsual: false),
                .init(name: "Size", heading: "SIZE"),
            ], key: "ID")
        for entry in try store.names() {
            guard let reference = try? Reference(entry.name), listing.filters["dangling"] != ["true"],
                matches(reference, name)
            else { continue }
            let image = try? await StoredImage(
                entry.descriptor.identity, for: containers.site.platform, in: store)
            guard listing.wants(image, named: reference) else { continue }
            let digest = entry.descriptor.digest
            let created = image?.config.created ?? ""
            table.add([
                Self.repository(of: reference), reference.tag?.rawValue ?? "<none>", "\(digest)",
                listing.isUncut ? "\(digest)" : String(digest.encoded.prefix(12)), created, created,
                (image?.sizeBytes ?? 0).decimalText,
            ])
        }
        for line in try table.lines(listing) { say(line, report) }
    }

    private func matches(_ reference: Reference, _ name: String?) -> Bool {
        guard let name else { return true }
        guard let wanted = try? Reference(name) else { return false }
        let hasTag = name.split(separator: "/").last?.contains(":") == true || wanted.digest != nil
        return hasTag
            ? reference == wanted
            : reference.registry == wanted.registry && reference.repository == wanted.repository
    }

    private static func repository(of reference: Reference) -> String {
        Reference(registry: reference.registry, repository: reference.repository).familiar
    }

    func remove(image name: String, _ report: Report) async throws {
        let reference = try await reference(of: name)
        try await store.untag(reference.description)
        say("Untagged: \(reference)", report)
    }

    /// Prints containers and images as a JSON array, one object for each name, or what a format makes of each.
    func inspect(_ names: [String], _ format: DockerFormat?, _ report: Report) async throws {
        var objects: [JSONValue] = []
        for name in names {
            let object: JSONValue
            if let entry = containers.containers.entry(name) {
                object = entry.description
            } else {
                object = try await describe(name)
            }
            if let format {
                do {
                    say(try format.render(TemplateValue(object)), report)
                } catch {
                    throw StepFailure(
                        "docker inspect \(name): \(error.message)"
                            + (error.hint.map { "\n  hint: \($0)" } ?? ""))
                }
            }
            objects.append(object)
        }
        if format == nil { report(.wrote(try JSONDocument.pretty(objects), .output)) }
    }

    private func describe(_ name: String) async throws -> JSONValue {
        let root = try await stored(name).identity
        let image = try await StoredImage(root, for: containers.site.platform, in: store)
        let names = try store.names().filter { $0.descriptor.digest == root.digest }
        return try image.description(names: names.compactMap { try? Reference($0.name) })
    }

    // MARK: Names

    private func reference(of name: String) async throws -> Reference {
        for candidate in [try Reference(name)] + (try images.registries.candidates(for: name))
        where try await store.find(candidate.description) != nil {
            return candidate
        }
        throw StepFailure("the local store has no image \"\(name)\"")
    }

    /// What a name stands for in the local store; the beginning of a digest, 12 digits at least, is one too.
    func stored(_ name: String) async throws -> Descriptor {
        let digits = name.hasPrefix("sha256:") ? String(name.dropFirst(7)) : name
        if digits.count >= 12, digits.allSatisfy(\.isHexDigit),
            let found = try store.names().first(where: { $0.descriptor.digest.encoded.hasPrefix(digits) })
        {
            return found.descriptor
        }
        guard let found = try await store.find(try await reference(of: name).description) else {
            throw StepFailure("the local store has no image \"\(name)\"")
        }
        return found
    }
}

extension DockerListing {
    /// Whether every filter has a value that holds for the image.
    fileprivate func wants(_ image: StoredImage?, named reference: Reference) -> Bool {
        filters.allSatisfy { name, values in
            values.contains { value in
                switch name {
                case "label":
                    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
                    let label = image?.config.config?.labels?[parts.first ?? ""]
                    return parts.count > 1 ? label == parts[1] : label != nil
                case "reference":
                    let short = reference.familiar
                    return value == short || value == reference.description
                        || value == short.prefix { $0 != ":" && $0 != "@" }
                default: return true
                }
            }
        }
    }
}

extension Int64 {
    /// `12.3MB`: powers of a thousand, as docker has them.
    fileprivate var decimalText: String {
        var value = Double(self)
        var units = ["B", "kB", "MB", "GB", "TB"][...]
        while value >= 1_000, units.count > 1 {
            value /= 1_000
            units.removeFirst()
        }
        let digits = value < 10 ? 100.0 : value < 100 ? 10.0 : 1.0
        let rounded = (value * digits).rounded() / digits
        let text = rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
        return text + (units.first ?? "B")
    }
}
