// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct DockerfileTests {
    private func parse(_ text: String) throws -> Dockerfile {
        try Dockerfile.parse(text, file: "Dockerfile")
    }

    private func onlyAction(_ line: String) throws -> Instruction.Action {
        let dockerfile = try parse("FROM scratch\n" + line)
        return try #require(dockerfile.stages[0].instructions.first).action
    }

    @Test func stagesBeginWithFromAndKeepTheirInstructions() throws {
        let dockerfile = try parse(
            """
            ARG TAG=1
            FROM --platform=linux/arm64 alpine:$TAG AS Build
            COPY a /a
            FROM scratch
            COPY --from=build /a /b
            USER 5
            """)
        #expect(dockerfile.globalArguments.map(\.name.text) == ["TAG"])
        #expect(dockerfile.stages.map(\.name) == ["build", nil])
        #expect(dockerfile.stages[0].from.platform?.text == "linux/arm64")
        #expect(dockerfile.stages[0].from.image.text == "alpine:$TAG")
        #expect(dockerfile.stages[1].instructions.map(\.keyword) == [.copy, .user])
        #expect(dockerfile.stages[1].location == SourceLocation(file: "Dockerfile", line: 4, column: 1))
    }

    @Test func continuationsJoinAndCommentsBetweenThemVanish() throws {
        let dockerfile = try parse("from scratch\nENV a=1 \\\n  # why\n  b=2 \\  \n\n  c=3\nUSER 1\n")
        guard case .env(let assignments) = dockerfile.stages[0].instructions[0].action else {
            Issue.record("not an ENV")
            return
        }
        #expect(assignments.map(\.name.text) == ["a", "b", "c"])
        #expect(assignments[2].name.location == SourceLocation(file: "Dockerfile", line: 6, column: 3))
        #expect(dockerfile.stages[0].instructions[0].text == "ENV a=1   b=2   c=3")
    }

    @Test func theEscapeDirectiveChangesTheContinuationMark() throws {
        let dockerfile = try parse(
            "# syntax=docker/dockerfile:1\n# escape=`\nFROM scratch\nWORKDIR `\n  c:\\\n")
        #expect(dockerfile.directives.syntax == "docker/dockerfile:1")
        guard case .workdir(let word) = dockerfile.stages[0].instructions[0].action else {
            Issue.record("not a WORKDIR")
            return
        }
        #expect(word.text == "c:\\")
    }

    @Test func aDirectiveAfterACommentIsAComment() throws {
        #expect(try parse("# hello\n# escape=`\nFROM scratch").directives.escape == "\\")
    }

    @Test func twoEscapesAtTheEndOfALineContinueNothing() throws {
        #expect(try parse("FROM scratch\nWORKDIR /a\\\\\nUSER 1").stages[0].instructions.count == 2)
    }

    @Test func windowsLineEndsAndAByteOrderMarkAreNotContent() throws {
        let dockerfile = try parse("\u{FEFF}FROM scratch\r\nENV a=b \\\r\n c=d\r\nUSER 1\r\n")
        #expect(dockerfile.stages[0].instructions.map(\.text) == ["ENV a=b  c=d", "USER 1"])
    }

    @Test(arguments: [
        ("CMD [\"a\", \"b c\"]", CommandForm.exec(["a", "b c"])),
        ("CMD [ \"\\u0041\\n\" , \"\\ud83d\\ude00\" ]", .exec(["A\n", "😀"])),
        (
            "CMD [\"\\ud83d\", \"\\ude00x\", \"\\ud83d\\u0041\"]",
            .exec(["\u{FFFD}", "\u{FFFD}x", "\u{FFFD}A"])
        ),
        ("CMD []", .exec([])),
        ("CMD echo \"$HOME\"", .shell("echo \"$HOME\"")),
        ("CMD ['a']", .shell("['a']")),
        ("CMD [a, 1]", .shell("[a, 1]")),
        ("CMD [ -f x ] && y", .shell("[ -f x ] && y")),
        ("CMD [\"a\"] b", .shell("[\"a\"] b")),
    ])
    func aCommandIsAnArrayOfStringsOrALineForTheShell(line: String, form: CommandForm) throws {
        #expect(try onlyAction(line) == .cmd(form))
    }

    @Test(arguments: [
        ("ENV a=b", [["a", "b"]]),
        ("ENV a=\"b c\" d='e f' g=h\\ i", [["a", "\"b c\""], ["d", "'e f'"], ["g", "h\\ i"]]),
        ("ENV a b c", [["a", "b c"]]),
        ("ENV a=", [["a", ""]]),
        ("LABEL \"com.example.x\"=\"y=z\"", [["\"com.example.x\"", "\"y=z\""]]),
    ])
    func assignmentsKeepTheirQuotes(line: String, pairs: [[String]]) throws {
        switch try onlyAction(line) {
        case .env(let assignments), .label(let assignments):
            #expect(assignments.map { [$0.name.text, $0.value.text] } == pairs)
        default: Issue.record("not an assignment")
        }
    }

    @Test func copyTakesItsFlagsAndArrays() throws {
        guard
            case .copy(let copy) = try onlyAction(
                "COPY --from=0 --chown=1:2 --chmod=644 --link --exclude=a --exclude=b [\"x y\", \"z/\"]")
        else {
            Issue.record("not a COPY")
            return
        }
        #expect(copy.options.from?.text == "0")
        #expect(copy.options.owner?.text == "1:2")
        #expect(copy.options.mode?.text == "644")
        #expect(copy.options.isLinked && !copy.options.keepsParents)
        #expect(copy.options.excludes.map(\.text) == ["a", "b"])
        #expect(copy.destination.text == "z/")
        guard case .path(let path) = copy.sources[0] else {
            Issue.record("not a path")
            return
        }
        #expect(path.text == "x y")
    }

    @Test func hereDocumentsBelongToTheirInstruction() throws {
        let dockerfile = try parse(
            "FROM scratch\nCOPY <<a <<-'b' /x/\none $v\na\n\ttwo\n\tb\nRUN <<EOF cat\nthree\nEOF\nUSER 1\n")
        let instructions = dockerfile.stages[0].instructions
        #expect(instructions.map(\.keyword) == [.copy, .run, .user])
        guard case .copy(let copy) = instructions[0].action, case .document(let first) = copy.sources[0],
            case .document(let second) = copy.sources[1], case .run(let run) = instructions[1].action
        else {
            Issue.record("no documents")
            return
        }
        #expect(first.content == "one $v\n" && first.opening.name == "a" && first.opening.expands)
        #expect(second.content == "two\n" && second.opening.name == "b" && !second.opening.expands)
        #expect(run.documents.map(\.content) == ["three\n"])
    }

    @Test func aHealthcheckHasItsTimes() throws {
        let action = try onlyAction("HEALTHCHECK --interval=1m30s --timeout=500ms --retries=4 CMD curl -f x")
        guard case .healthcheck(.check(let command, let timing)) = action else {
            Issue.record("no check")
            return
        }
        #expect(command == .shell("curl -f x"))
        #expect(timing.interval == .seconds(90) && timing.timeout == .milliseconds(500))
        #expect(timing.retries == 4 && timing.startPeriod == nil)
        #expect(try onlyAction("HEALTHCHECK none") == .healthcheck(.disabled))
    }

    @Test func aTriggerIsAnInstructionOfItsOwn() throws {
        guard case .onbuild(let trigger) = try onlyAction("ONBUILD copy . /src") else {
            Issue.record("no trigger")
            return
        }
        #expect(trigger.text == "COPY . /src")
        #expect(trigger.trigger == "copy . /src")
        #expect(try Dockerfile.parseInstruction(trigger.text, file: "base").keyword == .copy)
    }

    @Test func aWarningSaysWhatToWriteInstead() throws {
        let dockerfile = try parse("FROM scratch\nCMD ['x']\n")
        #expect(dockerfile.warnings.map(\.location.line) == [2])
        #expect(dockerfile.warnings[0].hint?.contains("double quotes") ?? false)
    }

    @Test func aTriggerKeepsItsDocuments() throws {
        let dockerfile = try parse("FROM scratch\nONBUILD COPY <<a <<b /x/\n1\na\n2\nb\nUSER 1\n")
        guard case .onbuild(let trigger) = dockerfile.stages[0].instructions[0].action else {
            Issue.record("no trigger")
            return
        }
        #expect(trigger.trigger == "COPY <<a <<b /x/\n1\na\n2\nb")
        let again = try Dockerfile.parseInstruction(trigger.trigger, file: "base")
        guard case .copy(let copy) = again.action else {
            Issue.record("no copy")
            return
        }
        #expect(copy.documents.map(\.content) == ["1\n", "2\n"])
    }

    /// Text, and the lines that each of its instructions takes.
    @Test(arguments: [
        ("FROM scratch\nUSER 1\n", [2...2]),
        ("FROM scratch\nUSER \\\n# why\n\n 1\nUSER 2", [2...5, 6...6]),
        ("FROM scratch\nCOPY <<a <<b /\n1\na\n2\nb\n\nUSER 2", [2...6, 8...8]),
        ("FROM scratch\nONBUILD RUN <<a\n1\na\nUSER 2", [2...4, 5...5]),
    ])
    func anInstructionKnowsItsLines(text: String, lines: [ClosedRange<Int>]) throws {
        #expect(try parse(text).stages[0].instructions.map(\.lines) == lines)
    }

    /// Text, place of the first error, a part of its message, a part of its hint.
    struct Refusal: CustomTestStringConvertible, Sendable {
        let text: String
        let place: String
        let message: String
        var hint: String?

        var testDescription: String { text }
    }

    @Test(arguments: [
        Refusal(text: "", place: "1:1", message: "no instructions"),
        Refusal(text: "# only a comment\n", place: "1:1", message: "no instructions"),
        Refusal(text: "ARG a\n", place: "1:1", message: "no FROM"),
        Refusal(text: "RUN x\n", place: "1:1", message: "RUN before the first FROM"),
        Refusal(
            text: "FROM scratch\n  COPPY a b", place: "2:3", message: "unknown instruction 'COPPY'",
            hint: "COPY"),
        Refusal(
            text: "FROM scratch\nCOPY --form=x a b", place: "2:6", message: "unknown flag --form",
            hint: "--from"),
        Refusal(text: "FROM scratch\nCOPY --from a b", place: "2:6", message: "needs a value"),
        Refusal(text: "FROM scratch\nCOPY --link=yes a b", place: "2:13", message: "not true or false"),
        Refusal(text: "FROM scratch\nCOPY --from=a --from=b a b", place: "2:15", message: "given twice"),
        Refusal(text: "FROM scratch\nCOPY --from=$x a b", place: "2:13", message: "does not expand"),
        Refusal(text: "FROM scratch\nCOPY a", place: "2:6", message: "a source and a destination"),
        Refusal(text: "FROM scratch\nUSER", place: "2:1", message: "USER needs an argument"),
        Refusal(text: "FROM scratch\nENV a=b c", place: "2:9", message: "'c' is not NAME=value"),
        Refusal(text: "FROM scratch\nENV a", place: "2:5", message: "a name and a value"),
        Refusal(text: "FROM scratch\nENV =b", place: "2:5", message: "without a name"),
        Refusal(text: "FROM scratch as", place: "1:14", message: "after the image", hint: "AS NAME"),
        Refusal(text: "FROM scratch AS 1a", place: "1:17", message: "not a stage name"),
        Refusal(text: "FROM a b", place: "1:8", message: "'b' after the image"),
        Refusal(
            text: "FROM scratch\nCMD [\"a\", 1]", place: "2:5", message: "no strings", hint: "double quotes"),
        Refusal(text: "FROM scratch\nRUN [1.5e3]", place: "2:5", message: "no strings"),
        Refusal(text: "FROM scratch\nENTRYPOINT [[\"a\"], null]", place: "2:12", message: "no strings"),
        Refusal(text: "FROM scratch\nVOLUME [true]", place: "2:8", message: "no strings"),
        Refusal(text: "FROM scratch\nCOPY [1, \"/\"]", place: "2:6", message: "no strings"),
        Refusal(text: "FROM scratch\nSHELL /bin/sh", place: "2:7", message: "JSON array"),
        Refusal(text: "FROM scratch\nHEALTHCHECK curl", place: "2:13", message: "neither NONE nor CMD"),
        Refusal(text: "FROM scratch\nHEALTHCHECK CMD []", place: "2:17", message: "needs a command"),
        Refusal(
            text: "FROM scratch\nHEALTHCHECK --interval=x CMD a", place: "2:24", message: "not a duration"),
        Refusal(text: "FROM scratch\nONBUILD FROM a", place: "2:9", message: "not allowed"),
        Refusal(text: "FROM scratch\nCOPY <<EOF /a\nx\n", place: "2:6", message: "not terminated"),
        Refusal(text: "# escape=x\nFROM scratch", place: "1:1", message: "not \\ or `"),
        Refusal(text: "# escape=`\n# escape=`\nFROM scratch", place: "2:1", message: "given twice"),
        Refusal(text: "FROM scratch\nENV a=1 \\\n  b", place: "3:3", message: "'b' is not NAME=value"),
    ])
    func whatIsWrongIsSaidOnceAtItsPlace(refusal: Refusal) throws {
        let thrown = #expect(throws: Diagnostics.self) { try parse(refusal.text) }
        let error = try #require(thrown?.all.first)
        #expect(thrown?.all.count == 1)
        #expect("\(error.location.line):\(error.location.column)" == refusal.place)
        #expect(error.message.contains(refusal.message))
        if let hint = refusal.hint { #expect(error.hint?.contains(hint) ?? false) }
    }

    /// What was copied from a page has blanks of other kinds.
    @Test func blanksOfOtherScriptsMayStandBeforeAnInstruction() throws {
        let text = "\u{A0}FROM scratch\n\u{3000}\u{A0}USER a\nRUN b \\\n\u{A0}# c\n\u{A0}\n d\n"
        let stage = try parse(text).stages[0]
        #expect(stage.instructions.map(\.text) == ["USER a", "RUN b  d"])
        #expect(stage.instructions[0].location.column == 3)
    }

    @Test func everyInstructionThatIsWrongIsReported() {
        let thrown = #expect(throws: Diagnostics.self) { try parse("FROM scratch\nFOO\nUSER 1\nBAR x\n") }
        #expect(thrown?.all.map(\.location.line) == [2, 4])
        #expect(thrown?.all.first?.sourceLine == "FOO")
    }

    @Test func whatIsNoDockerfileIsRefusedWithoutBeingShown() {
        let binary = #expect(throws: Diagnostics.self) { try parse("FROM scratch\n\u{7F}ELF\0\u{1}\n") }
        #expect(binary?.all.map(\.message) == ["there is a NUL byte: this is no Dockerfile"])
        #expect(binary?.all.first?.location.line == 2 && binary?.all.first?.sourceLine == nil)
        let prose = String(repeating: "Dear reader,\n", count: 10_000)
        #expect(#expect(throws: Diagnostics.self) { try parse(prose) }?.all.count == 20)
    }
}
