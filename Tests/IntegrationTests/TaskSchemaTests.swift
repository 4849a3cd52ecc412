// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// `tasks/schema.json`, judged by another implementation of JSON Schema.
@Suite(.timeLimit(.minutes(5))) struct TaskSchemaTests {
    private static let tasks = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("tasks")

    /// One line for each file: `valid`, or what is wrong.
    private static let judge = """
        import json, sys, yaml, jsonschema
        schema = json.load(open(sys.argv[1]))
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        for name in sys.argv[2:]:
            document = yaml.safe_load(open(name)) or {}
            error = jsonschema.exceptions.best_match(validator(schema).iter_errors(document))
            print("valid" if error is None else "invalid: " + error.message.replace("\\n", " "))
        """

    private func verdicts(_ files: [FilePath]) async throws -> [String] {
        let schema = Self.tasks.appending("schema.json").string
        let result = try await Program("python3").run(["-c", Self.judge, schema] + files.map(\.string))
        try #require(result.status == 0, "\(result)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test func everySampleIsValid() async throws {
        let folder = try TestFolder()
        let samples = try Folder.names(in: Self.tasks).map { Self.tasks.appending($0).appending("task.yaml") }
            .filter { WholeFile.size($0) != nil }
        #expect(samples.count >= 10)
        var files: [FilePath] = []
        for (number, sample) in samples.enumerated() {
            // Templates make YAML of what is none.
            let rendered = try await Program.stet(home: folder.path)(
                "render", "--show-secrets", "-f", sample.string, "--secret", "id=token,env=HOME", "/tmp")
            #expect(rendered.status == 0, "\(rendered)")
            try folder.write(rendered.output, "\(number).yaml")
            files.append(folder.path.appending("\(number).yaml"))
        }
        for (sample, verdict) in zip(samples, try await verdicts(files)) {
            #expect(verdict == "valid", "\(sample)")
        }
    }

    /// What a task file can say, one document each.
    private static let accepted = [
        "", "steps: []", "version: v1.0.0\nsteps: []", "version: 1.0-preview-1", "stepTimeout: 60",
        "version: v1.1.0\nalias: {values: {a: b, n: 5}, src: [x.yaml], directive: '%'}\nsteps: [{cmd: '%a'}]",
        "steps: [{cmd: a}]", "steps: [{build: .}]", "steps: [{push: [a]}]",
        "steps: [{id: a, cmd: b, when: ['-']}, {cmd: c, when: [a]}, {cmd: d, when: []}]",
        "steps: [{cmd: a, env: [A=1, 'B=c d'], ports: ['80', 8080], expose: [80], user: 1000}]",
        "steps: [{cmd: a, timeout: 1, retries: 2, retryDelay: 3, repeat: 4, startDelay: 5}]",
        "steps: [{cmd: a, retryOnErrors: [x], ignoreErrors: true, detach: true, keep: true, privileged: true}]",
        "steps: [{cmd: a, pull: true, cmdDownloadRetries: 2, cmdDownloadRetryDelay: 1, cpus: '1.5'}]",
        "steps: [{cmd: a, network: host, isolation: default, entryPoint: b, workingDirectory: c}]",
        "steps: [{build: ., cache: enabled, disableWorkingDirectoryOverride: true}]",
        "steps: [{id: a, cmd: b, outputs: [X]}, {cmd: c $X}]",
        "steps: [{id: a, cmd: b, ignoreErrors: true}, {cmd: c, when: [a], exitedWith: [1], exitedWithout: [0]}]",
        "volumes: [{name: v, secret: {f: eA==}}]\nsteps: [{cmd: a, volumeMounts: [{name: v, mountPath: /v}]}]",
        "networks: [{name: n, driver: bridge, ipv6: false, skipCreation: false, isDefault: true}]",
        "workingDirectory: x\nenv: [A=1]",
    ]

    /// What no task file can say.
    private static let rejected = [
        "steps: a", "steps: [a]", "steps: [{cmd: a, build: b}]", "steps: [{push: a}]", "steps: [{id: a}]",
        "steps: [null]", "steps: [{cmd: a, retries: '3'}]", "steps: [{cmd: a, retries: -1}]",
        "steps: [{cmd: a, detach: 'yes'}]", "steps: [{cmd: a, when: b}]", "steps: [{build: ., cache: on}]",
        "steps: [{cmd: a, env: A=1}]", "steps: [{cmd: a, env: {A: 1}}]", "version: v1.2.0",
        "version: '1.0.0'",
        "volumes: [{secret: {a: eA==}}]", "volumes: [{name: v}]",
        "steps: [{cmd: a, volumeMounts: [{name: v}]}]",
        "version: v1.1.0\nalias: {directive: ab}", "version: v1.1.0\nalias: {src: f}",
        "secrets: [{keyvault: 'https://v.vault.azure.net/secrets/a'}]", "env: A=b", "steps: [{cmd: [a]}]",
    ]

    private func check(
        _ texts: [String], _ folder: TestFolder
    ) async throws -> [(schema: String, stet: Int32)] {
        var files: [FilePath] = []
        for (number, text) in texts.enumerated() {
            try folder.write(text + "\n", "\(number).yaml")
            files.append(folder.path.appending("\(number).yaml"))
        }
        var results: [(schema: String, stet: Int32)] = []
        for (file, verdict) in zip(files, try await verdicts(files)) {
            let stet = try await Program.stet(home: folder.path)(
                "render", "--check", "-f", file.string, "/tmp")
            results.append((verdict, stet.status))
        }
        return results
    }

    @Test func bothAcceptWhatATaskFileCanSay() async throws {
        // Alias sources are read: this one is there.
        let folder = try TestFolder()
        let source = folder.path.appending("x.yaml")
        try folder.write("s: t\n", "x.yaml")
        let texts = Self.accepted.map { $0.replacing("x.yaml", with: source.string) }
        for (text, result) in zip(texts, try await check(texts, folder)) {
            #expect(result.schema == "valid" && result.stet == 0, "\(text)")
        }
    }

    @Test func bothRejectWhatNoTaskFileCanSay() async throws {
        for (text, result) in zip(Self.rejected, try await check(Self.rejected, try TestFolder())) {
            #expect(result.schema.hasPrefix("invalid") && result.stet == 2, "\(text)")
        }
    }
}
