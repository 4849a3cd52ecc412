// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// The recipes for CI systems: their own commands, run by bash.
@Suite struct CertifyRecipeTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// The lines of a recipe that its CI system gives to a shell, taken out of the file.
    private func commands(_ recipe: String) async throws -> String {
        let script = """
            import sys
            lines = open(sys.argv[1]).read().split('\\n')
            found, inside = [], None
            for line in lines:
                # The key of a list's item stands where those after it stand.
                indent = len(line) - len(line.lstrip()) + (2 if line.strip() == '- bash: |' else 0)
                text = line.strip()
                if text.removeprefix('- ') in ('run: |', 'bash: |', 'script:', 'before_script:'):
                    inside = indent
                elif inside is not None and text and indent <= inside:
                    inside = None
                elif inside is not None and text:
                    found.append(text[2:] if text.startswith('- ') else text)
            print('\\n'.join(found))
            """
        let result = try await Program("python3")(
            "-c", script, Self.sources.pushing(FilePath("conformance/ci/\(recipe)")).string)
        #expect(result.status == 0, "\(result)")
        return result.output
    }

    private func run(_ commands: String, _ variables: [String: String]) async throws -> ProgramResult {
        var bash = Program("bash")
        bash.environment = Program.stet(home: folder.path).environment
        bash.environment["STET_REPORT"] = folder.path.appending("report").string
        bash.environment["GITHUB_ACTION_PATH"] = Self.sources.pushing("conformance/ci/github").string
        bash.environment["GITHUB_OUTPUT"] = folder.path.appending("output").string
        bash.environment["GITHUB_STEP_SUMMARY"] = folder.path.appending("summary").string
        bash.environment.merge(variables) { _, given in given }
        let path = Program.stetPath.removingLastComponent().string
        return try await bash(
            "-ec", "export PATH=\(path):$PATH\ncd \(Self.sources.string)\n\(commands)")
    }

    @Test(arguments: ["github/action.yml", "azure-pipelines.yml", "gitlab-ci.yml"])
    func aRecipeCertifiesAndLeavesItsReports(recipe: String) async throws {
        let commands = try await commands(recipe)
        #expect(commands.contains("certify.sh"))
        let variables = ["STET_REQUIRE": "protocol", "STET_ARGUMENTS": "--only protocol"]
        let result = try await run(commands, variables)
        #expect(result.status == 0, "\(result)")
        for name in ["report.json", "junit.xml", "report.html", "summary.md", "badge.svg"] {
            #expect(WholeFile.size(folder.path.appending("report").appending(name)) ?? 0 > 0, "\(name)")
        }
        #expect(try folder.text("summary").hasPrefix("## "))
        // The level that the run was not selected for is not reached: the job fails.
        let failed = try await run(commands, ["STET_ARGUMENTS": "--only protocol"])
        #expect(failed.status == 1, "\(failed)")
    }

    /// A project of somebody else's: the sources are fetched beside it, and the reports are where artifacts are.
    @Test func gitLabsRecipeLeavesItsReportsInAnotherProject() async throws {
        let origin = folder.path.appending("origin")
        try folder.write(
            String(
                decoding: try WholeFile.read(Self.sources.pushing("conformance/ci/certify.sh")), as: UTF8.self
            ),
            "origin/conformance/ci/certify.sh")
        try Folder.create(folder.path.appending("project"))
        let prepare = """
            cd \(origin); chmod +x conformance/ci/certify.sh; git init -q
            git add .; git -c user.name=t -c user.email=t@example.org commit -qm "the sources"
            cd \(folder.path.appending("project"))
            """
        let variables = [
            "STET_REQUIRE": "protocol", "STET_ARGUMENTS": "--only protocol", "STET_REPORT": "certify-report",
            "STET_SOURCE": "file://\(origin)",
        ]
        let result = try await run("\(prepare)\n\(try await commands("gitlab-ci.yml"))", variables)
        #expect(result.status == 0, "\(result)")
        #expect(WholeFile.size(folder.path.pushing("project/certify-report/junit.xml")) ?? 0 > 0)
    }

    /// What a recipe's comment shows to its readers is a command that they can give.
    @Test(arguments: ["github/action.yml", "azure-pipelines.yml", "gitlab-ci.yml"])
    func theExampleOfARecipeIsAccepted(recipe: String) async throws {
        let file = Self.sources.pushing(FilePath("conformance/ci/\(recipe)"))
        let text = String(decoding: try WholeFile.read(file), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.contains("--immutable") })
        let start = try #require(line.firstRange(of: "--immutable")).lowerBound
        let arguments = line[start...].prefix { $0 != "}" && $0 != "\"" }.split(separator: " ").map(
            String.init)
        let result = try await Program.stet(home: folder.path).run(
            ["certify", "registry.example.com", "--dry-run"] + arguments)
        #expect(result.status == 0, "\(arguments): \(result)")
    }

    @Test func aBaselineCountsWhereTheLevelIsReached() async throws {
        let commands = try await commands("gitlab-ci.yml")
        let variables = ["STET_REQUIRE": "protocol", "STET_ARGUMENTS": "--only protocol"]
        _ = try await run(commands, variables)
        try folder.write(try folder.text("report/report.json"), "old.json")
        let baseline = ["STET_BASELINE": folder.path.appending("old.json").string]
        let result = try await run(commands, variables.merging(baseline) { $1 })
        #expect(result.status == 0 && result.output.contains("Against the baseline:"), "\(result)")
    }

    /// A registry that reaches no more than it did is no failure: there is no other level to reach.
    @Test func aBaselineAloneDecidesWhereNoLevelIsAskedFor() async throws {
        let commands = try await commands("gitlab-ci.yml")
        let only = ["STET_ARGUMENTS": "--only protocol"]
        _ = try await run(commands, only)
        try folder.write(try folder.text("report/report.json"), "old.json")
        let baseline = ["STET_BASELINE": folder.path.appending("old.json").string]
        let result = try await run(commands, only.merging(baseline) { $1 })
        #expect(result.status == 0, "\(result)")
        let required = try await run(
            commands, only.merging(baseline) { $1 }.merging(["STET_REQUIRE": "sealed"]) { $1 })
        #expect(required.status == 1, "\(required)")
    }

    /// What another run has left in the folder is nobody's result.
    @Test func aRunThatDoesNotBeginLeavesNoReportOfAnother() async throws {
        let commands = try await commands("github/action.yml")
        _ = try await run(commands, ["STET_REQUIRE": "protocol", "STET_ARGUMENTS": "--only protocol"])
        let summary = try folder.text("summary")
        let result = try await run(commands, ["STET_REGISTRY": "127.0.0.1:1"])
        #expect(result.status == 3, "\(result)")
        #expect(WholeFile.size(folder.path.pushing("report/report.json")) == nil)
        #expect(try folder.text("summary") == summary)
    }
}
