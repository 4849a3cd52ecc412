// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import ImageBuild
import OCISpec
import SourceText
import SystemPackage
import Testing

/// What `--call=outline` and `--call=targets` know of a Dockerfile.
@Suite struct OutlineTests {
    private func request(
        _ text: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) throws -> BuildRequest {
        var request = BuildRequest(context: "/", platform: try Platform("linux/amd64"))
        request.dockerfile = .text(text, name: "Dockerfile")
        try change(&request)
        return request
    }

    private static let text = """
        # RELEASE of the base
        ARG RELEASE=12
        # BASE is what everything begins with
        ARG BASE=debian:${RELEASE}
        ARG UNUSED=1

        # build compiles the program
        FROM $BASE AS build
        # FLAGS for the compiler
        ARG FLAGS=-O$LEVEL
        ARG EMPTY
        ENV LEVEL=2
        ARG LATE=-O$LEVEL
        ARG TARGETARCH
        RUN --mount=type=secret,id=token,required=true --mount=type=secret,id=key true
        RUN --mount=type=ssh --mount=type=secret,id=token true

        FROM scratch AS other
        ARG LOST

        # something else
        FROM scratch AS Final
        ARG RELEASE
        COPY --from=build / /
        """

    private func summary(_ outline: BuildOutline) -> [String] {
        outline.arguments.map {
            "\($0.name)=\($0.value ?? "-") \($0.lines.lowerBound) \($0.description ?? "-")"
        }
    }

    @Test func theTargetsArgumentsAreThoseOfAllStagesThatItNeeds() async throws {
        let outline = try await BuildOutline.of(try request(Self.text))
        #expect(outline.target == "final" && outline.description == nil)
        #expect(
            summary(outline) == [
                "RELEASE=12 2 of the base", "BASE=debian:12 4 is what everything begins with",
                "FLAGS=-O 10 for the compiler", "EMPTY=- 11 -", "LATE=-O2 13 -", "TARGETARCH=amd64 14 -",
            ])
    }

    @Test func secretsAndAgentsAreListedOnce() async throws {
        let outline = try await BuildOutline.of(try request(Self.text) { $0.target = "build" })
        #expect(outline.target == "build" && outline.description == "compiles the program")
        #expect(outline.secrets.map { "\($0.name) \($0.isRequired)" } == ["key false", "token true"])
        #expect(outline.agents.map { "\($0.name) \($0.isRequired)" } == ["default false"])
        #expect(outline.secrets.map(\.lines) == [15...15, 15...15])
    }

    @Test func whatIsGivenIsTheValue() async throws {
        let outline = try await BuildOutline.of(
            try request(Self.text) { $0.arguments = ["BASE": "alpine", "EMPTY": "no", "FLAGS": "-g"] })
        #expect(
            summary(outline).prefix(4) == [
                "RELEASE=12 2 of the base", "BASE=alpine 4 is what everything begins with",
                "FLAGS=-g 10 for the compiler", "EMPTY=no 11 -",
            ])
    }

    @Test func aStageBasedOnAnotherHasItsVariables() async throws {
        let outline = try await BuildOutline.of(
            try request("FROM scratch AS a\nENV V=1\nFROM a\nARG W=$V"))
        #expect(summary(outline) == ["W=1 4 -"])
    }

    @Test(arguments: [
        ("FROM scratch\nRUN --mount=type=nothing true", nil), ("FROM scratch", "none"), ("COPY a b", nil),
        ("FROM $NOTHING", nil),
    ])
    func aDockerfileThatIsWrongHasNone(text: String, target: String?) async throws {
        let request = try request(text) { $0.target = target }
        await #expect(throws: BuildError.self) { try await BuildOutline.of(request) }
    }

    @Test func targetsAreTheStages() async throws {
        let list = try await BuildTargets.of(try request(Self.text + "\nFROM --platform=$BUILDPLATFORM x"))
        #expect(list.targets.map(\.name) == ["build", "other", "final", nil])
        #expect(list.targets.map(\.isDefault) == [false, false, false, true])
        #expect(list.targets.map(\.description) == ["compiles the program", nil, nil, nil])
        #expect(list.targets.map(\.base) == ["$BASE", "scratch", "scratch", "x"])
        #expect(list.targets.map(\.platform) == [nil, nil, nil, "$BUILDPLATFORM"])
        #expect(list.targets.map(\.lines) == [8...8, 18...18, 22...22, 25...25])
    }
}
