// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// Reports where there is little room, and where there is much to say.
@Suite("Reports for small places")
struct ReportWidthTests {
    private func certify(
        _ only: [String] = [], setup: (any RegistrySetup)? = nil
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = only
        if setup != nil { request.mutablePrefix = nil }
        let registry = MemoryRegistry(
            rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
        var certifier = Certifier(transport: registry, now: { .zero })
        certifier.setup = setup
        return try await certifier.run(request)
    }

    @Test("prose and tables keep to the terminal", arguments: [60, 80, 120])
    func columns(width: Int) async throws {
        let result = try await certify(["basics", "overwrite", "delete", "crash"])
        let lines = TerminalReport(result, columns: width).render().split(separator: "\n")
        let wide = lines.filter { $0.count > width && !$0.contains("http://") }
        #expect(wide == [])
        let words = { (text: String) in text.split(whereSeparator: \.isWhitespace) }
        let narrow = words(TerminalReport(result, columns: width).render())
        #expect(narrow == words(TerminalReport(result).render()), "nothing but the line ends differs")
    }

    @Test func whatManyScenariosLackIsSaidOnce() async throws {
        let text = TerminalReport(try await certify(["first-push", "policies"])).render()
        let reason = "scenarios skipped, it needs a way to set policies, and none was given (--setup)"
        #expect(text.split(separator: "\n").count { $0.contains(reason) } == 1)
        #expect(!text.contains("policy-star"))
        #expect(text.contains("scenarios skipped, it was not selected"))
        #expect(!text.contains("skipped      delete-tag-then-push"))
    }

    @Test func whatCouldNotBePutBackIsInEveryReport() async throws {
        let api = VendorAPI(.swr) { $0 > 4 ? .status(403) : nil }
        let result = try await certify(["first-push"], setup: try Vendor.swr.setup(over: api))
        let left = try #require(result.leftChanged)
        #expect(left.contains("the namespace stet-certify-run1-frozen: ") && left.contains("403 Forbidden"))
        let page = String(decoding: try HTMLReport.render(result), as: UTF8.self)
        let json = String(decoding: try JSONReport.render(result), as: UTF8.self)
        for report in [
            TerminalReport(result).render(), MarkdownReport.render(result), JUnitReport.render(result), page,
            json,
        ] { #expect(report.contains("run1-frozen") && report.contains("403 Forbidden")) }
        #expect(page.contains("could not be put back as it was"))
    }

    @Test func aSummaryOfManyRepositoriesFitsIntoAComment() async throws {
        let result = try await certify()
        #expect(result.repositories.count > 100)
        let text = MarkdownReport.render(result)
        #expect(text.utf8.count < 65_536)
        #expect(text.contains(" more: see `report.json`"))
    }

    @Test(
        "a page shows a level in the colour of the badge", arguments: [(true, "violated"), (false, "passed")])
    func colour(overwrites: Bool, name: String) async throws {
        var request = try SuiteFiles.request()
        request.selection.skip = overwrites ? ["race"] : []
        let registry = overwrites ? MemoryRegistry(rule: Decision.accept) : MemoryRegistry()
        let result = try await Certifier(transport: registry, now: { .zero }).run(request)
        let page = String(decoding: try HTMLReport.render(result), as: UTF8.self)
        #expect(page.contains("<p class=\"verdict v-\(name)\">"))
    }

    @Test func theMatrixHasEachFlowAgainstItselfOnItsDiagonal() async throws {
        let page = String(
            decoding: try HTMLReport.render(try await certify(["overwrite-across-flows"])), as: UTF8.self)
        let labels = page.split(separator: "rotate(-45)\">").dropFirst().prefix(2).map {
            $0.prefix { $0 != "<" }
        }
        #expect(labels == ["docker-schema2", "oci-patch"])
    }
}
