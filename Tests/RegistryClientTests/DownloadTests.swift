// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct DownloadTests {
    private static let content = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    private let blob = Descriptor(mediaType: .ociLayerGzip, of: content)

    /// One answer of the registry.
    enum Answer: Sendable {
        /// The whole, or the part from where the request says, or less of it, and then the connection breaks.
        case whole
        case part
        case wholeUpTo(Int)
        case partUpTo(Int)
        /// A part that begins elsewhere.
        case partFrom(Int)
        /// Less than was promised, as if it were all.
        case shortened(Int)
        case garbage(Int)
        case status(Int)
        case lost
    }

    private static func response(
        _ answer: Answer, _ request: HTTPRequest
    ) throws(TransportError) -> HTTPResponse {
        let start = Int(request.rangeStart ?? 0)
        func part(_ range: Range<Int>, breaks: Bool = false, status: Int) -> HTTPResponse {
            var response = HTTPResponse(status: status, body: Array(content[range]))
            if status == 206 {
                response.headers["Content-Range"] =
                    "bytes \(range.lowerBound)-\(content.count - 1)/\(content.count)"
            }
            if breaks { response.headers[FakeRegistry.breaks] = "yes" }
            return response
        }
        switch answer {
        case .whole: return part(0..<content.count, status: 200)
        case .part: return part(start..<content.count, status: 206)
        case .wholeUpTo(let end): return part(0..<end, breaks: true, status: 200)
        case .partUpTo(let end): return part(start..<end, breaks: true, status: 206)
        case .partFrom(let first): return part(first..<content.count, status: 206)
        case .shortened(let end): return part(start..<end, status: start == 0 ? 200 : 206)
        case .garbage(let count): return HTTPResponse(status: 200, body: Array(repeating: 7, count: count))
        case .status(let status): return HTTPResponse(status: status)
        case .lost: throw TransportError(.interrupted, request, "connection reset")
        }
    }

    private func registry(_ answers: [Answer]) -> FakeRegistry {
        let left = Mutex(answers)
        return FakeRegistry { request throws(TransportError) in
            let next = left.withLock { $0.isEmpty ? .status(418) : $0.removeFirst() }
            return try DownloadTests.response(next, request)
        }
    }

    private func download(_ registry: some HTTPTransport, into store: MemoryStore) async throws {
        try await RegistryClient.impatient(registry).repository(RepositoryName("app")).transfer(
            blob, to: store)
    }

    @Test(
        arguments: [
            ([.whole], [nil]),
            ([.wholeUpTo(100), .part], [nil, "bytes=100-"]),
            ([.wholeUpTo(100), .partUpTo(4_000), .part], [nil, "bytes=100-", "bytes=4000-"]),
            ([.lost, .whole], [nil, nil]),
            ([.wholeUpTo(5_000)], [nil]),  // all was there when the connection broke
            ([.wholeUpTo(100), .lost, .part], [nil, "bytes=100-", "bytes=100-"]),
            ([.wholeUpTo(100), .whole, .whole], [nil, "bytes=100-", nil]),  // no ranges here
            ([.wholeUpTo(100), .status(416), .whole], [nil, "bytes=100-", nil]),
            ([.wholeUpTo(100), .partFrom(50), .whole], [nil, "bytes=100-", nil]),
            ([.wholeUpTo(100), .whole, .wholeUpTo(99), .whole], [nil, "bytes=100-", nil, nil]),
            ([.shortened(100), .part], [nil, "bytes=100-"]),
            ([.wholeUpTo(100), .status(500), .part], [nil, "bytes=100-", "bytes=100-"]),
            ([.wholeUpTo(100), .status(503), .part], [nil, "bytes=100-", "bytes=100-"]),
        ] as [([Answer], [String?])])
    func aDownloadGoesOnWhereItBroke(answers: [Answer], ranges: [String?]) async throws {
        let registry = registry(answers)
        let store = MemoryStore()
        try await download(RetryingTransport(registry, sleep: { _ in }), into: store)
        #expect(store.content(blob) == DownloadTests.content)
        #expect(registry.requests.map { $0.headers["Range"] } == ranges)
    }

    /// A pause is not to look like a hang.
    @Test func eachFaultThatPassesIsTold() async throws {
        let told = Mutex<[String]>([])
        let registry = registry([.wholeUpTo(100), .status(503), .lost, .part])
        let store = MemoryStore()
        let note: @Sendable (String) -> Void = { reason in told.withLock { $0.append(reason) } }
        try await RetryNews.$listener.withValue(RetryNews(note)) {
            try await download(RetryingTransport(registry, sleep: { _ in }), into: store)
        }
        #expect(store.content(blob) == DownloadTests.content)
        let reasons = told.withLock { $0 }
        #expect(reasons.count == 3, "\(reasons)")
        #expect(reasons.contains("the server answered 503"))
    }

    @Test(
        arguments: [
            ([.garbage(5_000)], ""), ([.garbage(5_001)], "more"), ([.status(404)], "404"),
            ([.status(403)], "403"),
            ([.wholeUpTo(100), .status(403)], "403"), ([.status(206)], "206"),
            ([.lost], "connection reset"), ([.wholeUpTo(100), .lost], "connection reset"),
            ([.wholeUpTo(100), .status(500)], "500"),
            ([.wholeUpTo(1), .partUpTo(2), .partUpTo(3), .partUpTo(4), .partUpTo(5)], "connection reset"),
        ] as [([Answer], String)])
    func whatIsWrongIsOneErrorAndNothingIsStored(answers: [Answer], word: String) async throws {
        let registry = registry(answers)
        let store = MemoryStore()
        await #expect { try await download(registry, into: store) } throws: { "\($0)".contains(word) }
        #expect(!store.contains(blob))
        #expect(registry.requests.count == answers.count)
    }

    @Test func aContentIsVerifiedByTheAlgorithmOfItsName() async throws {
        let content = DownloadTests.content
        let digest = Digest(of: content, algorithm: .sha512)
        let descriptor = Descriptor(
            mediaType: .ociLayerGzip, digest: digest, size: Int64(content.count))
        let repository = try RegistryClient.impatient(registry([.whole, .whole, .garbage(content.count)]))
            .repository(RepositoryName("app"))
        #expect(try await repository.read(descriptor, limitBytes: content.count) == content)
        let other = Digest(of: [1], algorithm: .sha512)
        for wrong in [other, digest] {
            let named = Descriptor(mediaType: .ociLayerGzip, digest: wrong, size: Int64(content.count))
            await #expect {
                _ = try await repository.read(named, limitBytes: content.count)
            } throws: { if case .mismatch = $0 as? RegistryError { true } else { false } }
        }
    }
}
