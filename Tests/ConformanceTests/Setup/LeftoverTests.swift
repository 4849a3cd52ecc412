// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// What runs leave that are killed, or that cannot put back what they did.
@Suite("What is left in a registry by a setup")
struct LeftoverTests {
    private static let run = "20261120-100000z-a1b2"
    private static let end = "is left from another run; if that does not go on, remove it"

    private static let left: [(Vendor, Set<String>, [String])] = [
        (
            .harbor, ["stet-certify-\(run)-frozen", "stet-certify-mine", "team"],
            ["the project stet-certify-\(run)-frozen \(end)"]
        ),
        (
            .swr, ["stet-certify-\(run)-open", "stet-certify-\(run)-frozen"],
            [
                "the namespace stet-certify-\(run)-frozen \(end)",
                "the namespace stet-certify-\(run)-open \(end)",
            ]
        ),
        (.gar, ["stet-certify-\(run)-open", "images"], ["the repository stet-certify-\(run)-open \(end)"]),
        (
            .gitlab, ["Team/sub/stet-certify-\(run)-open-deletion_scheduled"],
            ["the project Team/sub/stet-certify-\(run)-open-deletion_scheduled \(end)"]
        ),
        (
            .ecr, ["stet-certify-frozen/\(run)/a", "stet-certify-frozen/\(run)/b/c", "app/stet-certify"],
            [
                "2 repositories in stet-certify-frozen/\(run) are left from another run; if that does not go on, remove them"
            ]
        ),
        (
            .quay, ["team/stet-certify-open/\(run)/a", "team/app"],
            ["the repository team/stet-certify-open/\(run)/a \(end)"]
        ),
        (
            .acr, ["stet-certify/frozen/\(run)/a", "app"],
            ["the repository stet-certify/frozen/\(run)/a \(end)"]
        ),
    ]

    @Test("what another run has left is named, and nothing else", arguments: left)
    func named(vendor: Vendor, found: Set<String>, lines: [String]) async throws {
        var used = vendor
        used.found = found
        let setup = try used.setup(over: VendorAPI(used))
        #expect(try await setup.prepare(runID: "run1").leftovers == lines)
        let own = try vendor.setup(over: VendorAPI(used))
        #expect(try await own.prepare(runID: Self.run).leftovers == [], "a run does not name itself")
    }

    @Test("whoever may not list goes on", arguments: left.map { $0.0 }, [400, 401, 403, 404, 500])
    func unlisted(vendor: Vendor, status: Int) async throws {
        let whole = VendorAPI(vendor)
        _ = try await vendor.setup(over: whole).prepare(runID: "run1")
        let marks = ["name=stet-certify-", "search=stet-", "limit=100", "pageSize", "namespace=", "_catalog"]
        let index = try #require(
            whole.calls.firstIndex { call in
                call.hasSuffix("(DescribeRepositories)") || marks.contains { call.contains($0) }
            })
        let api = VendorAPI(vendor) { $0 == index ? .status(status) : nil }
        #expect(try await vendor.setup(over: api).prepare(runID: "run1").leftovers == [])
    }

    @Test func aListInPagesIsReadToItsEnd() async throws {
        let name = "stet-certify-frozen/\(Self.run)"
        let api = AlteringTransport(registry: VendorAPI(.ecr)) { request, response in
            guard request.headers["X-Amz-Target"]?.hasSuffix("DescribeRepositories") == true else {
                return response
            }
            let isSecond = String(decoding: request.body?.inMemory ?? [], as: UTF8.self).contains("p2")
            let text =
                isSecond
                ? #"{"repositories": [{"repositoryName": "\#(name)/b"}]}"#
                : #"{"repositories": [{"repositoryName": "\#(name)/a"}], "nextToken": "p2"}"#
            return HTTPResponse(status: 200, body: Array(text.utf8))
        }
        let lines = try await Vendor.ecr.setup(over: api).prepare(runID: "run1").leftovers
        #expect(lines.first?.hasPrefix("2 repositories in \(name) are left") == true, "\(lines)")
    }

    @Test func aListWithoutAnEndIsLeft() async throws {
        let calls = Counter()
        let api = AlteringTransport(registry: VendorAPI(.ecr)) { _, _ in
            calls.next()
            return HTTPResponse(status: 200, body: Array(#"{"repositories": [], "nextToken": "p"}"#.utf8))
        }
        #expect(try await Vendor.ecr.setup(over: api).prepare(runID: "run1").leftovers == [])
        #expect(calls.count == 10)
    }

    /// No report is written then, so the console must say it.
    @Test func whatAFailedPreparationLeavesIsNamed() async throws {
        let api = VendorAPI(.harbor) { $0 > 1 ? .status(403) : nil }
        var certifier = Certifier(transport: MemoryRegistry())
        certifier.setup = try Vendor.harbor.setup(over: api)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        let lines = Mutex<[String]>([])
        let (ready, wanted) = (certifier, request)
        await #expect(throws: CertifyError.self) {
            _ = try await ready.run(wanted) { event in
                if case .leftovers(let found) = event { lines.withLock { $0 += found } }
            }
        }
        let line = try #require(lines.withLock { $0 }.last)
        #expect(line.hasPrefix("could not be put back: the project stet-certify-run1-frozen: "), "\(line)")
        #expect(line.contains("403 Forbidden") && !line.contains("s3cret"))
    }
}
