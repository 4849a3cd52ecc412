// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText
import Testing

@Suite struct CheckTests {
    /// A file, and what the rule says about it: `LINE message`.
    struct Vector: CustomTestStringConvertible, Sendable {
        let rule: CheckRule
        let text: String
        var warnings: [String] = []

        var testDescription: String { "\(rule.rawValue): \(text)" }

        init(_ rule: CheckRule, _ text: String, _ warnings: String...) {
            (self.rule, self.text, self.warnings) = (rule, text, warnings)
        }
    }

    private func warnings(_ vector: Vector) throws -> [String] {
        var surroundings = DockerfileChecks.Surroundings()
        surroundings.arguments = BuildArguments(
            given: ["GIVEN": "alpine"],
            platform: [
                "TARGETPLATFORM": "linux/amd64", "TARGETARCH": "amd64", "BUILDPLATFORM": "linux/amd64",
            ])
        surroundings.ignore = try DockerIgnore.parse("*.log\nsecret\n", file: ".dockerignore")
        surroundings.baseEnvironments = ["known": ["JAVA_HOME"]]
        surroundings.basesWithoutPlatform = ["open:1": "linux/arm64"]
        surroundings.options = try CheckOptions("experimental=all")
        let dockerfile = try Dockerfile.parse(vector.text, file: "Dockerfile")
        return DockerfileChecks.run(dockerfile, in: surroundings).filter { $0.rule == vector.rule }.map {
            "\($0.location.line) \($0.message)"
        }
    }

    @Test(arguments: [
        Vector(.stageNameCasing, "FROM a AS Build", "1 Stage name 'Build' should be lowercase"),
        Vector(.stageNameCasing, "FROM a AS build"),
        Vector(
            .invalidBaseImagePlatform, "ARG n=open\nFROM a\nFROM $n:1",
            "3 Base image open:1 was pulled with platform \"unknown\", expected \"linux/arm64\" for current build"
        ),
        Vector(.invalidBaseImagePlatform, "FROM open:2"),
        Vector(.fromAsCasing, "FROM a as b", "1 'as' and 'FROM' keywords' casing do not match"),
        Vector(.fromAsCasing, "from a AS b", "1 'AS' and 'from' keywords' casing do not match"),
        Vector(.fromAsCasing, "from a as b"),
        Vector(.fromAsCasing, "From a As b"),
        Vector(.noEmptyContinuation, "FROM a\nRUN x \\\n\n  y", "3 Empty continuation line"),
        Vector(.noEmptyContinuation, "FROM a\nRUN x \\\n  # comment\n  y"),
        Vector(
            .consistentInstructionCasing, "FROM a\nrun x\nUSER 1",
            "2 Command 'run' should match the case of the command majority (uppercase)"),
        Vector(
            .consistentInstructionCasing, "from a\nRUN x\nuser 1",
            "2 Command 'RUN' should match the case of the command majority (lowercase)"),
        Vector(
            .consistentInstructionCasing, "FROM a\nRun x",
            "2 Command 'Run' should match the case of the command majority (uppercase)"),
        Vector(.consistentInstructionCasing, "from a\nrun x"),
        Vector(
            .duplicateStageName, "FROM a AS x\nFROM b AS X",
            "2 Duplicate stage name \"x\", stage names should be unique"),
        Vector(.duplicateStageName, "FROM a AS x\nFROM b AS y"),
        Vector(
            .reservedStageName, "FROM a AS context",
            "1 Stage name should not use the same name as reserved stage \"context\""),
        Vector(
            .reservedStageName, "FROM a AS scratch",
            "1 Stage name should not use the same name as reserved stage \"scratch\""),
    ])
    func aCheckOfNamesAndCaseFinds(vector: Vector) throws {
        #expect(try warnings(vector) == vector.warnings)
    }

    private static let json =
        "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals"

    @Test(arguments: [
        Vector(.jsonArgsRecommended, "FROM a\nCMD x y", "2 \(json)"),
        Vector(.jsonArgsRecommended, "FROM a\nCMD [\"x\"]\nENTRYPOINT [\"y\"]"),
        Vector(.jsonArgsRecommended, "FROM a\nSHELL [\"bash\", \"-c\"]\nCMD x"),
        Vector(.jsonArgsRecommended, "FROM a AS b\nSHELL [\"bash\", \"-c\"]\nFROM b\nCMD x"),
        Vector(.jsonArgsRecommended, "FROM a\nCMD ['x']", "2 \(json)"),
        Vector(
            .jsonArgsRecommended, "from a\nentrypoint x",
            "2 \(json.replacing("CMD", with: "entrypoint"))"),
        Vector(
            .maintainerDeprecated, "FROM a\nMAINTAINER me",
            "2 Maintainer instruction is deprecated in favor of using label"),
        Vector(
            .multipleInstructionsDisallowed, "FROM a\nCMD [\"x\"]\nUSER 1\nCMD [\"y\"]",
            "2 Multiple CMD instructions should not be used in the same stage because only the last one will be used"
        ),
        Vector(
            .multipleInstructionsDisallowed, "FROM a\nHEALTHCHECK NONE\nHEALTHCHECK NONE\nHEALTHCHECK NONE",
            "2 Multiple HEALTHCHECK instructions should not be used in the same stage because only the last one will be used",
            "3 Multiple HEALTHCHECK instructions should not be used in the same stage because only the last one will be used"
        ),
        Vector(.multipleInstructionsDisallowed, "FROM a\nCMD [\"x\"]\nFROM b\nCMD [\"y\"]"),
        Vector(
            .legacyKeyValueFormat, "FROM a\nENV b c",
            "2 \"ENV key=value\" should be used instead of legacy \"ENV key value\" format"),
        Vector(
            .legacyKeyValueFormat, "FROM a\nLABEL b c d",
            "2 \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" format"),
        Vector(.legacyKeyValueFormat, "FROM a\nENV b=c"),
        Vector(
            .workdirRelativePath, "FROM a\nWORKDIR app\nWORKDIR more",
            "2 Relative workdir \"app\" can have unexpected results if the base image changes"),
        Vector(.workdirRelativePath, "FROM a\nWORKDIR /app\nWORKDIR more"),
        Vector(.workdirRelativePath, "FROM a AS b\nWORKDIR /app\nFROM b\nWORKDIR more"),
        Vector(
            .workdirRelativePath, "FROM a\nARG dir=app\nENV to=$dir/x\nWORKDIR ${to}",
            "4 Relative workdir \"app/x\" can have unexpected results if the base image changes"),
        Vector(
            .workdirRelativePath, "FROM a AS b\nARG dir=app\nFROM b\nWORKDIR $dir",
            "4 Relative workdir \"app\" can have unexpected results if the base image changes"),
        Vector(
            .workdirRelativePath, "# escape=`\nFROM a\nWORKDIR C:\\app",
            "3 Relative workdir \"C:\\\\app\" can have unexpected results if the base image changes"),
        Vector(
            .workdirRelativePath, "FROM scratch\nWORKDIR $dir",
            "2 Relative workdir \"\" can have unexpected results if the base image changes"),
        Vector(.workdirRelativePath, "FROM a\nARG dir=/app\nWORKDIR \"$dir\""),
        Vector(.workdirRelativePath, "FROM a\nENV to=$theirs\nWORKDIR $to\nWORKDIR x"),
        Vector(.workdirRelativePath, "FROM a\nARG theirs\nWORKDIR $theirs"),
        Vector(
            .secretsUsedInArgOrEnv, "ARG API_KEY\nFROM a\nENV DB_PASSWORD=x GIT_TOKEN=y NAME=z",
            "1 Do not use ARG or ENV instructions for sensitive data (ARG \"API_KEY\")",
            "3 Do not use ARG or ENV instructions for sensitive data (ENV \"DB_PASSWORD\")",
            "3 Do not use ARG or ENV instructions for sensitive data (ENV \"GIT_TOKEN\")"),
        Vector(.secretsUsedInArgOrEnv, "FROM a\nENV PUBLIC_KEY=x KEYBOARD=y MONKEY=z AUTHOR=me"),
        Vector(
            .secretsUsedInArgOrEnv, "FROM a\nARG apikey auth",
            "2 Do not use ARG or ENV instructions for sensitive data (ARG \"apikey\")",
            "2 Do not use ARG or ENV instructions for sensitive data (ARG \"auth\")"),
    ])
    func aCheckOfInstructionsFinds(vector: Vector) throws {
        #expect(try warnings(vector) == vector.warnings)
    }

    @Test(arguments: [
        Vector(
            .redundantTargetPlatform, "FROM --platform=$TARGETPLATFORM a",
            "1 Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior"
        ),
        Vector(.redundantTargetPlatform, "FROM --platform=$BUILDPLATFORM a"),
        Vector(
            .fromPlatformFlagConstDisallowed, "FROM --platform=linux/arm64 a",
            "1 FROM --platform flag should not use constant value \"linux/arm64\""),
        Vector(.fromPlatformFlagConstDisallowed, "FROM --platform=linux/arm64 a AS build-arm64"),
        Vector(.fromPlatformFlagConstDisallowed, "FROM --platform=$BUILDPLATFORM a"),
        Vector(
            .undefinedArgInFrom, "ARG TAG=1\nFROM a:$TAGG",
            "2 FROM argument 'TAGG' is not declared (did you mean TAG?)"),
        Vector(.undefinedArgInFrom, "FROM $nothing", "1 FROM argument 'nothing' is not declared"),
        Vector(.undefinedArgInFrom, "FROM ${nothing:-a}", "1 FROM argument 'nothing' is not declared"),
        Vector(
            .undefinedArgInFrom, "FROM --platform=$TARGETPLATFROM a",
            "1 FROM argument 'TARGETPLATFROM' is not declared (did you mean TARGETPLATFORM?)"),
        Vector(.undefinedArgInFrom, "ARG TAG\nFROM a:${TAG:-1}\nFROM b-$TARGETARCH"),
        Vector(
            .invalidDefaultArgInFrom, "ARG GIVEN\nFROM $GIVEN",
            "2 Default value for ARG $GIVEN results in empty or invalid base image name"),
        Vector(
            .invalidDefaultArgInFrom, "ARG GIVEN\nFROM busybox:${GIVEN}",
            "2 Default value for ARG busybox:${GIVEN} results in empty or invalid base image name"),
        Vector(.invalidDefaultArgInFrom, "ARG GIVEN=busybox\nFROM $GIVEN"),
        Vector(.invalidDefaultArgInFrom, "ARG GIVEN\nFROM localhost:5000/a/b:${GIVEN:-1}@sha256:0"),
        Vector(
            .undefinedVar, "FROM scratch\nARG name\nCOPY $nmae /",
            "3 Usage of undefined variable '$nmae' (did you mean $name?)"),
        Vector(.undefinedVar, "FROM scratch\nCOPY $foo /", "2 Usage of undefined variable '$foo'"),
        Vector(.undefinedVar, "FROM scratch\nARG foo\nCOPY $foo /"),
        Vector(.undefinedVar, "FROM scratch\nENV foo=1\nUSER $foo\nWORKDIR $PATH/$HTTP_PROXY"),
        Vector(
            .undefinedVar, "FROM scratch\nCOPY ${foo:-bar} ${x+$y} /",
            "2 Usage of undefined variable '$foo'", "2 Usage of undefined variable '$x'",
            "2 Usage of undefined variable '$y'"),
        Vector(
            .undefinedVar, "FROM scratch\nCOPY <<a <<'b' /\n$one '$two' \\$three\na\n$four\nb\nUSER $1",
            "2 Usage of undefined variable '$one'", "2 Usage of undefined variable '$two'",
            "7 Usage of undefined variable '$1'"),
        Vector(
            .undefinedVar, "FROM scratch\nENV a=$TARGETARCH",
            "2 Usage of undefined variable '$TARGETARCH'"),
        Vector(.undefinedVar, "FROM scratch\nENV a=1 b=$a", "2 Usage of undefined variable '$a'"),
        Vector(.undefinedVar, "FROM scratch\nRUN echo $foo\nCMD [\"$foo\"]\nUSER '$foo'\nUSER \\$foo"),
        Vector(.undefinedVar, "FROM scratch AS a\nARG foo\nFROM a\nUSER $foo"),
        Vector(
            .undefinedVar, "ARG foo=1\nFROM scratch\nUSER $foo",
            "3 Usage of undefined variable '$foo'"),
        Vector(.undefinedVar, "ARG foo=1\nFROM unknown\nUSER $foo", "3 Usage of undefined variable '$foo'"),
        Vector(.undefinedVar, "FROM unknown\nUSER $theirs"),
        Vector(
            .undefinedVar, "FROM unknown\nARG mine\nUSER $mien",
            "3 Usage of undefined variable '$mien' (did you mean $mine?)"),
        Vector(
            .undefinedVar, "FROM known\nUSER $JAVA_HOME\nUSER $other",
            "3 Usage of undefined variable '$other'"),
    ])
    func aCheckOfVariablesFinds(vector: Vector) throws {
        #expect(try warnings(vector) == vector.warnings)
    }

    @Test(arguments: [
        Vector(
            .copyIgnoredFile, "FROM a\nCOPY ./x.log /\nADD secret /\nCOPY y secret/z /",
            "2 Attempting to Copy file \"x.log\" that is excluded by .dockerignore",
            "3 Attempting to Add file \"secret\" that is excluded by .dockerignore",
            "4 Attempting to Copy file \"secret/z\" that is excluded by .dockerignore"),
        Vector(.copyIgnoredFile, "FROM a\nCOPY --from=b x.log /\nCOPY . /\nADD https://h/x.log /"),
        Vector(
            .invalidDefinitionDescription, "# the base\nFROM a AS b\n# the port\nARG port",
            "2 Comment for FROM should follow the format: `# b <description>`",
            "4 Comment for ARG should follow the format: `# port <description>`"),
        Vector(
            .invalidDefinitionDescription,
            "# syntax=x\nFROM a AS b\n# port to listen on\nARG port\n\n# other\n\nARG c\n# no name\nFROM d"),
        Vector(
            .exposeProtoCasing, "FROM a\nEXPOSE 80/TCP 81/udp",
            "2 Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"),
        Vector(
            .exposeInvalidFormat, "FROM a\nEXPOSE 80:80 90",
            "2 EXPOSE instruction should not define an IP address or host-port mapping, found '80:80'"),
        Vector(
            .exposeInvalidFormat, "FROM a\nEXPOSE 127.0.0.1:80:80",
            "2 EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'"
        ),
    ])
    func aCheckOfFilesPortsAndCommentsFinds(vector: Vector) throws {
        #expect(try warnings(vector) == vector.warnings)
    }

    private func rules(_ text: String, _ options: CheckOptions? = nil) throws -> [CheckRule] {
        var surroundings = DockerfileChecks.Surroundings()
        surroundings.options = options
        return DockerfileChecks.run(try Dockerfile.parse(text, file: "Dockerfile"), in: surroundings).map(
            \.rule)
    }

    @Test func theDirectiveSkipsChecks() throws {
        let body = "FROM scratch AS Build\nCMD x\n"
        #expect(try rules(body) == [.stageNameCasing, .jsonArgsRecommended])
        #expect(try rules("# check=skip=StageNameCasing\n" + body) == [.jsonArgsRecommended])
        #expect(try rules("# check=skip=JSONArgsRecommended, StageNameCasing;error=true\n" + body) == [])
        #expect(try rules("# check=skip=all\n" + body) == [])
        #expect(try rules("# check=skip=all\n" + body, CheckOptions()).count == 2)
    }

    @Test func anExperimentalCheckRunsOnlyWhenAskedFor() throws {
        let body = "# hello\nARG a\nFROM scratch\n"
        #expect(try rules(body) == [])
        #expect(
            try rules("# check=experimental=InvalidDefinitionDescription\n" + body)
                == [.invalidDefinitionDescription])
        #expect(try rules("# check=experimental=all\n" + body) == [.invalidDefinitionDescription])
    }

    @Test func warningsCanBeErrors() throws {
        #expect(try Dockerfile.parse("# check=error=true\nFROM a", file: "D").checkOptions.warningsAreErrors)
        #expect(!(try Dockerfile.parse("# check=skip=x\nFROM a", file: "D").checkOptions.warningsAreErrors))
    }

    @Test(arguments: ["eror=true", "error=perhaps", "=x", "skips=a"])
    func optionsThatAreNoneAreRefused(text: String) throws {
        #expect(throws: CheckOptionsError.self) { try CheckOptions(text) }
        let thrown = #expect(throws: Diagnostics.self) {
            try Dockerfile.parse("# check=\(text)\nFROM a", file: "D")
        }
        #expect(thrown?.all.first?.location.line == 1)
    }

    @Test(arguments: [
        (CheckRule.jsonArgsRecommended, "json-args-recommended"), (.undefinedVar, "undefined-var"),
        (.secretsUsedInArgOrEnv, "secrets-used-in-arg-or-env"), (.fromAsCasing, "from-as-casing"),
    ])
    func aRuleHasItsPage(rule: CheckRule, page: String) {
        #expect(rule.address == "https://docs.docker.com/go/dockerfile/rule/\(page)/")
    }

    @Test func aWarningShowsItsLine() throws {
        let dockerfile = try Dockerfile.parse("FROM scratch\n  CMD x \\\n y\n", file: "Dockerfile")
        let warning = try #require(DockerfileChecks.run(dockerfile).first)
        #expect(warning.lines == 2...3)
        #expect(warning.sourceLine == "  CMD x \\")
        #expect(
            warning.diagnostic.description.hasPrefix("Dockerfile:2:3: warning: JSONArgsRecommended: JSON"))
    }
}
