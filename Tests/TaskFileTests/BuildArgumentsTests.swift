// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile
import Testing

@Suite struct BuildArgumentsTests {
    private func read(_ text: String) async throws -> BuildArguments {
        let steps = try await load(steps: "- build: |\n    \(text)", head: "version: v1.0.0")
        guard case .build(let arguments) = try #require(steps.first).action else {
            throw Diagnostic(at: SourceLocation(file: "", line: 1), "no build step")
        }
        return arguments.value
    }

    @Test func everySupportedFlagHasItsPlace() async throws {
        let read = try await read(
            "-t a:1 --tag=b:2 -tc:3 -f x.Dockerfile --target final --build-arg V=1 --build-arg=W= --build-arg N "
                + "--label 'k=a b' --platform linux/amd64,linux/arm64 --no-cache --pull ./sub")
        #expect(read.tags == ["a:1", "b:2", "c:3"])
        #expect(read.dockerfile == "x.Dockerfile")
        #expect(read.target == "final")
        #expect(read.buildArguments.map(\.name) == ["V", "W", "N"])
        #expect(read.buildArguments.map(\.value) == ["1", "", nil])
        #expect(read.labels.map(\.value) == ["a b"])
        #expect(read.platforms == ["linux/amd64", "linux/arm64"])
        #expect(read.usesNoCache && read.pulls)
        #expect(read.context == .folder("./sub"))
    }

    @Test func whatTheBuilderReadsIsHandedOnAsWritten() async throws {
        let read = try await read(
            "--cache-from r/c --cache-to=type=local,dest=d --secret id=a,src=b --ssh default "
                + "--add-host db:10.0.0.1 --allow network.host --ulimit nofile=9 --shm-size 1g --network none "
                + "-o out --output=type=oci,dest=x.tar --iidfile id --metadata-file meta.json "
                + "--build-context lib=../lib --no-cache-filter a,b --annotation k=v --load --provenance=false --sbom false ."
        )
        #expect(read.cacheSources == ["r/c"] && read.cacheTargets == ["type=local,dest=d"])
        #expect(read.secrets == ["id=a,src=b"] && read.agents == ["default"])
        #expect(read.hosts == ["db:10.0.0.1"] && read.entitlements == ["network.host"])
        #expect(read.resourceLimits == ["nofile=9"] && read.sharedMemory == "1g" && read.network == "none")
        #expect(read.results == ["out", "type=oci,dest=x.tar"])
        #expect(read.idFile == "id" && read.metadataFile == "meta.json")
        #expect(read.namedContexts.map(\.name) == ["lib"] && read.annotations.map(\.value) == ["v"])
        #expect(read.uncachedStages == ["a", "b"] && read.context == .folder("."))
    }

    @Test(arguments: [
        ("-t a:1 ./sub -f x.Dockerfile", "./sub"), ("--no-cache ./sub", "./sub"), ("-t a:1", "."),
        ("--build-arg=A=1 ./sub", "./sub"), ("-t a -- -sub", "-sub"), ("--no-cache=false 'my dir'", "my dir"),
    ])
    func theContextIsTheWordThatIsNoFlag(text: String, folder: String) async throws {
        #expect(try await read(text).context == .folder(folder))
    }

    @Test(arguments: [
        ("-", BuildContext.standardInput), ("OCI://r.io/a:1", .artifact("r.io/a:1")),
        ("https://github.com/o/r.git#main:dir/sub", .repository("https://github.com/o/r.git#main:dir/sub")),
        ("https://x/r.git", .repository("https://x/r.git")),
        ("https://x/r.git#", .archive("https://x/r.git#")),
        ("git@x:r", .repository("git@x:r")), ("github.com/o/r", .repository("github.com/o/r")),
        ("https://dev.azure.com/o/p/_git/r", .repository("https://dev.azure.com/o/p/_git/r")),
        ("https://x/z.tar.gz", .archive("https://x/z.tar.gz")), ("a/b", .folder("a/b")),
    ])
    func contextsAreToldApartByTheirSpelling(text: String, expected: BuildContext) {
        #expect(BuildContext(text) == expected)
    }

    @Test(arguments: [
        ("--squash .", "the build flag \"--squash\" is not supported here", 8),
        ("--attest type=sbom .", "the build flag \"--attest\" is not supported here", 8),
        ("--sbom=true .", "\"--sbom=true\" asks for an attestation, and stet makes none", 8),
        ("--provenance mode=max .", "\"--provenance\" asks for an attestation, and stet makes none", 8),
        ("--cpuset-cpus 0 .", "the build flag \"--cpuset-cpus\" is not supported here", 8),
        ("--check .", "the build flag \"--check\" is not supported here", 8),
        ("-t a:1 --push .", "the build flag \"--push\" is not supported here", 15),
        ("-t a:1 --taget x .", "\"--taget\" is no flag of a build", 15),
        ("-t", "the build flag \"-t\" needs a value", 8),
        ("-t a:1 . ./b", "\"./b\" is a second build context", 17),
        ("--pull=maybe .", "\"maybe\" is neither true nor false", 8),
        ("--label =x .", "\"=x\" has no name in front of \"=\"", 8),
        ("-t a . | tee", "\"|\" would need a shell, and no shell reads this text", 15),
        ("-t a:$(date) .", "\"$(\" would need a shell, and no shell reads this text", 13),
    ])
    func aWrongTextIsOneErrorAtTheWord(text: String, message: String, column: Int) async throws {
        let located = try await errors(of: "steps:\n- id: x\n  build: \(text)")
        #expect(located.map(\.message) == [message])
        #expect(located.first?.location == SourceLocation(file: "task.yaml", line: 3, column: column + 2))
    }

    @Test func flagsWithoutEffectAndUnsetVariablesAreWarnedOf() async throws {
        let document = try await load("steps:\n- build: -t a --rm --build-arg V=$X .")
        #expect(
            document.warnings.map(\.message) == [
                "the variable $X is not set and expands to nothing",
                "the build flag \"--rm\" has no effect here",
            ])
    }
}
