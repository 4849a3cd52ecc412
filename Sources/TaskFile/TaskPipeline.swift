// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// The passes over the text of a task file, up to YAML.
///
/// Each pass keeps track of the lines.
struct TaskPipeline: Sendable {
    struct Rendered {
        let text: TracedText
        /// Nil where the version has no aliases.
        let aliases: AliasTable?
        /// Carries the warnings so far, and reads the tree of `text`.
        let reader: DocumentReader
    }

    /// Learns of secrets when they are resolved.
    private(set) var source: TaskSource
    let inputs: TaskInputs
    let resolvers: TaskResolvers

    /// - Throws: A diagnostic at a place of the person's text.
    mutating func run() async throws(Diagnostic) -> Rendered {
        var text = source.original.withoutComments()
        var warnings: [Diagnostic] = []
        var aliases: AliasTable?
        if TaskVersion.hasAliases(scanned: TaskVersion.scan(text)) {
            let cut = AliasSection(cutFrom: text)
            var table = AliasTable(images: inputs.imageAliases)
            warnings = try await read(cut.section, into: &table)
            text = table.expand(cut.rest)
            aliases = table
        }
        let rendered = try await renderWithSecrets(text)
        var reader = DocumentReader(source: source, text: rendered)
        for warning in warnings { reader.reportAtOrigin(warning) }
        return Rendered(text: rendered, aliases: aliases, reader: reader)
    }

    /// - Returns: nil for a text without content.
    func parse(_ text: TracedText) throws(Diagnostic) -> YAMLParser.Reading {
        do {
            return try YAMLParser.read(text.text, file: source.file)
        } catch {
            throw source.relocate(error, from: text)
        }
    }

    // MARK: Templates

    private mutating func renderWithSecrets(_ text: TracedText) async throws(Diagnostic) -> TracedText {
        guard !text.isBlank else { return text }
        let readsSecrets = text.text.contains("secrets")
        var rendered = try render(text, secrets: readsSecrets ? Self.unknownSecrets(in: text.text) : [:])
        if readsSecrets {
            let secrets = try await resolveSecrets(of: rendered)
            source = source.hiding(secrets.values.map(\.printed))
            rendered = try render(text, secrets: secrets)
        }
        guard !rendered.isBlank else {
            throw source.atOrigin(
                Diagnostic(
                    at: SourceLocation(file: source.file, line: 1),
                    "nothing is left of the file when its templates are rendered"),
                SourceLocation(file: source.file, line: 1))
        }
        return rendered
    }

    /// Every secret that a text reads, as an empty text: for the rendering that finds out which there are.
    private static func unknownSecrets(in text: String) -> [String: TemplateValue] {
        let mark = ".Secrets."
        var secrets: [String: TemplateValue] = [:]
        for range in text.ranges(of: mark) {
            let name = text[range.upperBound...].prefix { $0 == "_" || $0.isLetter || $0.isNumber }
            secrets[String(name)] = .text("")
        }
        return secrets
    }

    private func render(
        _ text: TracedText, secrets: [String: TemplateValue]
    ) throws(Diagnostic) -> TracedText {
        let data = TemplateValue.map([
            "Run": .map(inputs.run.template), "Build": .map(["ID": .text(inputs.run.id)]),
            "Values": .map(inputs.values), "Secrets": .map(secrets),
            "RunJSON": .text(Self.shellJSON(inputs.run.template)),
            "ValuesJSON": .text(Self.shellJSON(inputs.values)),
        ])
        do {
            return try Template.render(text, with: data, context: inputs.templateContext, file: source.file)
        } catch {
            throw source.relocate(error, from: text)
        }
    }

    /// A mapping as JSON, in quotes for a shell.
    private static func shellJSON(_ entries: [String: TemplateValue]) -> String {
        "'" + JSONText.render(.map(entries)).replacing("'", with: "'\"'\"'") + "'"
    }

    private func resolveSecrets(of rendered: TracedText) async throws(Diagnostic) -> [String: TemplateValue] {
        guard let tree = try parse(rendered).value else { return [:] }
        var decoder = DocumentDecoder(
            reader: DocumentReader(source: source, text: rendered), inputs: inputs, aliases: nil)
        let secrets = decoder.secrets(of: tree)
        if let first = decoder.reader.diagnostics.first(where: { $0.severity == .error }) { throw first }
        var values: [String: TemplateValue] = [:]
        for secret in secrets {
            do {
                values[secret.id] = .text(try await resolvers.secret(secret))
            } catch {
                throw source.atOrigin(
                    Diagnostic(at: secret.location, "the secret \"\(secret.id)\" cannot be had: \(error)"),
                    secret.location)
            }
        }
        return values
    }

    // MARK: Aliases

    /// Renders and reads the alias section, and what it names.
    ///
    /// - Returns: Warnings.
    private func read(
        _ section: TracedText, into table: inout AliasTable
    ) async throws(Diagnostic) -> [Diagnostic] {
        guard !section.isBlank else { return [] }
        let text = try render(section, secrets: [:])
        var reader = DocumentReader(source: source, text: text)
        let reading = try parse(text)
        reader.warn(of: reading.repeatedKeys)
        guard let tree = reading.value?["alias"], !tree.isNull else { return reader.diagnostics }
        guard case .mapping = tree.content else {
            throw source.relocate(
                Diagnostic(at: tree.location, "alias must be a mapping, not \(tree.kind)"), from: text)
        }
        reader.warnOfUnknownKeys(in: tree, known: TaskKeys.alias, of: "alias")
        for name in reader.strings("src", in: tree) { table.overlay(try await aliases(from: name)) }
        let values = reader.table("values", in: tree)
        for entry in values {
            try check(entry.value.key, at: entry.location)
            table.overlay([entry.value.key: entry.value.value])
        }
        if let directive = reader.string("directive", in: tree) {
            table.directive = try scalar(of: directive)
        }
        if let error = reader.diagnostics.first(where: { $0.severity == .error }) { throw error }
        return reader.diagnostics
    }

    private func aliases(from name: Located<String>) async throws(Diagnostic) -> [String: String] {
        let text: String
        do {
            text = try await resolvers.aliasSource(name.value)
        } catch {
            throw source.atOrigin(
                Diagnostic(at: name.location, "the alias source \"\(name.value)\" cannot be read: \(error)"),
                name.location)
        }
        guard let tree = try YAMLParser.parse(text, file: name.value) else { return [:] }
        var aliases: [String: String] = [:]
        for entry in try tree.entries("an alias source") {
            guard AliasTable.isName(entry.key) else { throw Self.notName(entry.key, at: entry.keyLocation) }
            aliases[entry.key] =
                entry.value.isNull ? "" : try entry.value.string("the alias \"\(entry.key)\"")
        }
        return aliases
    }

    private func check(_ name: String, at location: SourceLocation) throws(Diagnostic) {
        guard !AliasTable.isName(name) else { return }
        throw source.atOrigin(Self.notName(name, at: location), location)
    }

    private static func notName(_ name: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(at: location, "\"\(name)\" is no name of an alias: only letters and digits")
    }

    private func scalar(of directive: Located<String>) throws(Diagnostic) -> UnicodeScalar {
        let scalars = directive.value.unicodeScalars
        guard scalars.count == 1, let scalar = scalars.first, !AliasTable.isNameScalar(scalar) else {
            throw source.atOrigin(
                Diagnostic(
                    at: directive.location,
                    "directive must be one character that is no letter or digit, not \"\(directive.value)\""),
                directive.location)
        }
        return scalar
    }
}
