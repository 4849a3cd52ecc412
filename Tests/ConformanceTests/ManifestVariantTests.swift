// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite("Manifests that are sent in another way")
struct ManifestVariantTests {
    private final class Heard: Sendable {
        let requests = Mutex<[HTTPRequest]>([])
    }

    /// The manifest PUTs of one scenario with these steps.
    private func puts(_ steps: String) async throws -> [HTTPRequest] {
        let text = """
            suite: variants
            title: t
            scenarios:
              - id: variant
                title: t
                why: w
                level: sealed
                severity: must
                source: s
                covers: [O2]
                steps:
            \(steps)
            """
        let heard = Heard()
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            if request.isManifestPut { heard.requests.withLock { $0.append(request) } }
            return answer
        }
        let suites = try SuiteLoader.load(files: [NamedText(name: "variants.yaml", text: text)])
        let result = try await Certifier(transport: registry, pause: { _ in }).run(SuiteFiles.request(suites))
        #expect(result.scenarios.map(\.verdict) == [.passed], "\(TerminalReport(result).render())")
        return heard.requests.withLock { $0 }
    }

    private func body(_ request: HTTPRequest?) -> [UInt8] { request?.body?.inMemory ?? [] }

    @Test func aContentTypeIsSpeltAsItIsWritten() async throws {
        let puts = try await puts(
            """
                  - push: {image: a, tag: v1}
                  - push: {image: b, tag: v1, headers: {Content-Type: "$type; charset=utf-8"}}
                    expect: refused
                  - push: {image: b, tag: v1, headers: {Content-Type: "$TYPE"}}
                    expect: refused
                  - push: {image: b, tag: v1, headers: {Content-Type: ""}}
                    expect: refused
            """)
        let type = "\(MediaType.ociManifest)"
        #expect(
            puts.map { $0.headers["Content-Type"] }
                == [type, "\(type); charset=utf-8", type.uppercased(), nil])
    }

    @Test func aCodingIsSaidAndDone() async throws {
        let puts = try await puts(
            """
                  - push: {image: a, tag: v1}
                  - push: {image: b, tag: v1, coding: identity}
                    expect: refused
                  - push: {image: b, tag: v1, coding: gzip}
                    expect: refused
            """)
        #expect(puts.map { $0.headers["Content-Encoding"] } == [nil, "identity", "gzip"])
        #expect(body(puts[1]).first == UInt8(ascii: "{"))
        #expect(body(puts[2]).starts(with: [0x1F, 0x8B]))
    }

    @Test func aQueryStandsOnTheAddressOfTheTag() async throws {
        let puts = try await puts(
            """
                  - push: {image: a, tag: v1}
                  - push: {image: b, tag: v1, query: "force=true"}
                    expect: refused
            """)
        #expect(puts.last?.url.query == "force=true")
        #expect(puts.last?.url.path.hasSuffix("/manifests/v1") == true)
    }

    @Test("a padded manifest is longer and means the same", arguments: ["oci", "docker", "oci-index"])
    func padding(form: String) async throws {
        let flow = ["docker": "docker-schema2", "oci-index": "oci-index"][form] ?? "oci-monolithic"
        let puts = try await puts(
            """
                  - push: {image: a, tag: v1, with: \(flow)}
                  - push: {image: a, tag: v1, with: \(flow), padding: 5000}
                    expect: refused
            """
        ).filter { !$0.isByDigest }
        #expect(puts.count == 2)
        let type = try MediaType(puts[0].headers["Content-Type"] ?? "")
        let (plain, padded) = (body(puts[0]), body(puts[1]))
        #expect((5000...5100).contains(padded.count - plain.count))
        #expect(
            try Manifest(padded, mediaType: type).children.map(\.digest)
                == Manifest(plain, mediaType: type).children.map(\.digest))
    }

    @Test func aSubjectIsTheImageThatStands() async throws {
        let puts = try await puts(
            """
                  - push: {image: a, tag: v1}
                  - push: {image: b, tag: v1, subject: a}
                    expect: refused
            """)
        let text = String(decoding: body(puts.last), as: UTF8.self)
        #expect(text.contains("\"subject\":{\"mediaType\":\"\(MediaType.ociManifest)\""))
        #expect(text.contains("\"digest\":\"\(Digest(of: body(puts.first)))\""))
    }
}
