// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Lines to instructions, instructions to stages.
struct DockerfileParser {
    private let source: SourceFile
    private let directives: ParserDirectives
    private var reader: LineReader
    private var diagnostics: [Diagnostic] = []

    /// Who has made so many errors does not read the next one.
    private static let errorLimit = 20

    init(_ source: SourceFile) throws(Diagnostic) {
        if let index = source.lines.firstIndex(where: { $0.utf8.contains(0) }) {
            throw Diagnostic(
                .error, at: SourceLocation(file: source.name, line: index + 1),
                "there is a NUL byte: this is no Dockerfile")
        }
        self.source = source
        directives = try ParserDirectives(source)
        reader = LineReader(
            source, escape: directives.escape, directiveCount: directives.lineCount)
    }

    mutating func parse() throws(Diagnostics) -> Dockerfile {
        let instructions = readInstructions()
        var globalInstructions: [Instruction] = []
        var stages: [Dockerfile.Stage] = []
        var open: (from: FromInstruction, opening: Instruction, instructions: [Instruction])?
        for instruction in instructions {
            switch (instruction.action, open) {
            case (.from(let from), _):
                if let open { stages.append(.init(open)) }
                open = (from, instruction, [])
            case (.arg, nil): globalInstructions.append(instruction)
            case (_, nil):
                diagnostics.append(
                    source.error(
                        at: instruction.location, "\(instruction.keyword.rawValue) before the first FROM",
                        hint: "begin with FROM IMAGE, or FROM scratch; only ARG may come earlier"))
            case (_, .some):
                open?.instructions.append(instruction)
            }
        }
        if let open { stages.append(.init(open)) }
        if stages.isEmpty, diagnostics.isEmpty { diagnostics.append(missingFrom(after: instructions.last)) }
        if let errors = Diagnostics(errorsIn: diagnostics) { throw errors }
        return Dockerfile(
            source: source, directives: directives, globalInstructions: globalInstructions, stages: stages,
            warnings: diagnostics, emptyContinuations: reader.emptyContinuations)
    }

    private func missingFrom(after last: Instruction?) -> Diagnostic {
        guard let last else {
            return source.error(
                at: SourceLocation(file: source.name, line: 1), "the file has no instructions")
        }
        return source.error(
            at: last.location, "no FROM: there is nothing to build",
            hint: "add FROM IMAGE, or FROM scratch")
    }

    private mutating func readInstructions() -> [Instruction] {
        var instructions: [Instruction] = []
        while diagnostics.lazy.filter({ $0.severity == .error }).count < Self.errorLimit,
            let line = reader.nextLine()
        {
            do throws(Diagnostic) {
                var parser = InstructionParser(line: line, source: source, escape: directives.escape)
                let parsed = try parser.parse { (opening) throws(Diagnostic) in try reader.document(opening) }
                diagnostics += parser.warnings
                instructions.append(parsed)
            } catch {
                diagnostics.append(error)
            }
        }
        return instructions
    }
}

extension Dockerfile.Stage {
    fileprivate init(_ open: (from: FromInstruction, opening: Instruction, instructions: [Instruction])) {
        self.init(from: open.from, opening: open.opening, instructions: open.instructions)
    }
}
