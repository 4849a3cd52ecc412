// SPDX-License-Identifier: Apache-2.0

import Conformance
import FoundationEssentials
import OCISpec
import RegistryTransport
import SourceText
import Testing

/// The profiles that the suite brings along.
@Suite("The profiles of the suite")
struct ProfileFileTests {
    private static let names = [
        "acr-locks", "artifactory", "distribution", "dockerhub", "ecr", "gar", "gitlab", "harbor", "nexus",
        "quay",
        "strict", "swr", "zot",
    ]

    private func all() throws -> [Profile] { try Self.names.map { try SuiteFiles.profile($0) } }

    @Test func thereIsAFileForEachNameAndNoOther() throws {
        let folder = SuiteFiles.conformance.appending(path: "profiles").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files == Self.names.map { "\($0).yaml" })
    }

    /// What is not known is said to be so, with where it was looked for.
    @Test(arguments: names)
    func eachSaysWhatIsKnownOfEverythingAndHow(name: String) throws {
        let profile = try SuiteFiles.profile(name)
        #expect(profile.name == name)
        #expect(profile.facts.map(\.about) == Profile.Fact.About.allCases)
        for fact in profile.facts {
            #expect(fact.answer?.isEmpty != true && !fact.source.isEmpty, "\(fact.about)")
            #expect((fact.answer == nil) == (fact.confidence == .none), "\(fact.about)")
        }
        #expect(profile.facts.allSatisfy { $0.answer?.hasPrefix("not known") != true })
    }

    @Test func whatIsUnknownIsShownWithWhatARunThenDoes() throws {
        let text = try SuiteFiles.profile("swr").text
        #expect(text.contains("  identical-push: unknown; denied and accepted are both right"))
        #expect(text.contains("      looked for in: SWR user manual, image immutability"))
        #expect(!text.contains("none confidence"))
        #expect(try SuiteFiles.profile("strict").facts.allSatisfy { $0.confidence == .high })
    }

    /// What registries say first, to `GET /v2/` without credentials, and where that is written down.
    private static let answers: [(host: String, headers: [String: String], name: String?)] = [
        ("1.dkr.ecr.eu-west-1.amazonaws.com", [:], "ecr"), ("contoso.azurecr.io", [:], "acr-locks"),
        ("CONTOSO.AzureCR.io", [:], "acr-locks"), ("quay.io", [:], "quay"), ("notquay.io", [:], nil),
        ("europe-docker.pkg.dev", [:], "gar"), ("registry-1.docker.io", [:], "dockerhub"),
        ("team.swr-pro.myhuaweicloud.com", [:], "swr"), ("registry.gitlab.com", [:], "gitlab"),
        // mayflower/docker-ls issue 28.
        (
            "images.example",
            [
                "Www-Authenticate":
                    #"Basic realm="https://1.dkr.ecr.us-east-1.amazonaws.com/",service="ecr.amazonaws.com""#
            ],
            "ecr"
        ),
        // Azure/acr, docs/AAD-OAuth.md.
        (
            "images.example",
            [
                "Www-Authenticate":
                    #"Bearer realm="https://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io""#
            ],
            "acr-locks"
        ),
        // apple/container issues 1026 and 2274.
        (
            "images.example", ["Www-Authenticate": #"Bearer realm="https://us-docker.pkg.dev/v2/token""#],
            "gar"
        ),
        // deitch/docker_registry2 issue 14.
        (
            "images.example",
            ["Www-Authenticate": #"Bearer realm="https://gitlab.com/jwt/auth",service="container_registry""#],
            "gitlab"
        ),
        ("images.example", ["gitlab-container-registry-version": "4.5.0"], "gitlab"),
        // Gitea says nearly the same; go-gitea/gitea issue 36907.
        (
            "images.example",
            [
                "Www-Authenticate":
                    #"Bearer realm="https://git.test/v2/token",service="container_registry",scope="*""#
            ],
            nil
        ),
        // goharbor/harbor, src/server/middleware/v2auth; microsoft/vscode-containers issue 370.
        (
            "images.example",
            ["Www-Authenticate": #"Bearer realm="https://r.test/service/token",service="harbor-registry""#],
            "harbor"
        ),
        ("images.example", ["Www-Authenticate": #"Basic realm="harbor""#], "harbor"),
        // quay/quay, endpoints/v2.
        (
            "images.example",
            ["Www-Authenticate": #"Bearer realm="https://quay.corp.test/v2/auth",service="quay.corp.test""#],
            "quay"
        ),
        // Docker documentation, token authentication.
        (
            "mirror.example",
            [
                "Www-Authenticate":
                    #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#
            ],
            "dockerhub"
        ),
        ("images.example", ["X-JFrog-Version": "Artifactory/7.1"], "artifactory"),
        ("images.example", ["X-Artifactory-Id": "1:2"], "artifactory"),
        ("images.example", ["Server": "Nexus/3.70.1-02 (OSS)"], "nexus"),
        (
            "images.example", ["Www-Authenticate": #"BASIC realm="Sonatype Nexus Repository Manager""#],
            "nexus"
        ),
        ("images.example", ["Www-Authenticate": #"Basic realm="zot""#], "zot"),
        // distribution has nothing of its own.
        ("images.example", ["Docker-Distribution-Api-Version": "registry/2.0"], nil),
        ("images.example", ["Www-Authenticate": #"Basic realm="Registry Realm""#], nil),
        ("images.example", [:], nil),
        // A host says more than a header.
        ("quay.io", ["Server": "Nexus/3.70.1-02 (OSS)"], "quay"),
    ]

    @Test func eachThatHasSignsIsRecognisedBySomeAnswer() throws {
        let found = Set(Self.answers.compactMap(\.name))
        #expect(found == Set(Self.names).subtracting(["strict", "distribution"]))
    }

    @Test func eachSetupIsNamedByItsProfile() throws {
        let setups = try all().flatMap(\.facts).filter { $0.about == .setup }.compactMap(\.answer)
        for kind in SetupKind.allCases where ![.none, .stet, .exec].contains(kind) {
            #expect(setups.count { $0.hasPrefix("--setup \(kind.rawValue):") } == 1, "\(kind)")
        }
    }

    @Test("a registry is recognised by its host or by its first answer", arguments: answers)
    func isRecognised(host: String, headers: [String: String], name: String?) async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) { _, _ in
            var response = HTTPResponse(status: 401)
            for (name, value) in headers { response.headers[name] = value }
            return response
        }
        let found = try await ProfileRecognition(try all()).profile(
            of: HTTPURL(.https, host, "/"), over: registry)
        #expect(found?.name == name)
    }

    @Test func aRegistryThatSpeaksItsOwnDialectIsFunctional() async throws {
        var request = try SuiteFiles.request()
        request.profile = try SuiteFiles.profile("harbor")
        request.selection.only = ["first-push"]
        let result = try await Certifier(transport: MemoryRegistry(), now: { .zero }).run(request)
        #expect(result.kind == .functional)
        #expect(TerminalReport(result, usesColour: false).render().contains("profile harbor (functional)"))
        #expect(MarkdownReport.render(result).contains("Profile `harbor` (functional)"))
    }
}
