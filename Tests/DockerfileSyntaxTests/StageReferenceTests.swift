// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct StageReferenceTests {
    private func messages(_ text: String, contexts: Set<String> = []) throws -> [String] {
        var surroundings = DockerfileChecks.Surroundings()
        surroundings.arguments = BuildArguments(given: ["NAME": "buildre"])
        surroundings.contextNames = contexts
        let dockerfile = try Dockerfile.parse(text, file: "Dockerfile")
        return DockerfileChecks.run(dockerfile, in: surroundings).filter { $0.rule == .stageNameMisspelled }
            .map { "\($0.location.line):\($0.location.column) \($0.message)" }
    }

    @Test(arguments: [
        ("FROM scratch\nCOPY --from=bulder a /", "3:13", "bulder"),
        ("FROM scratch\nRUN --mount=type=bind,from=buildr,target=/x true", "3:28", "buildr"),
        ("FROM buildr", "2:6", "buildr"), ("FROM scratch\nCOPY --from=Bulider a /", "3:13", "Bulider"),
    ])
    func aNameThatIsNearlyAStagesIsTold(rest: String, place: String, name: String) throws {
        #expect(
            try messages("FROM scratch AS builder\n" + rest) == [
                "\(place) There is no stage \"\(name)\", so that it is an image: did you mean \"builder\"?"
            ])
    }

    @Test func anArgumentInFromIsExpanded() throws {
        let found = try messages("ARG NAME\nFROM scratch AS builder\nFROM $NAME")
        #expect(found.count == 1 && found[0].contains("\"buildre\""))
    }

    @Test(arguments: [
        "FROM scratch AS builder\nCOPY --from=builder a /", "FROM scratch AS builder\nCOPY --from=0 a /",
        "FROM scratch AS builder\nCOPY --from=bulder:1 a /",
        "FROM scratch AS builder\nCOPY --from=r.io/bulder a /",
        "FROM scratch AS builder\nCOPY --from=debian a /", "FROM scratch AS builder\nFROM scratch",
        // Its own image, and well-known ones that are near.
        "FROM tool AS tools\nFROM tool", "FROM r.io/tool:1 AS tools\nCOPY --from=tool a /",
        "FROM scratch AS base\nFROM bash", "FROM scratch AS code\nFROM node",
        // A stage cannot begin with a later one; that is another defect.
        "FROM buildr\nFROM scratch AS builder",
        "# check=skip=StageNameMisspelled\nFROM a AS builder\nFROM buildr",
    ])
    func othersAreNot(text: String) throws {
        #expect(try messages(text) == [])
    }

    @Test func aBuildContextIsNoStage() throws {
        let text = "FROM scratch AS builder\nFROM scratch\nCOPY --from=Buildr a /"
        #expect(try messages(text, contexts: ["buildr"]) == [])
    }
}
