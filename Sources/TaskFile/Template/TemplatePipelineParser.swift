// SPDX-License-Identifier: Apache-2.0

import SourceText

/// The tokens of one action to a pipeline.
struct TemplatePipelineParser {
    private static let nestingLimit = 100

    private var tokens: ArraySlice<TemplateToken>
    /// Where the action starts: the place of what is missing in it.
    private let action: SourceLocation
    private var nesting = 0

    init(tokens: ArraySlice<TemplateToken>, action: SourceLocation) {
        self.tokens = tokens
        self.action = action
    }

    /// - Throws: A diagnostic for what is left after the pipeline, too.
    mutating func wholePipeline() throws(Diagnostic) -> TemplatePipeline {
        let variables = takeVariables()
        var pipeline = try pipeline()
        if let left = tokens.first {
            throw Diagnostic(at: left.location, "unexpected token in a template action")
        }
        (pipeline.variables, pipeline.isAssignment) = variables
        return pipeline
    }

    /// Takes `$x :=`, `$x =` or `$i, $x :=` where they stand.
    private mutating func takeVariables() -> (names: [String], isAssignment: Bool) {
        var names: [String] = []
        var index = tokens.startIndex
        while index + 1 < tokens.endIndex, case .variable(let name) = tokens[index].kind {
            names.append(name)
            let next = tokens[index + 1].kind
            index += 2
            if next == .comma { continue }
            guard next == .declare || next == .assign else { break }
            tokens = tokens[index...]
            return (names, next == .assign)
        }
        return ([], false)
    }

    private mutating func pipeline() throws(Diagnostic) -> TemplatePipeline {
        let location = tokens.first?.location ?? action
        var commands = [try command()]
        while tokens.first?.kind == .pipe {
            tokens.removeFirst()
            let next = try command()
            guard case .function? = next.operands.first?.root else {
                throw Diagnostic(at: next.location, "what stands behind \"|\" must be a function")
            }
            commands.append(next)
        }
        return TemplatePipeline(commands: commands, location: location)
    }

    private mutating func command() throws(Diagnostic) -> TemplateCommand {
        let location = tokens.first?.location ?? action
        var operands: [TemplateOperand] = []
        while let operand = try operand() { operands.append(operand) }
        guard let first = operands.first else {
            throw Diagnostic(at: location, "a value or a function is missing in this template action")
        }
        if operands.count > 1 {
            guard case .function = first.root, first.path.isEmpty else {
                throw Diagnostic(at: operands[1].location, "only a function can be followed by arguments")
            }
        }
        return TemplateCommand(operands: operands, location: location)
    }

    /// - Returns: nil at the end of the command.
    private mutating func operand() throws(Diagnostic) -> TemplateOperand? {
        guard let token = tokens.first else { return nil }
        let root: TemplateOperand.Root
        var path: [String] = []
        switch token.kind {
        case .pipe, .rightParenthesis: return nil
        case .comma, .declare, .assign:
            throw Diagnostic(at: token.location, "unexpected token in a template action")
        case .dot: root = .dot
        case .field(let name):
            root = .dot
            path = [name]
        case .variable(let name): root = .variable(name)
        case .literal(let value): root = .literal(value)
        case .identifier(let name): root = .function(name)
        case .leftParenthesis: root = .group(try group(openedBy: token))
        }
        if token.kind != .leftParenthesis { tokens.removeFirst() }
        while let next = tokens.first, !next.isSeparated, case .field(let name) = next.kind {
            path.append(name)
            tokens.removeFirst()
        }
        return TemplateOperand(root: root, path: path, location: token.location)
    }

    private mutating func group(openedBy token: TemplateToken) throws(Diagnostic) -> TemplatePipeline {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else {
            throw Diagnostic(at: token.location, "parentheses are nested too deep")
        }
        tokens.removeFirst()
        let pipeline = try pipeline()
        guard tokens.first?.kind == .rightParenthesis else {
            throw Diagnostic(at: token.location, "this parenthesis is never closed")
        }
        tokens.removeFirst()
        return pipeline
    }
}
