// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Runs a template over its data.
///
/// Source: the documentation of Go's text/template. Missing keys give null, which renders as nothing.
struct TemplateEvaluator {
    private static let callDepthLimit = 100
    private static let outputLimitBytes = 16 << 20

    private enum Flow {
        case onwards
        case leaveLoop
        case continueLoop
    }

    private let template: Template
    private let data: TemplateValue
    private let context: TemplateContext
    private var budget = TemplateBudget()
    private var callCount = 0
    private var output = TracedTextBuilder()
    private var variables: [(name: String, value: TemplateValue)]
    private var callDepth = 0

    init(template: Template, data: TemplateValue, context: TemplateContext) {
        self.template = template
        self.data = data
        self.context = context
        variables = [("$", data)]
    }

    mutating func render() throws(Diagnostic) -> TracedText {
        _ = try run(template.nodes, dot: data)
        return output.text
    }

    // MARK: Statements

    private mutating func run(_ nodes: [TemplateNode], dot: TemplateValue) throws(Diagnostic) -> Flow {
        for node in nodes {
            try budget.chargeStep(at: node.location)
            let flow = try run(node, dot: dot)
            if flow != .onwards { return flow }
        }
        return .onwards
    }

    private mutating func run(_ node: TemplateNode, dot: TemplateValue) throws(Diagnostic) -> Flow {
        switch node {
        case .text(let text, let line): output.append(text, from: line)
        case .action(let pipeline):
            let value = try evaluate(pipeline, dot: dot)
            guard pipeline.variables.isEmpty else { return .onwards }
            output.append(value.rendered, from: pipeline.location.line, isGenerated: true)
            guard output.byteCount <= Self.outputLimitBytes else {
                throw Diagnostic(at: pipeline.location, "the rendered text is larger than 16 MiB")
            }
        case .conditional(let branch):
            return try scoped { evaluator throws(Diagnostic) in
                let isTrue = try evaluator.evaluate(branch.pipeline, dot: dot).isTrue
                return try evaluator.run(isTrue ? branch.body : branch.otherwise, dot: dot)
            }
        case .with(let branch):
            return try scoped { evaluator throws(Diagnostic) in
                let value = try evaluator.evaluate(branch.pipeline, dot: dot)
                return try evaluator.run(
                    value.isTrue ? branch.body : branch.otherwise, dot: value.isTrue ? value : dot)
            }
        case .range(let branch): return try runRange(branch, dot: dot)
        case .call(let name, let argument, let location):
            try call(name, argument: argument, at: location, dot: dot)
        case .leaveLoop: return .leaveLoop
        case .continueLoop: return .continueLoop
        }
        return .onwards
    }

    private mutating func runRange(_ branch: TemplateBranch, dot: TemplateValue) throws(Diagnostic) -> Flow {
        let elements: [(key: TemplateValue, value: TemplateValue)]
        switch try value(of: branch.pipeline, dot: dot) {
        case .null: elements = []
        case .list(let items): elements = items.enumerated().map { (.integer($0), $1) }
        case .map(let entries):
            elements = entries.sorted { $0.key < $1.key }.map { (.text($0.key), $0.value) }
        case let other:
            throw Diagnostic(
                at: branch.pipeline.location, "\"range\" needs a list or a mapping, not \(other.kind)")
        }
        guard !elements.isEmpty else {
            return try scoped { evaluator throws(Diagnostic) in try evaluator.run(branch.otherwise, dot: dot)
            }
        }
        for element in elements {
            let flow = try scoped { evaluator throws(Diagnostic) in
                let values =
                    branch.pipeline.variables.count == 2 ? [element.key, element.value] : [element.value]
                try evaluator.bind(branch.pipeline, to: values)
                return try evaluator.run(branch.body, dot: element.value)
            }
            if flow == .leaveLoop { break }
        }
        return .onwards
    }

    private mutating func call(
        _ name: String, argument: TemplatePipeline?, at location: SourceLocation, dot: TemplateValue
    ) throws(Diagnostic) {
        guard let body = template.definitions[name] else {
            let known = nearestWord(to: name, in: template.definitions.keys.sorted())
            throw Diagnostic(
                at: location, "no template is called \"\(name)\"",
                hint: known.map { "did you mean \"\($0)\"?" })
        }
        var value = TemplateValue.null
        if let argument { value = try evaluate(argument, dot: dot) }
        callDepth += 1
        defer { callDepth -= 1 }
        guard callDepth <= Self.callDepthLimit else {
            throw Diagnostic(at: location, "templates call each other more than \(Self.callDepthLimit) deep")
        }
        let outer = variables
        variables = [("$", value)]
        defer { variables = outer }
        _ = try run(body, dot: value)
    }

    // MARK: Values

    private mutating func evaluate(
        _ pipeline: TemplatePipeline, dot: TemplateValue
    ) throws(Diagnostic) -> TemplateValue {
        let value = try value(of: pipeline, dot: dot)
        try bind(pipeline, to: [value])
        return value
    }

    private mutating func value(
        of pipeline: TemplatePipeline, dot: TemplateValue
    ) throws(Diagnostic) -> TemplateValue {
        var piped: TemplateValue?
        for command in pipeline.commands { piped = try evaluate(command, piped: piped, dot: dot) }
        return piped ?? .null
    }

    private mutating func evaluate(
        _ command: TemplateCommand, piped: TemplateValue?, dot: TemplateValue
    ) throws(Diagnostic) -> TemplateValue {
        guard let first = command.operands.first else { return .null }
        guard case .function(let name) = first.root else { return try evaluate(first, dot: dot) }
        if name == "and" || name == "or" {
            return try evaluateShortcut(name, command, piped: piped, dot: dot)
        }
        var arguments: [TemplateValue] = []
        for operand in command.operands.dropFirst() { arguments.append(try evaluate(operand, dot: dot)) }
        if let piped { arguments.append(piped) }
        let value = try apply(name, to: arguments, at: first.location)
        if MapFunction.changesFirst(name), let target = command.operands.dropFirst().first {
            replace(target, by: value)
        }
        return value
    }

    /// `and` and `or` look at no more arguments than they need.
    private mutating func evaluateShortcut(
        _ name: String, _ command: TemplateCommand, piped: TemplateValue?, dot: TemplateValue
    ) throws(Diagnostic) -> TemplateValue {
        var last = TemplateValue.null
        for operand in command.operands.dropFirst() {
            last = try evaluate(operand, dot: dot)
            if last.isTrue == (name == "or") { return last }
        }
        if let piped { return piped }
        guard command.operands.count > 1 else {
            throw Diagnostic(at: command.location, "\"\(name)\" needs an argument")
        }
        return last
    }

    private mutating func evaluate(
        _ operand: TemplateOperand, dot: TemplateValue
    ) throws(Diagnostic) -> TemplateValue {
        let root: TemplateValue
        switch operand.root {
        case .dot: root = dot
        case .literal(let value): root = value
        case .group(let pipeline): root = try value(of: pipeline, dot: dot)
        case .function(let name): root = try apply(name, to: [], at: operand.location)
        case .variable(let name):
            guard let variable = variables.last(where: { $0.name == name }) else {
                throw Diagnostic(at: operand.location, "the variable \(name) does not exist here")
            }
            root = variable.value
        }
        return try follow(operand.path, from: root, at: operand.location)
    }

    private func follow(
        _ path: [String], from root: TemplateValue, at location: SourceLocation
    ) throws(Diagnostic) -> TemplateValue {
        var value = root
        for (index, field) in path.enumerated() {
            guard case .map(let entries) = value else {
                let soFar = path[..<index].joined(separator: ".")
                let what = value == .null ? "is not set" : "is \(value.kind), not a mapping"
                throw Diagnostic(
                    at: location,
                    "cannot read .\(field): \(soFar.isEmpty ? "the value" : ".\(soFar)") \(what)")
            }
            guard let next = entries[field] else {
                try refuseMissing(field, of: entries, at: location)
                value = .null
                continue
            }
            value = next
        }
        return value
    }

    /// A format of docker's names what is there, or is wrong; a task may ask for what is not set.
    private func refuseMissing(
        _ field: String, of entries: [String: TemplateValue], at location: SourceLocation
    ) throws(Diagnostic) {
        guard context.isDockerFormat else { return }
        throw Diagnostic(
            at: location, "there is no .\(field) here",
            hint: nearestWord(to: field, in: entries.keys.sorted()).map { "did you mean .\($0)?" })
    }

    private mutating func apply(
        _ name: String, to arguments: [TemplateValue], at location: SourceLocation
    ) throws(Diagnostic) -> TemplateValue {
        callCount += 1
        do {
            let call = TemplateArguments(
                function: name, values: arguments, context: context, callNumber: callCount)
            try budget.charge(for: call)
            let value = try TemplateFunctions.apply(name, to: call)
            try budget.charge(for: value, of: call)
            return value
        } catch {
            throw Diagnostic(at: location, error.message, hint: error.hint)
        }
    }

    // MARK: Variables

    private mutating func bind(
        _ pipeline: TemplatePipeline, to values: [TemplateValue]
    ) throws(Diagnostic) {
        for (name, value) in zip(pipeline.variables, values) {
            guard pipeline.isAssignment else {
                variables.append((name, value))
                continue
            }
            guard let index = variables.lastIndex(where: { $0.name == name }) else {
                throw Diagnostic(
                    at: pipeline.location, "the variable \(name) does not exist here",
                    hint: "declare it with \(name) := …")
            }
            variables[index].value = value
        }
    }

    /// Puts a value where a variable, or a field of one, is read from.
    private mutating func replace(_ target: TemplateOperand, by value: TemplateValue) {
        guard case .variable(let name) = target.root,
            let index = variables.lastIndex(where: { $0.name == name })
        else { return }
        variables[index].value = variables[index].value.replacing(target.path[...], by: value)
    }

    /// Runs a body whose variables end with it.
    private mutating func scoped(
        _ body: (inout TemplateEvaluator) throws(Diagnostic) -> Flow
    ) throws(Diagnostic) -> Flow {
        let count = variables.count
        defer { variables.removeSubrange(count...) }
        return try body(&self)
    }
}
