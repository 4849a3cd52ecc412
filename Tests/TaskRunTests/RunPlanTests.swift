// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import SourceText
import SystemPackage
import TaskFile
import TaskRun
import Testing

@Suite struct RunPlanTests {
    private func plan(_ steps: String) async throws -> RunPlan {
        let inputs = TaskInputs(
            run: RunVariables(id: "1", registry: "r.io", started: UTCTime(secondsSinceEpoch: 0)))
        let text = "version: v1.1.0\nsteps:\n\(steps)\nvolumes: [{name: keys, secret: {a: eA==}}]"
        return try RunPlan(try await TaskParser.load(text, file: "task.yaml", inputs: inputs))
    }

    private func build(_ step: String) async throws -> BuildAction? {
        guard case .build(let action)? = try await plan(step).steps.first?.action else { return nil }
        return action
    }

    @Test func aBuildIsUnderstoodWhole() async throws {
        let action = try #require(
            try await build(
                """
                - build: -t $Registry/a:$ID -t $Registry/a:1 -f d/x.Dockerfile --target t --build-arg V=1
                    --build-arg W --build-arg N --label k=v --label bare --platform linux/arm64 --pull src
                  workingDirectory: sub
                  env: [W=2]
                """))
        #expect(action.tags.map(\.description) == ["r.io/a:1"])
        #expect(action.context == .folder("sub/src"))
        #expect(action.dockerfile == "sub/d/x.Dockerfile")
        #expect(action.target == "t")
        #expect(action.arguments == ["V": "1", "W": "2"])
        #expect(action.labels == ["k": "v", "bare": ""])
        #expect(action.platforms.map(\.description) == ["linux/arm64"])
        #expect(action.pulls)
    }

    @Test func whatRunGetsIsUnderstood() async throws {
        let action = try #require(
            try await build(
                """
                - build: --secret id=token,env=TOKEN --secret id=TOKEN --secret id=k,src=/keys/a --secret id=f,src=s/f
                    --ssh default --add-host db:10.0.0.1 --network host --allow security.insecure --ulimit nofile=9:10
                    --shm-size 128m .
                  workingDirectory: sub
                  env: [TOKEN=t0ken]
                  volumeMounts: [{name: keys, mountPath: /keys}]
                """))
        #expect(
            action.running.secrets == [
                "token": .bytes(Array("t0ken".utf8)), "TOKEN": .bytes(Array("t0ken".utf8)),
                "k": .bytes([0x78]), "f": .file("sub/s/f"),
            ])
        #expect(action.running.agents == ["default"] && action.running.network == .host)
        #expect(action.running.entitlements == [.networkHost, .securityInsecure])
        #expect(action.running.hosts.map(\.address) == ["10.0.0.1"])
        #expect(action.running.limits.map(\.description) == ["nofile=9:10"])
        #expect(action.running.sharedMemoryBytes == 128 << 20)
    }

    @Test func whatABuildReadsAndLeavesIsInTheContext() async throws {
        let action = try #require(
            try await build(
                """
                - build: --build-context lib=../lib --build-context base=docker-image://a:1 --build-context
                    o=oci-layout://lay:x --cache-from r.io/c --cache-to type=local,dest=c --cache-to type=inline --no-cache-filter a -o out --output
                    type=oci,dest=x.tar -o type=docker,dest=d.tar -o type=oci,tar=false,dest=l -o type=image,name=r.io/n:1 -o type=tar,dest=t.tar
                    --iidfile id --metadata-file m.json --annotation k=v .
                  workingDirectory: sub
                """))
        #expect(action.namedContexts["lib"] == .folder("lib"))
        #expect(action.namedContexts["base"] == .image(try Reference("a:1")))
        #expect(action.namedContexts["o"] == .layout("sub/lay", name: "x"))
        #expect(action.cacheSources.map(\.description) == ["r.io/c:latest"])
        #expect(action.cacheTargets == [.folder("sub/c")] && action.hasInlineCache)
        #expect(action.uncachedStages == ["a"])
        #expect(
            action.results.map(\.place) == [
                .folder("sub/out"), .archive(.oci, .file("sub/x.tar")), .archive(.docker, .file("sub/d.tar")),
                .layout("sub/l"), .store, .tar(.file("sub/t.tar")),
            ])
        #expect(action.tags.map(\.description) == ["r.io/n:1"])
        #expect(action.idFile == "sub/id" && action.metadataFile == "sub/m.json")
        #expect(action.image.annotations == [ImageAnnotation(.manifest, "k"): "v"])
    }

    @Test(arguments: [
        ("- build: .", false), ("- build: -o out .", true), ("- build: --iidfile i .", true),
        ("- build: --cache-to type=local,dest=c .", true), ("- build: --cache-to r.io/c .", false),
        ("- push: [a]", false), ("- cmd: a", true),
    ])
    func theContextIsCopiedWhenAStepMayWriteThere(step: String, isCopied: Bool) async throws {
        #expect(try await plan(step).needsWorkspace == isCopied)
    }

    @Test func flagsOfDockerBuildWithoutEffectAreWarnedOf() async throws {
        let plan = try await plan("- cmd: docker build --progress plain .\n- build: --rm .")
        #expect(plan.warnings.map(\.message) == ["the build flag \"--progress\" has no effect here"])
        #expect(plan.warnings.first?.location.line == 3)
    }

    @Test func agentsOfAllBuildsAreKnownBeforeAnythingRuns() async throws {
        let plan = try await plan("- build: --ssh a .\n- cmd: docker build --ssh b .\n- cmd: docker ps")
        #expect(plan.agents == ["a", "b"])
    }

    @Test(arguments: [
        ("- build: .", "."), ("- build: sub/..", "."), ("- build: /workspace/x", "x"),
        ("- {build: ., disableWorkingDirectoryOverride: true}", "."),
        ("- {build: .., workingDirectory: a/b}", "a"),
    ])
    func theFolderIsInTheContext(step: String, folder: String) async throws {
        #expect(try await build(step)?.context == .folder(folder))
    }

    @Test func aPushNamesEachImageOnce() async throws {
        let plan = try await plan("- push: [\"$Registry/app:7\", foo, \"foo:latest\", \"localhost:5000/x\"]")
        guard case .push(let action)? = plan.steps.first?.action else {
            Issue.record("no push step")
            return
        }
        #expect(
            action.images.map(\.description) == [
                "r.io/app:7", "docker.io/library/foo:latest", "localhost:5000/x:latest",
            ])
    }

    @Test func dependenciesComeWithThePlan() async throws {
        let plan = try await plan(
            "- {id: a, build: .}\n- {id: b, build: ., when: [\"-\"]}\n- {id: c, push: [x], when: [a, b]}")
        #expect(plan.steps.map { $0.dependencies.map(\.name).sorted() } == [[], [], ["a", "b"]])
    }

    @Test(arguments: [
        ("- build: -t A:1 .", "invalid reference \"A:1\": repository name \"library/A\"", 10),
        (
            "- build: -t a@sha256:\(String(repeating: "0", count: 64)) .",
            "invalid name for an image \"a@sha256:\(String(repeating: "0", count: 64))\": it has a digest", 10
        ),
        ("- push: [\"a:!\"]", "invalid reference \"a:!\"", 10),
        ("- build: oci://X", "invalid reference", 10),
        ("- build: \"-\"", "a build step has no standard input", 10),
        ("- build: ../x", "\"../x\" is outside the context of the run", 10),
        ("- build: -f /etc/passwd .", "\"/etc/passwd\" is outside the context of the run", 10),
        ("- build: --platform beos .", "invalid platform \"beos\"", 10),
        ("- build: -f - .", "a build step has no standard input to read its Dockerfile from", 10),
        ("- build: --secret id=a,env=NO .", "--secret \"a\": the step has no variable NO", 10),
        (
            "- build: --secret id=a,src=/etc/shadow .",
            "--secret \"a\": a build does not see \"/etc/shadow\"", 10
        ),
        ("- build: --secret id=a,src=/keys/a .", "--secret \"a\": a build does not see \"/keys/a\"", 10),
        ("- build: --secret src=a .", "invalid secret \"src=a\"", 10),
        ("- build: --ssh default=/root/.ssh/id .", "--ssh \"default=/root/.ssh/id\": a task cannot name", 10),
        ("- build: --network net .", "the build flag \"--network net\" cannot be had", 10),
        ("- build: --allow all .", "the build flag \"--allow all\" is not known", 10),
        ("- build: --add-host x .", "invalid host \"x\"", 10),
        ("- build: -o /etc .", "\"/etc\" is outside the context of the run", 10),
        ("- build: -o type=registry .", "--output \"type=registry\" cannot be had in a task", 10),
        ("- build: -o type=oci .", "--output \"type=oci\": a step has no standard output for an archive", 10),
        (
            "- build: -o type=image,push=true .", "--output \"type=image,push=true\" cannot be had in a task",
            10
        ),
        ("- build: --iidfile ../id .", "\"../id\" is outside the context of the run", 10),
        ("- build: --build-context x=../x .", "\"../x\" is outside the context of the run", 10),
        ("- build: --cache-to type=local,dest=/c .", "\"/c\" is outside the context of the run", 10),
        ("- build: --cache-from type=gha .", "invalid cache \"type=gha\"", 10),
    ])
    func whatCannotBeDoneIsRefusedBeforeAnythingIs(step: String, message: String, column: Int) async throws {
        let error = await #expect(throws: Diagnostics.self) { _ = try await plan(step) }
        let first = try #require(error?.all.first)
        #expect(error?.all.count == 1)
        #expect(first.message.hasPrefix(message), "\(first.message)")
        #expect(first.location == SourceLocation(file: "task.yaml", line: 3, column: column))
    }
}
