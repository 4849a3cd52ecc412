// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A format as `docker inspect`, `docker ps` and `docker images` take it: `{{.Id}}`, `table {{.Names}}\t{{.Status}}`.
///
/// Source: docker documentation, "Format command and log output".
package struct DockerFormat: Hashable, Sendable {
    private static let place = "--format"

    private let template: Template
    /// Whether the lines stand under a line of headings.
    package let isTable: Bool
    /// Whether nothing but the word `table` is there: the usual columns.
    package let isPlainTable: Bool

    /// Reads a template; `json` alone is the whole value, `table …` asks for headings.
    ///
    /// - Throws: What is wrong with the text, at its line and column.
    package init(_ text: String) throws(Diagnostic) {
        let trimmed = text.trimmed
        isPlainTable = trimmed == "table"
        isTable = trimmed == "table" || trimmed.hasPrefix("table ")
        var body = isTable ? String(trimmed.dropFirst(5)).trimmed : text
        if trimmed == "json" { body = "{{json .}}" }
        body = body.replacing("\\t", with: "\t").replacing("\\n", with: "\n")
        template = try TemplateParser.parse(body, file: Self.place)
    }

    /// - Throws: Also for a field that the value does not have.
    package func render(_ value: TemplateValue) throws(Diagnostic) -> String {
        var context = TemplateContext()
        context.isDockerFormat = true
        var evaluator = TemplateEvaluator(template: template, data: value, context: context)
        return try evaluator.render().text
    }
}
