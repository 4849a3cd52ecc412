// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// The recipes for CI systems, judged by the schemas that their vendors publish.
@Suite struct CertifyRecipeSchemaTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let recipe: String
        let schema: String
        /// Of the file that the example in the recipe's comment is part of.
        let exampleSchema: String
        /// What such a file must have besides.
        var exampleHead = ""
        var transform: String?

        var testDescription: String { recipe }
    }

    private static let rows = [
        Row(
            recipe: "github/action.yml", schema: "vendor.github-actions",
            exampleSchema: "vendor.github-workflows", exampleHead: "on: push\n"),
        Row(
            recipe: "azure-pipelines.yml", schema: "vendor.azure-pipelines",
            exampleSchema: "vendor.azure-pipelines", transform: "azure-pipelines"),
        Row(
            recipe: "gitlab-ci.yml", schema: "vendor.gitlab-ci", exampleSchema: "vendor.gitlab-ci",
            transform: "gitlab-ci"),
    ]

    private static let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// The judge, kept in `.build/recipes` with the version of `Scripts/recipes-requirements.txt`.
    private static func judge() async throws -> Program {
        let kept = sources.pushing(".build/recipes")
        let program = kept.pushing("bin/check-jsonschema")
        if WholeFile.size(program) == nil {
            let script = #"python3 -m venv "$1" && "$1/bin/pip" install -q -r "$2""#
            let requirements = sources.pushing("Scripts/recipes-requirements.txt")
            let made = try await Program("bash")("-c", script, "bash", kept.string, requirements.string)
            try #require(made.status == 0, "\(made)")
        }
        return Program(path: program)
    }

    private func verdict(_ text: String, _ row: Row, _ schema: String) async throws -> ProgramResult {
        try folder.write(text, "recipe.yml")
        let transform = row.transform.map { ["--data-transform", $0] } ?? []
        return try await Self.judge().run(
            ["--builtin-schema", schema] + transform + [folder.path.appending("recipe.yml").string])
    }

    private static func text(_ row: Row) throws -> String {
        let file = sources.pushing("conformance/ci").pushing(FilePath(row.recipe))
        return String(decoding: try WholeFile.read(file), as: UTF8.self)
    }

    /// One after another: the first one may have to fetch the judge.
    @Test func aRecipeIsWhatItsVendorReads() async throws {
        for row in Self.rows {
            let text = try Self.text(row)
            let good = try await verdict(text, row, row.schema)
            #expect(good.status == 0, "\(row): \(good)")
            let wrong = text.replacing("displayName:", with: "displayname:")
                .replacing("shell:", with: "shall:").replacing("artifacts:", with: "artefacts: 1\n  script:")
            let bad = try await verdict(wrong, row, row.schema)
            #expect(bad.status == 1, "\(row): \(bad)")
            // The lines of the first comment that are moved to the right.
            let comment = text.split(separator: "\n", omittingEmptySubsequences: false).prefix {
                $0.hasPrefix("#")
            }
            let example = comment.filter { $0.hasPrefix("#   ") }.map { $0.dropFirst(4) }
            #expect(example.count > 4)
            let shown = try await verdict(
                row.exampleHead + example.joined(separator: "\n") + "\n", row, row.exampleSchema)
            #expect(shown.status == 0, "\(row): \(shown)")
        }
    }
}
