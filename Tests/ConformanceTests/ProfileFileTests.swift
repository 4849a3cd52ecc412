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

    @Test(arguments: names)
    func eachSaysWhatADenialIsAndHowItKnows(name: String) throws {
        let profile = try SuiteFiles.profile(name)
        #expect(profile.name == name)
        #expect(profile.facts.contains { $0.about == .denial })
        #expect(profile.facts.contains { $0.about == .identicalPush })
        #expect(profile.facts.allSatisfy { !$0.answer.isEmpty && !$0.source.isEmpty })
        #expect(profile.text.contains("high confidence; ") || profile.text.contains("medium confidence; "))
    }

    @Test func whatIsSaidOfAThingIsSaidOnce() throws {
        for profile in try all() {
            #expect(Set(profile.facts.map(\.about)).count == profile.facts.count, "\(profile.name)")
        }
    }

    private static let answers: [(host: String, headers: [String: String], name: String?)] = [
        ("1.dkr.ecr.eu-west-1.amazonaws.com", [:], "ecr"), ("contoso.azurecr.io", [:], "acr-locks"),
        ("quay.io", [:], "quay"), ("notquay.io", [:], nil), ("europe-docker.pkg.dev", [:], "gar"),
        ("registry-1.docker.io", [:], "dockerhub"),
        (
            "r.test",
            ["WWW-Authenticate": #"Bearer realm="https://r.test/service/token",service="harbor-registry""#],
            "harbor"
        ),
        ("r.test", ["gitlab-container-registry-version": "4.5.0"], "gitlab"),
        ("r.test", ["X-JFrog-Version": "Artifactory/7.1"], "artifactory"),
        ("r.test", ["Server": "Nexus/3.70.1-02 (OSS)"], "nexus"),
        ("r.test", ["Docker-Distribution-Api-Version": "registry/2.0"], nil),
    ]

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
