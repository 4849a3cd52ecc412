// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// The reports for people who do not sit at the terminal.
@Suite("Report pages")
struct ReportPageTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String] = [], skip: [String] = []
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: skip)
        return try await Certifier(transport: registry, now: { .zero }).run(request)
    }

    private var overwriting: MemoryRegistry {
        MemoryRegistry(rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
    }

    private func page(_ result: CertifyResult) throws -> String {
        String(decoding: try HTMLReport.render(result), as: UTF8.self)
    }

    @Test func thePageShowsTheViolationWithItsEvidence() async throws {
        let page = try page(try await certify(overwriting, only: ["denial-as-declared"]))
        #expect(page.hasPrefix("<!doctype html>"))
        #expect(page.contains("<span class=\"tag v-violated\">violated</span>"))
        #expect(page.contains("manifests/"))
        #expect(page.contains("201 Created"))
        #expect(!page.contains("{{"), "every tag of the template is filled")
    }

    @Test func thePageNeedsNoNetworkAndRunsNoScript() async throws {
        let page = try page(try await certify(MemoryRegistry(), only: ["first-push", "denial-as-declared"]))
        for forbidden in ["<script", "<link", "<img", "src=", "@import", "url(", "http-equiv"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
    }

    @Test func thePageDrawsTheFlowsAndTheRaces() async throws {
        let page = try page(try await certify(MemoryRegistry()))
        #expect(page.contains("<svg class=\"matrix\""))
        #expect(page.contains("docker-schema2 → oci-chunked: passed"))
        #expect(page.contains("<svg class=\"race\""))
        #expect(page.contains("class=\"s-won\"") && page.contains("class=\"s-refused\""))
    }

    /// Whoever opens the page sees the request and the answer; the rest is folded.
    @Test func theEvidenceOfTheFirstCaseIsOpen() async throws {
        let page = try page(try await certify(overwriting, only: ["overwrite-same-flow"]))
        let scenario = try #require(page.firstRange(of: "id=\"overwrite-same-flow\" open>"))
        let rest = page[scenario.upperBound...]
        let first = try #require(rest.firstRange(of: "<details class=\"case\" open>"))
        let evidence = try #require(rest.firstRange(of: "<div class=\"exchange\"><p><code>PUT "))
        #expect(first.lowerBound < evidence.lowerBound)
        #expect(rest.ranges(of: "<details class=\"case\" open>").count == 1)
        #expect(!rest[..<evidence.lowerBound].contains("<details class=\"exchange\""))
    }

    @Test func casesThatAreNotShownAreCounted() async throws {
        let page = try page(try await certify(MemoryRegistry(), only: ["overwrite-across-flows"]))
        #expect(page.contains("and 79 more cases: see report.json"))
    }

    /// Colours alone say nothing to some, pictures nothing to others.
    @Test func verdictsHaveMarksAndPicturesHaveWords() async throws {
        let registry = MemoryRegistry { claim in
            claim.new.type.contains("docker") ? .accept(claim) : writeOnce(claim)
        }
        let page = try page(try await certify(registry, only: ["overwrite-across-flows", "race-readers"]))
        #expect(page.contains("aria-label=\"90 combinations: "))
        #expect(page.contains("text-anchor=\"middle\">✓</text>"))
        #expect(page.contains("text-anchor=\"middle\">✕</text>"))
        #expect(page.contains("<span class=\"unseen\">violated: </span>"))
        #expect(page.contains(": 1 accepted, 15 refused"))
        #expect(
            page.contains("<a class=\"skip\" href=\"#results\">") && page.contains("<main id=\"results\">"))
    }

    @Test func whyAScenarioDidNotRunIsSeenWithoutOpeningIt() async throws {
        let page = try page(try await certify(MemoryRegistry(), only: ["restart"]))
        #expect(
            page.contains("recommended, it needs a way to do restart, and none was given (--hooks)</span>"))
    }

    @Test func whatARegistrySaysIsTextOnThePage() async throws {
        let evil = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.isManifestPut else { return answer }
            let headers: HTTPHeaders = ["Content-Type": "application/json"]
            return HTTPResponse(
                status: 418, headers: headers, body: Array(#"{"x":"<script>alert(1)</script>"}"#.utf8))
        }
        let result = try await certify(evil, only: ["first-push"])
        let page = try page(result)
        #expect(!page.contains("<script>alert"))
        #expect(page.contains("&lt;script&gt;alert"))
        #expect(!MarkdownReport.render(result).contains("\n# "))
    }

    @Test func markdown() async throws {
        let result = try await certify(overwriting, skip: ["race"])
        try Snapshot.expect(MarkdownReport.render(result), matches: "overwriting.md")
    }

    @Test func theBadgeNamesTheLevel() async throws {
        #expect(BadgeReport.render(try await certify(MemoryRegistry())).contains(">sealed<"))
        let overwritten = try await certify(overwriting, only: ["protocol", "write-once"], skip: ["race"])
        #expect(BadgeReport.render(overwritten).contains(">protocol<"))
        let nothing = try await certify(MemoryRegistry(), only: ["identical-push"])
        #expect(BadgeReport.render(nothing).contains(">not certified<"))
    }
}
