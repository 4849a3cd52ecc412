// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SourceText
import Synchronization
import SystemPackage
import Testing

/// Which stages are built, and what they are made of.
@Suite struct StageGraphTests {
    /// A Dockerfile, the target, and the stages that are built, in any order.
    @Test(arguments: [
        ("FROM scratch AS a\nFROM scratch AS b\nFROM scratch AS c\nCOPY --from=a / /", nil, ["a", "c"]),
        ("FROM scratch AS a\nFROM a AS b\nFROM b AS c\nFROM scratch AS d", "c", ["a", "b", "c"]),
        ("FROM scratch AS a\nFROM nowhere AS b\nFROM scratch AS c", nil, ["c"]),
        ("FROM scratch AS a\nFROM scratch AS b\nRUN --mount=from=a,target=/x true", "a", ["a"]),
        (
            "FROM scratch AS a\nFROM a AS b\nFROM a AS c\nFROM b AS d\nCOPY --from=c / /", nil,
            ["a", "b", "c", "d"]
        ),
    ])
    func onlyWhatTheTargetNeedsIsBuilt(_ text: String, _ target: String?, _ stages: [String]) async throws {
        let fixture = try BuildFixture()
        _ = try await fixture.build(text) { $0.target = target }
        let built = fixture.events.compactMap {
            if case .stage(let stage, _, _) = $0 { stage.name } else { nil }
        }
        #expect(built.sorted() == stages)
        #expect(built.last == stages.last)
    }

    @Test func stagesAreToldWithTheirPlatformsAndTheNameOfTheirBase() async throws {
        let fixture = try BuildFixture()
        let text = "FROM --platform=linux/amd64 scratch AS a\nFROM a AS b\nLABEL x=1"
        _ = try await fixture.build(text) {
            $0.platforms = [try Platform("linux/amd64"), try Platform("linux/arm64")]
        }
        let told = fixture.events.compactMap { event in
            guard case .stage(let stage, let base, _) = event else { return String?.none }
            return "\(stage.name) \(stage.platform) for \(stage.target.map { "\($0)" } ?? "") from \(base)"
        }
        #expect(
            told == [
                "a linux/amd64 for linux/amd64 from scratch", "b linux/amd64 for linux/amd64 from a",
                "a linux/amd64 for linux/arm64 from scratch", "b linux/arm64 for linux/arm64 from a",
            ])
    }

    @Test func aMountNeedsTheStageThatItReads() async throws {
        let fixture = try BuildFixture()
        let text = "FROM scratch AS a\nFROM scratch AS b\nRUN --mount=from=a,source=/no,target=/x true"
        let built = Mutex<[String]>([])
        let builder = ImageBuilder(fixture.site(runs: true)) { event in
            if case .stage(let stage, _, _) = event { built.withLock { $0.append(stage.name) } }
        }
        await #expect(throws: BuildError.self) { try await builder.build(try fixture.request(text)) }
        #expect(built.withLock { $0 } == ["a", "b"])
    }

    @Test func aTriggerMayCopyFromAnImage() async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage("tools:1", layers: [[LayerEntry.file("t", "T")]])
        try await fixture.addImage(
            "base:1",
            config: {
                var container = ContainerConfig()
                container.onBuild = ["COPY --from=tools:1 /t /u", "ENV A=1"]
                $0.config = container
            }, layers: [])
        let image = try await fixture.build("FROM base:1")
        #expect(try await fixture.listings(image) == [["u file 644 0:0 T"]])
        #expect(try await fixture.config(image).config?.onBuild == nil)
    }

    @Test func aTriggerOfAStageRunsInTheStagesThatBeginWithIt() async throws {
        let fixture = try BuildFixture().file("f", "F")
        let image = try await fixture.build(
            """
            FROM scratch AS tools
            COPY f /t
            FROM scratch AS base
            ONBUILD COPY --from=tools /t /u
            onbuild env A=1
            FROM base AS middle
            FROM middle
            LABEL a=$A
            """)
        #expect(try await fixture.listings(image) == [["u file 644 0:0 F"]])
        let container = try #require(try await fixture.config(image).config)
        #expect(container.onBuild == nil)
        #expect(container.env?.last == "A=1" && container.labels == ["a": "1"])
        let kept = try await fixture.build("FROM scratch AS base\nonbuild env A=1") { $0.target = "base" }
        #expect(try await fixture.config(kept).config?.onBuild == ["env A=1"])
    }

    @Test func aStageKnowsTheArgumentsOfTheStageItBeginsWith() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build(
            """
            FROM scratch AS base
            ENV e=env
            ARG a=1 e=arg
            LABEL below=$a$e
            FROM base
            ARG b=2
            LABEL above=$a$b$e
            """)
        let labels = try await fixture.config(image).config?.labels
        #expect(labels == ["below": "1arg", "above": "12env"])
    }

    @Test func everyStepIsReportedWithItsEnd() async throws {
        let fixture = try BuildFixture()
        _ = try await fixture.build("FROM scratch AS a\nENV A=1\nWORKDIR /w\nFROM a\nLABEL x=1")
        var begun: [BuildStep] = []
        var ended: [BuildStep] = []
        for event in fixture.events {
            if case .step(let step) = event { begun.append(step) }
            if case .ended(let step, _) = event { ended.append(step) }
        }
        #expect(begun == ended)
        #expect(
            begun.map { "\($0.stage.name) \($0.number)/\($0.count) \($0.text)" } == [
                "a 1/2 ENV A=1", "a 2/2 WORKDIR /w", "stage-1 1/1 LABEL x=1",
            ])
    }

    /// Dockerfiles with a named context that is a folder, and what is said of them.
    @Test func aFolderIsNoBase() async throws {
        let fixture = try BuildFixture()
        do {
            _ = try await fixture.build("FROM other") { $0.namedContexts["other"] = .folder("/") }
            Issue.record("it was built")
        } catch BuildError.invalid(let diagnostics) {
            #expect(diagnostics.all[0].message.contains("has only files"))
            #expect(diagnostics.all[0].hint?.contains("COPY --from=other") == true)
        }
    }
}
