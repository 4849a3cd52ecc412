// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// What a person wrote: a Dockerfile as a located, typed tree.
package struct Dockerfile: Sendable {
    /// One `FROM` and what follows it up to the next.
    package struct Stage: Sendable {
        package let from: FromInstruction
        /// The `FROM` itself.
        package let opening: Instruction
        package let instructions: [Instruction]

        /// The name after `AS`, in small letters.
        package var name: String? { from.name?.text }

        /// Of the `FROM`.
        package var location: SourceLocation { opening.location }
    }

    package let source: SourceFile
    package let directives: ParserDirectives
    /// The `ARG`s before the first `FROM`.
    package let globalInstructions: [Instruction]
    /// In the order of the file; never empty.
    package let stages: [Stage]
    /// What is legal and probably not meant, and none of the checks that have a name.
    package let warnings: [Diagnostic]
    /// Empty lines inside instructions, one an instruction.
    let emptyContinuations: [SourceLocation]

    /// What the `ARG`s before the first `FROM` declare.
    package var globalArguments: [ArgumentDeclaration] {
        globalInstructions.flatMap { instruction in
            guard case .arg(let declarations) = instruction.action else { return [ArgumentDeclaration]() }
            return declarations
        }
    }

    /// Parses a Dockerfile.
    ///
    /// Diagnostics show `file` as its name.
    ///
    /// - Throws: Everything wrong with the text, at most one error an instruction.
    ///
    /// Source: Dockerfile reference, frontend 1.x.
    package static func parse(_ text: String, file: String) throws(Diagnostics) -> Dockerfile {
        var parser: DockerfileParser
        do {
            parser = try DockerfileParser(SourceFile(text, name: file))
        } catch {
            throw Diagnostics(error)
        }
        return try parser.parse()
    }

    /// Parses one instruction that stands alone, as an image's configuration keeps those of `ONBUILD`.
    ///
    /// Diagnostics show `file` in place of a file's name.
    package static func parseInstruction(_ text: String, file: String) throws(Diagnostic) -> Instruction {
        let source = SourceFile(text, name: file)
        var reader = LineReader(source, escape: "\\")
        guard let line = reader.nextLine() else {
            throw source.error(at: SourceLocation(file: file, line: 1), "there is no instruction")
        }
        var parser = InstructionParser(line: line, source: source, escape: "\\")
        return try parser.parse { (opening) throws(Diagnostic) in try reader.document(opening) }
    }
}
