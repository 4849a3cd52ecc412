// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage

/// Reads one file into a configuration.
struct RegistriesConfReader {
    private let file: FilePath
    private var root: TOMLSection
    private var warnings: [RegistriesConfError] = []

    /// What one file says, before files are merged.
    struct Content: Hashable, Sendable {
        var rules: [RegistryRule]
        /// nil takes an alias back that an earlier file gave.
        var aliases: [String: Reference?]
        var searchRegistries: [String]?
        var shortNameMode: ShortNameMode?
        var warnings: [RegistriesConfError]
    }

    static func read(_ text: String, file: FilePath) throws(RegistriesConfError) -> Content {
        var reader = RegistriesConfReader(file: file, root: try TOMLSection(text, file: file))
        return try reader.content()
    }

    private init(file: FilePath, root: TOMLSection) {
        self.file = file
        self.root = root
    }

    private mutating func content() throws(RegistriesConfError) -> Content {
        guard !root.has("registries") else {
            throw root.error(
                "registries", "this is version 1 of the format; write [[registry]] tables (version 2)")
        }
        root.ignore(["credential-helpers", "additional-layer-store-auth-helper"])
        let mode = try shortNameMode()
        let search = try searchRegistries()
        let aliases = try aliases()
        var rules: [RegistryRule] = []
        for table in try root.tables("registry") {
            let rule = try rule(table)
            if let double = rules.firstIndex(where: { $0.prefix == rule.prefix }) {
                warnings.append(
                    table.error("prefix", "\(rule.prefix) was configured before; the last one counts"))
                rules.remove(at: double)
            }
            rules.append(rule)
        }
        return Content(
            rules: rules, aliases: aliases, searchRegistries: search, shortNameMode: mode,
            warnings: root.warnings + warnings)
    }

    /// An empty word is none.
    private mutating func shortNameMode() throws(RegistriesConfError) -> ShortNameMode? {
        let key = "short-name-mode"
        guard let word = try root.string(key), !word.isEmpty else { return nil }
        guard let mode = ShortNameMode(rawValue: word) else {
            throw root.error(key, "it must be enforcing, permissive or disabled, not \"\(word)\"")
        }
        return mode
    }

    private mutating func searchRegistries() throws(RegistriesConfError) -> [String]? {
        let key = "unqualified-search-registries"
        let search = try root.strings(key)
        for registry in search ?? [] {
            do {
                try Reference.checkRegistry(registry)
            } catch {
                throw root.error(key, "\(error)")
            }
        }
        return search
    }

    private mutating func aliases() throws(RegistriesConfError) -> [String: Reference?] {
        var aliases: [String: Reference?] = [:]
        for (name, value) in try root.stringTable("aliases") {
            let place = "aliases.\"\(name)\""
            guard let short = try? RepositoryName(name) else {
                throw RegistriesConfError(file, place, "a short name has neither registry nor tag")
            }
            aliases[short.rawValue] = .some(value.isEmpty ? nil : try full(value, place))
        }
        return aliases
    }

    /// A full name without tag and digest.
    private func full(_ text: String, _ place: String) throws(RegistriesConfError) -> Reference {
        do {
            var reference = try Reference(text)
            guard reference.digest == nil, !text.hasSuffix(":\(Tag.latest)"), reference.tag == .latest else {
                throw RegistriesConfError(file, place, "\"\(text)\" must have neither tag nor digest")
            }
            guard reference.registry != Reference.dockerHub || text.hasPrefix("docker.io/") else {
                throw RegistriesConfError(file, place, "\"\(text)\" must begin with a registry")
            }
            reference.tag = nil
            return reference
        } catch let error as RegistriesConfError {
            throw error
        } catch {
            throw RegistriesConfError(file, place, "\(error)")
        }
    }

    private mutating func rule(_ table: TOMLSection) throws(RegistriesConfError) -> RegistryRule {
        var table = table
        let writtenPrefix = try table.string("prefix") ?? ""
        let writtenLocation = try table.string("location") ?? ""
        guard !(writtenPrefix.isEmpty && writtenLocation.isEmpty) else {
            throw table.error("location", "it is missing, and there is no prefix either")
        }
        let location = try RegistriesConfReader.at("location", table) {
            () throws(InvalidValue) -> RegistryLocation? in
            writtenLocation.isEmpty ? nil : try RegistryLocation(writtenLocation)
        }
        let prefix = try RegistriesConfReader.at("prefix", table) {
            () throws(InvalidValue) -> RegistryPrefix in
            try RegistryPrefix(
                writtenPrefix.isEmpty ? location.map { "\($0.host)\($0.path)" } ?? "" : writtenPrefix)
        }
        let isInsecure = try table.flag("insecure") ?? false
        let isBlocked = try table.flag("blocked") ?? false
        let isByDigestOnly = try table.flag("mirror-by-digest-only") ?? false
        var mirrors: [MirrorRule] = []
        for mirror in try table.tables("mirror") {
            mirrors.append(try self.mirror(mirror, isByDigestOnly: isByDigestOnly))
        }
        warnings += table.warnings
        return RegistryRule(
            prefix: prefix, location: location, isInsecure: isInsecure, isBlocked: isBlocked,
            mirrors: mirrors, file: file)
    }

    private mutating func mirror(
        _ table: TOMLSection, isByDigestOnly: Bool
    ) throws(RegistriesConfError) -> MirrorRule {
        var table = table
        guard let text = try table.string("location"), !text.isEmpty else {
            throw table.error("location", "it is missing")
        }
        let location = try RegistriesConfReader.at("location", table) {
            () throws(InvalidValue) -> RegistryLocation in
            try RegistryLocation(text)
        }
        let isInsecure = try table.flag("insecure") ?? false
        var scope = MirrorRule.Scope.all
        if let word = try table.string("pull-from-mirror"), !word.isEmpty {
            guard let known = MirrorRule.Scope(rawValue: word) else {
                throw table.error(
                    "pull-from-mirror", "it must be all, digest-only or tag-only, not \"\(word)\"")
            }
            guard !isByDigestOnly else {
                throw table.error("pull-from-mirror", "it contradicts mirror-by-digest-only")
            }
            scope = known
        }
        warnings += table.warnings
        return MirrorRule(
            location: location, isInsecure: isInsecure, scope: isByDigestOnly ? .digestOnly : scope)
    }

    private static func at<Value>(
        _ key: String, _ table: TOMLSection, _ parse: () throws(InvalidValue) -> Value
    ) throws(RegistriesConfError) -> Value {
        do {
            return try parse()
        } catch {
            throw table.error(key, "\(error)")
        }
    }
}
