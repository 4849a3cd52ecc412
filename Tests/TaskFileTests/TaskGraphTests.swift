// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct TaskGraphTests {
    /// Steps as `id when`, and what each waits for.
    @Test(arguments: [
        ("a,b,c", "a b:a c:b"),
        ("a,b [],c", "a b:a c:b"),
        ("a,b [\"-\"],c", "a b c:b"),
        ("a,b [\"-\"],c [\"a\"; b],d", "a b c:a+b d:c"),
        ("a,b [a; a]", "a b:a"),  // acb hangs
        ("a,b [acb_root]", "a b"),
    ])
    func whenSaysWhatAStepWaitsFor(steps: String, expected: String) async throws {
        let lines = steps.split(separator: ",").map { step in
            let parts = step.split(separator: " ", maxSplits: 1)
            let when = parts.count > 1 ? ", when: \(parts[1].replacing(";", with: ","))" : ""
            return "- {id: \(parts[0]), cmd: x\(when)}"
        }
        let document = try await load("steps:\n" + lines.joined(separator: "\n"))
        let found = document.graph.nodes.map { node in
            let dependencies = node.dependencies.map(\.name).sorted().joined(separator: "+")
            return node.id.name + (dependencies.isEmpty ? "" : ":" + dependencies)
        }
        #expect(found.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("[b]", "3:26: when names \"b\", which comes later in the file"),
        ("[zz]", "3:26: when names \"zz\", and no step is called that"),
        ("[a]", "3:26: the step \"a\" waits for itself"),
        ("[\"\"]", "3:26: when names \"\", and no step is called that"),
        ("[\"-\", first]", "3:26: \"-\" in when means \"at once\" and must be alone"),
    ])
    func aWhenThatCannotBeIsOneLocatedError(when: String, expected: String) async throws {
        let text = "steps:\n- {id: first, cmd: x}\n- {id: a, cmd: x, when: \(when)}\n- {id: b, cmd: x}"
        #expect(try await firstError(of: text) == expected)
        #expect(try await errors(of: text).count == 1)
    }

    @Test func aMisspeltStepIsHintedAt() async throws {
        let found = try await errors(of: "steps:\n- {id: build, cmd: x}\n- {cmd: x, when: [biuld]}")
        #expect(found.first?.hint == "did you mean \"build\"?")
    }
}
