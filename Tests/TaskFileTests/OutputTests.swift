// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

/// Outputs of steps, and conditions on how steps ended.
@Suite struct OutputTests {
    private static let text = """
        version: v1.1.0
        steps:
        - {id: a, cmd: i, outputs: [VERSION]}
        - id: b
          build: -t r.io/app:$VERSION --build-arg V=${VERSION} --label "l=$VERSION x" .
          env: ["E=$VERSION"]
        - {id: c, push: ["r.io/app:$VERSION"], outputs: [DIGEST]}
        - {id: d, cmd: "i $VERSION '$VERSION' $DIGEST", env: [VERSION=own]}
        - {id: e, cmd: i $VERSION, when: ["-"]}
        """

    @Test func aStepSeesTheOutputsOfWhatItWaitsFor() async throws {
        let document = try await load(Self.text)
        func names(_ id: String) -> [String: String] {
            document.visibleOutputs(of: StepID(id)).mapValues(\.name)
        }
        #expect(names("a").isEmpty)
        #expect(names("b") == ["VERSION": "a"])
        #expect(names("d") == ["VERSION": "a", "DIGEST": "c"])
        #expect(names("e").isEmpty)
        #expect(document.steps.map(\.usesOutputs) == [false, true, true, true, false])
        #expect(document.steps[0].outputs.map(\.value) == ["VERSION"])
    }

    @Test func valuesGetIntoTheTexts() async throws {
        let steps = try await load(Self.text).steps
        let values = ["VERSION": "1 2", "DIGEST": "sha256:x", "OTHER": "z"]
        let build = try steps[1].resolving(outputs: ["VERSION": "1.2"])
        guard case .build(let arguments) = build.action else { return }
        #expect(arguments.value.tags == ["r.io/app:1.2"])
        #expect(arguments.value.buildArguments.map(\.value) == ["1.2"])
        #expect(arguments.value.labels.map(\.value) == ["1.2 x"])
        #expect(build.container.environment == ["E=1.2", "VERSION=1.2"])

        guard case .push(let images) = try steps[2].resolving(outputs: values).action else { return }
        #expect(images.map(\.value) == ["r.io/app:1 2"])

        let command = try steps[3].resolving(outputs: values)
        guard case .command(let line) = command.action else { return }
        let words = try ShellWords(line.value, variables: command.variables).words.map(\.text)
        #expect(words == ["i", "1 2", "$VERSION", "sha256:x"])
        #expect(command.container.environment == ["VERSION=own", "DIGEST=sha256:x"])

        let other = try steps[4].resolving(outputs: values)
        #expect(other.variables.isEmpty && other.container.environment.isEmpty)
    }

    @Test func beforeThatAnOutputStandsForItsName() async throws {
        guard case .build(let arguments) = try await load(Self.text).steps[1].action else { return }
        #expect(arguments.value.tags == ["r.io/app:VERSION"])
    }

    @Test(arguments: [
        (
            "- {cmd: a, outputs: [A-B]}", 23,
            "\"A-B\" is no name of an output: letters, digits and _, no digit in front"
        ),
        (
            "- {cmd: a, outputs: [1A]}", 23,
            "\"1A\" is no name of an output: letters, digits and _, no digit in front"
        ),
        ("- {cmd: a, outputs: [HOME]}", 23, "an output cannot be called HOME: containers need that variable"),
        ("- {cmd: a, outputs: [ID]}", 23, "an output cannot be called ID: $ID is an alias in this file"),
        ("- {cmd: a, outputs: [A, A]}", 26, "a second output is called A"),
        ("- {push: [a], outputs: [A, B]}", 29, "a push step has one output: the digest of its image"),
        ("- {build: ., outputs: [A, B]}", 28, "a build step has one output: the digest of its image"),
        (
            "- {cmd: a, detach: true, outputs: [A]}", 37,
            "a detached step has no outputs: nobody waits for its end"
        ),
        ("- {cmd: a, outputs: A}", 22, "outputs must be a list, not \"A\""),
    ])
    func wrongOutputsAreOneLocatedError(step: String, column: Int, message: String) async throws {
        #expect(
            try await firstError(of: "version: v1.1.0\nsteps:\n\(step)") == "3:\(column - 1): \(message)")
    }

    @Test(arguments: [
        ([Int](), [Int](), [0], true), ([0], [], [0], true), ([0], [], [0, 1], false),
        ([1, 2], [], [2, 1], true),
        ([], [0], [0], false), ([], [0], [1, 2], true), ([], [3], [0, 3], false), ([1], [1], [1], false),
    ])
    func conditionsLookAtAllCodes(with: [Int], without: [Int], codes: [Int], expected: Bool) {
        let condition = StepCondition(exitedWith: Set(with), exitedWithout: Set(without))
        #expect(condition.holds(forExitCodes: codes) == expected)
    }

    @Test func conditionsAreRead() async throws {
        let steps = try await load(
            steps: "- cmd: a\n- {cmd: b, exitedWith: [1, 3]}\n- {cmd: c, exitedWithout: [0], when: [\"-\"]}"
        )
        #expect(steps.map(\.condition) == [nil, StepCondition(exitedWith: [1, 3]), nil])
        #expect(
            try await firstError(of: "steps:\n- {cmd: a, exitedWith: [x]}")
                == "2:25: an item of exitedWith must be a whole number, not \"x\"")
    }
}
