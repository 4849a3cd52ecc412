// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import Testing

/// `UndefinedVar` where the build knows what its base images define.
@Suite struct BaseVariableTests {
    private func fixture() async throws -> BuildFixture {
        let fixture = try BuildFixture().file("a")
        try await fixture.addImage(
            "java:1", config: { $0.config?.env = ["JAVA_HOME=/opt/java", "EMPTY="] }, layers: [])
        return fixture
    }

    /// A Dockerfile, and the messages of its warnings.
    @Test(arguments: [
        ("FROM java:1\nCOPY a $JAVA_HOME/", []), ("FROM java:1\nCOPY a /x$EMPTY", []),
        ("FROM java:1\nCOPY a /$FOO", ["Usage of undefined variable '$FOO'"]),
        (
            "FROM java:1\nCOPY a /$JAVA_HOM",
            ["Usage of undefined variable '$JAVA_HOM' (did you mean $JAVA_HOME?)"]
        ),
        ("ARG V=1\nFROM java:$V AS one\nFROM one\nCOPY a /$FOO", ["Usage of undefined variable '$FOO'"]),
        ("FROM --platform=linux/amd64 java:1\nENV FOO=1\nCOPY a /$FOO", []),
        ("FROM java:1 AS unused\nCOPY a /$BAR\nFROM scratch\nCOPY a /", []),
        ("# check=skip=UndefinedVar\nFROM java:1\nCOPY a /$FOO", []),
    ])
    func aBuildKnowsWhatItsBaseDefines(_ text: String, _ warnings: [String]) async throws {
        let fixture = try await fixture()
        _ = try await fixture.build(text)
        let said = StepLog(fixture.events).warnings.filter { $0.contains("undefined") }
        #expect(said.map { $0.replacing("UndefinedVar: ", with: "") } == warnings)
    }

    @Test func aNamedImageCountsForItsName() async throws {
        let fixture = try await fixture()
        _ = try await fixture.build("FROM dep\nCOPY a /$JAVA_HOME/$FOO") {
            $0.namedContexts["dep"] = .image(try Reference("java:1"))
        }
        #expect(StepLog(fixture.events).warnings.count == 1)
    }

    @Test func aWarningIsAnErrorWhereTheFileSaysSo() async throws {
        let fixture = try await fixture()
        let error = await #expect(throws: BuildError.self) {
            try await fixture.build("# check=error=true\nFROM java:1\nCOPY a /$FOO")
        }
        #expect("\(String(describing: error))".contains("lint violation found for rules: UndefinedVar"))
        #expect(StepLog(fixture.events).done.isEmpty)
    }

    @Test func aCheckAloneAsksForNoImage() async throws {
        let fixture = try await fixture()
        let review = try await DockerfileReview.of(fixture.request("FROM java:1\nCOPY a /$FOO"))
        #expect(review.warnings.isEmpty)
        let near = try await DockerfileReview.of(
            fixture.request("FROM java:1\nARG FOO\nCOPY a /$FO"))
        #expect(near.warnings.count == 1)
    }
}
