// SPDX-License-Identifier: Apache-2.0

import SourceText

/// A parsed template.
struct Template: Hashable, Sendable {
    let nodes: [TemplateNode]
    /// What `define` and `block` named.
    let definitions: [String: [TemplateNode]]

    /// Renders a text whose lines are traced.
    ///
    /// - Returns: The result, traced to the same lines as `text` is.
    /// - Throws: A diagnostic in the lines of `text`, not of the person's file.
    static func render(
        _ text: TracedText, with data: TemplateValue, context: TemplateContext = TemplateContext(),
        file: String
    ) throws(Diagnostic) -> TracedText {
        let template = try TemplateParser.parse(text.text, file: file)
        var evaluator = TemplateEvaluator(template: template, data: data, context: context)
        return try evaluator.render().traced(through: text)
    }
}
