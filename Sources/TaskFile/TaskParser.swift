// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

/// A task file's text to a task document.
///
/// The order is that of ACR Tasks: comments away, aliases, templates, YAML, validation, bare-word aliases.
package enum TaskParser {
    /// Reads and validates a task file.
    ///
    /// Pure, but for what `resolvers` do.
    ///
    /// `file` is what the person calls the text, for diagnostics. The resolvers are asked for alias sources
    /// and secrets, and only if the text names some.
    ///
    /// - Returns: A document in which nothing is left to check but what needs files, images or a network.
    /// - Throws: All that is wrong, as far as it can be told at once, at places of the person's text.
    package static func load(
        _ text: String, file: String, inputs: TaskInputs, resolvers: TaskResolvers = .none
    ) async throws(Diagnostics) -> TaskDocument {
        var pipeline = TaskPipeline(
            source: TaskSource(text, file: file, mask: SecretMask(inputs.secretValues)), inputs: inputs,
            resolvers: resolvers)
        do {
            let rendered = try await pipeline.run()
            let reading = try pipeline.parse(rendered.text)
            var reader = rendered.reader
            reader.warn(of: reading.repeatedKeys)
            var decoder = DocumentDecoder(reader: reader, inputs: inputs, aliases: rendered.aliases)
            return try decoder.decode(reading.value)
        } catch let error as Diagnostics {
            throw error
        } catch let error as Diagnostic {
            throw Diagnostics(error)
        } catch {
            throw Diagnostics(Diagnostic(at: SourceLocation(file: file, line: 1), "\(error)"))
        }
    }

    /// The final text of a task file: comments, aliases and templates done, `***` for secrets.
    ///
    /// Aliases that are the bare first word of a command are replaced too.
    package static func render(
        _ text: String, file: String, inputs: TaskInputs, resolvers: TaskResolvers = .none
    ) async throws(Diagnostics) -> String {
        var pipeline = TaskPipeline(
            source: TaskSource(text, file: file, mask: SecretMask(inputs.secretValues)), inputs: inputs,
            resolvers: resolvers)
        do {
            let rendered = try await pipeline.run()
            let text = pipeline.expandingFirstWords(in: rendered)
            return inputs.showsSecrets ? text : pipeline.source.mask.mask(text)
        } catch {
            throw Diagnostics(error)
        }
    }
}
