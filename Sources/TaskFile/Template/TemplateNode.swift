// SPDX-License-Identifier: Apache-2.0

import SourceText

/// A piece of a parsed template.
indirect enum TemplateNode: Hashable, Sendable {
    case text(String, line: Int)
    case action(TemplatePipeline)
    case conditional(TemplateBranch)
    case with(TemplateBranch)
    case range(TemplateBranch)
    case call(name: String, argument: TemplatePipeline?, SourceLocation)
    case leaveLoop
    case continueLoop

    /// Nil for what stands for no action of its own.
    var location: SourceLocation? {
        switch self {
        case .action(let pipeline): pipeline.location
        case .conditional(let branch), .with(let branch), .range(let branch): branch.pipeline.location
        case .call(_, _, let location): location
        case .text, .leaveLoop, .continueLoop: nil
        }
    }
}

/// `if`, `with` or `range`, up to their `end`.
struct TemplateBranch: Hashable, Sendable {
    let pipeline: TemplatePipeline
    let body: [TemplateNode]
    let otherwise: [TemplateNode]
}

/// Commands that hand their value on from left to right.
struct TemplatePipeline: Hashable, Sendable {
    /// `$x` or, in a range, `$index` and `$item`.
    var variables: [String] = []
    /// True for `=`, which sets variables that exist; false for `:=`.
    var isAssignment = false
    let commands: [TemplateCommand]
    let location: SourceLocation
}

/// A value, or a function with its arguments.
struct TemplateCommand: Hashable, Sendable {
    let operands: [TemplateOperand]
    let location: SourceLocation
}

/// An argument of a command.
struct TemplateOperand: Hashable, Sendable {
    indirect enum Root: Hashable, Sendable {
        case dot
        case variable(String)
        case literal(TemplateValue)
        case function(String)
        case group(TemplatePipeline)
    }

    let root: Root
    /// Fields to follow from the root.
    var path: [String] = []
    let location: SourceLocation
}
