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
            source: TaskSource(text, file: file), inputs: inputs, resolvers: resolvers)
        do {
            let rendered = try await pipeline.run()
            let tree = try pipeline.parse(rendered.text)
            var decoder = DocumentDecoder(
                reader: rendered.reader, inputs: inputs, aliases: rendered.aliases)
            return try decoder.decode(tree)
        } catch let error as Diagnostics {
            throw error
        } catch let error as Diagnostic {
            throw Diagnostics(error)
        } catch {
            throw Diagnostics(Diagnostic(at: SourceLocation(file: file, line: 1), "\(error)"))
        }
    }

    /// The final text of a task file: what is left to be YAML when comments, aliases and templates are done.
    ///
    /// Aliases that are the bare first word of a command are replaced later and still stand there.
    package static func render(
        _ text: String, file: String, inputs: TaskInputs, resolvers: TaskResolvers = .none
    ) async throws(Diagnostics) -> String {
        var pipeline = TaskPipeline(
            source: TaskSource(text, file: file), inputs: inputs, resolvers: resolvers)
        do {
            return try await pipeline.run().text.text
        } catch {
            throw Diagnostics(error)
        }
    }
}
