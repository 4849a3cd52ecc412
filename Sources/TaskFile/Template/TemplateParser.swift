// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Segments to nodes.
///
/// Source: the documentation of Go's text/template, "Actions" and "Pipelines".
struct TemplateParser {
    private static let nestingLimit = 200

    private var segments: ArraySlice<TemplateSegment>
    private var definitions: [String: [TemplateNode]] = [:]
    private var nesting = 0
    private var loops = 0

    /// - Throws: A diagnostic at the first thing that is not a template.
    static func parse(_ text: String, file: String) throws(Diagnostic) -> Template {
        var lexer = TemplateLexer(text, file: file)
        var parser = TemplateParser(segments: try lexer.segments()[...])
        let (nodes, end) = try parser.nodes()
        if let end { throw Diagnostic(at: end.location, "\"\(end.keyword)\" without an action that it ends") }
        return Template(nodes: nodes, definitions: parser.definitions)
    }

    private init(segments: ArraySlice<TemplateSegment>) {
        self.segments = segments
    }

    /// What stopped a list of nodes: `end` or `else`, the latter with what follows it.
    private struct End {
        let keyword: String
        let rest: [TemplateToken]
        let location: SourceLocation
    }

    private mutating func nodes() throws(Diagnostic) -> ([TemplateNode], End?) {
        var nodes: [TemplateNode] = []
        while let segment = segments.popFirst() {
            switch segment {
            case .text(let text, let line): nodes.append(.text(text, line: line))
            case .action(let tokens, let location):
                guard case .identifier(let keyword)? = tokens.first?.kind else {
                    nodes.append(.action(try pipeline(tokens, at: location)))
                    continue
                }
                let rest = Array(tokens.dropFirst())
                if keyword == "end" || keyword == "else" {
                    return (nodes, End(keyword: keyword, rest: rest, location: location))
                }
                if let node = try statement(keyword, rest, at: location) {
                    nodes.append(node)
                } else if keyword != "define" {
                    nodes.append(.action(try pipeline(tokens, at: location)))
                }
            }
        }
        return (nodes, nil)
    }

    /// - Returns: nil for a definition, which leaves no node, and for what is no statement.
    private mutating func statement(
        _ keyword: String, _ rest: [TemplateToken], at location: SourceLocation
    ) throws(Diagnostic) -> TemplateNode? {
        switch keyword {
        case "if": return .conditional(try branch(keyword, rest, at: location))
        case "with": return .with(try branch(keyword, rest, at: location))
        case "range":
            loops += 1
            defer { loops -= 1 }
            return .range(try branch(keyword, rest, at: location))
        case "break", "continue":
            guard loops > 0 else { throw Diagnostic(at: location, "\"\(keyword)\" outside \"range\"") }
            return keyword == "break" ? .leaveLoop : .continueLoop
        case "define", "block":
            let name = try name(rest.first, after: keyword, at: location)
            let argument = keyword == "block" ? try pipeline(Array(rest.dropFirst()), at: location) : nil
            guard keyword == "block" || rest.count == 1 else {
                throw Diagnostic(at: location, "\"define\" takes only a name")
            }
            definitions[name] = try body(of: keyword, at: location)
            return keyword == "block" ? .call(name: name, argument: argument, location) : nil
        case "template":
            let name = try name(rest.first, after: keyword, at: location)
            let argument = rest.count > 1 ? try pipeline(Array(rest.dropFirst()), at: location) : nil
            return .call(name: name, argument: argument, location)
        default: return nil
        }
    }

    private func name(
        _ token: TemplateToken?, after keyword: String, at location: SourceLocation
    ) throws(Diagnostic) -> String {
        guard case .literal(.text(let name))? = token?.kind else {
            throw Diagnostic(at: location, "\"\(keyword)\" must be followed by a name in quotes")
        }
        return name
    }

    private mutating func body(
        of keyword: String, at location: SourceLocation
    ) throws(Diagnostic) -> [TemplateNode] {
        let (body, end) = try nodes()
        guard let end, end.keyword == "end" else { throw Self.unclosed(keyword, at: location) }
        return body
    }

    private mutating func branch(
        _ keyword: String, _ condition: [TemplateToken], at location: SourceLocation
    ) throws(Diagnostic) -> TemplateBranch {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else {
            throw Diagnostic(at: location, "actions are nested more than \(Self.nestingLimit) deep")
        }
        let pipeline = try pipeline(condition, at: location)
        guard pipeline.variables.count <= (keyword == "range" ? 2 : 1) else {
            throw Diagnostic(at: location, "too many variables for \"\(keyword)\"")
        }
        let (body, end) = try nodes()
        guard let end else { throw Self.unclosed(keyword, at: location) }
        guard end.keyword == "else" else {
            return TemplateBranch(pipeline: pipeline, body: body, otherwise: [])
        }
        if case .identifier(let chained)? = end.rest.first?.kind, chained == keyword, keyword != "range" {
            let inner = try branch(keyword, Array(end.rest.dropFirst()), at: end.location)
            let node: TemplateNode = keyword == "if" ? .conditional(inner) : .with(inner)
            return TemplateBranch(pipeline: pipeline, body: body, otherwise: [node])
        }
        guard end.rest.isEmpty else {
            throw Diagnostic(at: end.location, "\"else\" of \"\(keyword)\" cannot be followed by this")
        }
        let otherwise = try self.body(of: keyword, at: location)
        return TemplateBranch(pipeline: pipeline, body: body, otherwise: otherwise)
    }

    private static func unclosed(_ keyword: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(at: location, "\"\(keyword)\" has no \"end\"", hint: "close it with {{end}}")
    }

    private func pipeline(
        _ tokens: [TemplateToken], at location: SourceLocation
    ) throws(Diagnostic) -> TemplatePipeline {
        var parser = TemplatePipelineParser(tokens: tokens[...], action: location)
        return try parser.wholePipeline()
    }
}
