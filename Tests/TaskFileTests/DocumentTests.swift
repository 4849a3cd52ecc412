// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct DocumentTests {
    @Test(arguments: [
        ("version: v1.0.0", TaskVersion.v1), ("version: \"v1.1.0\"", .v11), ("version: V1.1.0", .v11),
        ("version: 1.0-preview-1", .preview), ("x: 1", .v1),
    ])
    func threeVersionsAreAccepted(line: String, expected: TaskVersion) async throws {
        #expect(try await load(line).version == expected)
        #expect(try await load("steps: []\n\(line)").version == expected)
    }

    @Test(arguments: ["1.0.0", "1.1", "1.1.0", "v1.1", "v1.1.1", "v1.2.0", "latest"])
    func otherVersionsAreRefusedAndTheThreeNamed(version: String) async throws {
        let found = try await errors(of: "# c\nversion: \(version)\nsteps: []")
        #expect(found.map(\.message) == ["\"\(version)\" is no version of the task language"])
        #expect(found[0].hint == "write 1.0-preview-1, v1.0.0 or v1.1.0")
        #expect(found[0].location == SourceLocation(file: "task.yaml", line: 2, column: 10))
    }

    @Test func aStepHasTheDefaultsOfTheLanguage() async throws {
        let step = try await load(steps: "- cmd: bash")[0]
        #expect(step.id.name == "acb_step_0")
        #expect(step.policy == StepPolicy())
        #expect(step.container.effectiveWorkingDirectory == "/workspace")
        #expect(step.container.environment.isEmpty)
        #expect(step.container.usesCache == nil && step.container.pull == nil)
        #expect(step.location == SourceLocation(file: "task.yaml", line: 3, column: 3))
    }

    @Test func everyPropertyOfAStepIsRead() async throws {
        let step = try await load(
            """
            version: v1.1.0
            stepTimeout: 30
            volumes: [{name: vol, secret: {f.txt: YQ==}}]
            networks: [{name: net, driver: bridge, ipv6: true, skipCreation: yes, isDefault: on}]
            steps:
            - {id: 1, cmd: img, when: ["-"], workingDirectory: sub, entryPoint: sh, env: [A=1], ports: [80],
               expose: [81], network: net, user: 1000, privileged: true, isolation: default, cpus: 1.5,
               volumeMounts: [{name: vol, mountPath: /v}], detach: true, keep: true, pull: true,
               cmdDownloadRetries: 2, cmdDownloadRetryDelay: 3, startDelay: 4, timeout: 5, retries: 6.9,
               retryDelay: 7, retryOnErrors: [e], repeat: 8, ignoreErrors: true, cache: Enabled}
            """
        ).steps[0]
        let options = step.container
        #expect(step.id.name == "1")
        #expect(options.effectiveWorkingDirectory == "/workspace/sub" && options.entryPoint == "sh")
        #expect(options.environment == ["A=1"] && options.ports == ["80"] && options.expose == ["81"])
        #expect(options.network == "net" && options.user == "1000" && options.isPrivileged)
        #expect(options.isolation == "default" && options.cpus == "1.5")
        #expect(options.mounts.map(\.path) == ["/v"] && options.isDetached && options.isKept)
        #expect(
            options.pull?.retries == 2 && options.pull?.retryDelay == .seconds(3) && options.usesCache == true
        )
        #expect(step.policy.startDelay == .seconds(4) && step.policy.timeout == .seconds(5))
        #expect(step.policy.retries == 6 && step.policy.retryDelay == .seconds(7))
        #expect(
            step.policy.retryOnErrors == ["e"] && step.policy.repetitions == 8 && step.policy.ignoresErrors)
    }

    @Test(arguments: [
        ("stepTimeout: 30", "timeout: 0", Duration.seconds(30)), ("stepTimeout: -1", "id: a", .seconds(600)),
        ("stepTimeout: 30", "timeout: 9", .seconds(9)),
    ])
    func timeLimitsFallBack(task: String, step: String, expected: Duration) async throws {
        let document = try await load("\(task)\nsteps:\n- cmd: a\n  \(step)")
        #expect(document.steps[0].policy.timeout == expected)
    }

    @Test(arguments: [
        ("foo", "/workspace/foo"), ("/abs/../x", "/x"), ("../up", "/up"), ("../../..", "/"),
        ("a/./b//c", "/workspace/a/b/c"),
    ])
    func workingDirectoriesAreJoinedToTheWorkspace(text: String, expected: String) async throws {
        let ofStep = try await load(steps: "- {cmd: a, workingDirectory: \(text)}")[0]
        #expect(ofStep.container.effectiveWorkingDirectory == expected)
        let ofTask = try await load(
            "workingDirectory: \(text)\nsteps:\n- cmd: a\n- {cmd: b, workingDirectory: z}")
        #expect(ofTask.steps.map(\.container.effectiveWorkingDirectory) == [expected, "/workspace/z"])
    }

    @Test func theWorkingDirectoryOfTheImageCanStay() async throws {
        let step = try await load(
            steps: "- {cmd: a, workingDirectory: b, disableWorkingDirectoryOverride: true}")[0]
        #expect(step.container.effectiveWorkingDirectory == nil)
    }

    @Test(arguments: [
        ("env: [B=task, C=task]", "[A=step, B=step]", ["A=step", "B=step", "C=task", "D=cli"]),
        ("env: [\"D=1,E=2\"]", "[]", ["D=1", "E=2"]), ("env: []", "[\"A=1,2\"]", ["A=1,2", "D=cli"]),
    ])
    func environmentsAreLayered(task: String, step: String, expected: [String]) async throws {
        let document = try await load("\(task)\nsteps:\n- {cmd: a, env: \(step)}", environment: ["D=cli"])
        #expect(document.steps[0].container.environment == expected)
    }

    @Test func aBareVariablePassesOnlyWhereNothingIsUnderIt() async throws {
        let text = "steps:\n- {cmd: a, env: [\"A=1,2\", NOEQ]}"
        #expect(try await load(text).steps[0].container.environment == ["A=1,2", "NOEQ"])
        #expect(
            try await firstError(of: "env: [X=1]\n" + text)
                == "3:27: \"NOEQ\" in env is not of the form NAME=VALUE")
        #expect(
            try await firstError(of: "env: [\"A=1,2\"]\nsteps: []")
                == "1:7: \"2\" in env is not of the form NAME=VALUE")
    }

    @Test func environmentOfTheCommandLineIsApartAtCommas() throws {
        #expect(try inputs(environment: ["A=1,B=2"]).environment == ["A=1", "B=2"])
        #expect(throws: TaskInputError.notAssignment("2")) { _ = try inputs(environment: ["A=1,2"]) }
    }

    @Test(arguments: [
        ("- null", "a step must be a mapping, not null"),
        ("- text", "a step must be a mapping, not \"text\""),
        ("- {cmd: a, build: b}", "a step has one of cmd, build and push, and this one has cmd and build"),
        ("- {id: a}", "a step needs one of cmd, build and push, and not an empty one"),
        ("- {cmd: \"\"}", "a step needs one of cmd, build and push, and not an empty one"),
        ("- {push: []}", "a step needs one of cmd, build and push, and not an empty one"),
        ("- {cmd: a, retries: -1}", "retries must not be negative, and it is -1"),
        ("- {cmd: a, repeat: -1}", "repeat must not be negative, and it is -1"),
        ("- {cmd: a, id: \"a b\"}", "the id \"a b\" has white space"),
        ("- {cmd: a, id: acb_root}", "the id \"acb_root\" is reserved: it stands for the start of the run"),
        ("- {cmd: a, cache: on}", "cache must be enabled or disabled, not \"on\""),
        ("- {cmd: a, id: x}\n- {cmd: a, id: x}", "a second step is called \"x\""),
        ("- {cmd: a, id: acb_step_1}\n- {cmd: a}", "a second step is called \"acb_step_1\""),
        ("- {push: a}", "push must be a list, not \"a\""),
        ("- {cmd: a, when: \"-\"}", "when must be a list, not \"-\""),
        ("- {cmd: a, env: A=b}", "env must be a list, not \"A=b\""),
        ("- {cmd: a, env: {A: b}}", "env must be a list, not a mapping"),
        ("- {cmd: a, detach: \"yes\"}", "detach must be true or false, not \"yes\""),
        ("- {cmd: [a]}", "cmd must be text, not a list"),
        (
            "- {push: [a], volumeMounts: [{name: v, mountPath: /a}]}",
            "a push step has no container to mount volumes in"
        ),
        ("- {cmd: a, volumeMounts: [{name: v}]}", "a volume mount needs name and mountPath"),
        ("- {cmd: a, volumeMounts: [{name: w, mountPath: /a}]}", "no volume is called \"w\""),
        (
            "- {cmd: a, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}",
            "two volumes are mounted at \"/a\""
        ),
    ])
    func aWrongStepIsOneLocatedError(step: String, message: String) async throws {
        let found = try await errors(of: "volumes: [{name: v, secret: {f: YQ==}}]\nsteps:\n\(step)")
        #expect(found.first?.message == message)
        #expect(found.first?.location.line == (step.contains("\n") ? 4 : 3))
    }

    @Test func theFirstProblemOfAStepIsTheOneOfACRTasks() async throws {
        let text =
            "steps:\n- {cmd: a, push: [b], retries: -1, repeat: -1, cache: x}\n- {cmd: a, id: \"b c\", when: [z]}"
        #expect(
            try await errors(of: text).map(\.message) == [
                "retries must not be negative, and it is -1", "the id \"b c\" has white space",
            ])
    }

    @Test(arguments: [
        (
            "volumes: [{name: a b, secret: {f: x}}]",
            "\"a b\" is no name of a volume: letters, digits, - and _"
        ),
        ("volumes: [{name: v}]", "the volume \"v\" needs secret, its files"),
        (
            "volumes: [{name: v, secret: {a/b: x}}]",
            "\"a/b\" is no name of a file in a volume: letters, digits, -, _ and ."
        ),
        (
            "volumes: [{name: v, secret: {f: YQ==}}, {name: v, secret: {f: YQ==}}]",
            "a second volume is called \"v\""
        ),
        (
            "volumes: [{name: v, secret: {f: not base64!}}]",
            "the file \"f\" of the volume \"v\" is not Base64"
        ),
        ("secrets: [{keyvault: u}]", "a secret needs an id"),
        ("secrets: [{id: a}]", "the secret \"a\" needs keyvault, its URL"),
        ("secrets: [{id: a b, keyvault: u}]", "the id \"a b\" of a secret has white space"),
        ("secrets: [{id: a, keyvault: u, clientID: x}]", "clientID \"x\" is no UUID"),
        ("networks: [{driver: bridge}]", "a network needs a name"),
        ("- a", "a task file must be a mapping, not a list"),
        ("steps: x", "steps must be a list, not \"x\""),
        ("stepTimeout: soon", "stepTimeout must be a whole number, not \"soon\""),
    ])
    func aWrongTaskIsOneLocatedError(text: String, message: String) async throws {
        let found = try await errors(of: text)
        #expect(found.map(\.message) == [message])
        #expect(found[0].location.line == 1)
    }

    @Test(arguments: [
        (
            "steps:\n- {cmd: a, volumeMount: []}", "\"volumeMount\" is no key of a step and has no effect",
            "did you mean volumeMounts?"
        ),
        (
            "totalTimeout: 3", "\"totalTimeout\" is no key of a task and has no effect",
            "it was removed from the language; limit steps with stepTimeout"
        ),
        ("stpes: []", "\"stpes\" is no key of a task and has no effect", "did you mean steps?"),
        (
            "steps:\n- {cmd: a, exitedWith: [3]}", "exitedWith has no effect: this step waits for no other",
            "it looks at the exit codes of the steps in when"
        ),
        (
            "steps:\n- {cmd: a}\n- {cmd: b, exitedWithout: [0]}",
            "exitedWithout works here; in ACR Tasks it has no effect", nil
        ),
        (
            "steps: []\nsteps: []", "\"steps\" stands in line 1 already: the last one counts",
            "remove one of the two"
        ),
    ])
    func keysWithoutEffectAreWarnedOf(text: String, message: String, hint: String?) async throws {
        let warnings = try await load(text).warnings
        #expect(warnings.map(\.message) == [message])
        #expect(warnings.first?.hint == hint)
        #expect(warnings.first?.severity == .warning)
    }

    @Test func aSecondDocumentIsAnError() async throws {
        #expect(try await errors(of: "steps: []\n---\nsteps: []").count == 1)
    }

    @Test func ofARepeatedKeyTheLastOneCounts() async throws {
        let text = "# 1\nversion: v1.1.0\nversion: v1.0.0\nsteps:\n- cmd: a\n  cmd: $ID\n  cmd: c\n"
        let document = try await load(text)
        #expect(document.version == .v1)
        guard case .command(let command) = document.steps[0].action else { return }
        #expect(command.value == "c")
        #expect(
            document.warnings.map(\.message) == [
                "\"version\" stands in line 2 already: the last one counts",
                "\"cmd\" stands in line 5 already: the last one counts",
                "\"cmd\" stands in line 6 already: the last one counts",
            ])
        #expect(document.warnings.map(\.location.line) == [3, 7, 7])
        #expect(document.warnings.map(\.location.column) == [1, 3, 3])
    }

    @Test func aDiagnosticShowsTheLineAndWhatToDo() async throws {
        let text = "# comment\nversion: v1.1.0\nsteps:\n  - id: push\n    push: app:$ID"
        #expect(
            try await errors(of: text).first?.description == """
                task.yaml:5:11: error: push must be a list, not "app:7"
                      push: app:$ID
                            ^
                  hint: write it as a list of one: ["app:7"]
                """)
    }

    @Test(arguments: ["timeout", "startDelay", "retryDelay", "cmdDownloadRetryDelay"])
    func aTimeOfMoreThanAYearIsALocatedError(key: String) async throws {
        let problem = "\(key) must be at most 31536000 seconds (365 days), not 9223372036854775807"
        let column = 14 + key.count
        #expect(
            try await firstError(of: "steps:\n- {cmd: a, \(key): 9223372036854775807}")
                == "2:\(column): \(problem)")
        #expect(try await load("steps:\n- {cmd: a, \(key): 31536000}").steps.count == 1)
    }

    @Test func theTimeLimitOfAllStepsIsAYearAtMost() async throws {
        #expect(
            try await firstError(of: "stepTimeout: 31536001")
                == "1:14: stepTimeout must be at most 31536000 seconds (365 days), not 31536001")
    }
}
