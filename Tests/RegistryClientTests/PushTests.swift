// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct PushTests {
    private let store = MemoryStore()
    private let root: Descriptor

    init() throws {
        let config = store.add(Array("{}".utf8), .ociConfig)
        let layer = store.add([1, 2, 3], .ociLayerGzip)
        let manifest = try Manifest(.image(ImageManifest(config: config, layers: [layer])))
        root = store.add(manifest.bytes, .ociManifest)
    }

    private func repository(_ registry: FakeRegistry) throws -> RemoteRepository {
        try RegistryClient.impatient(registry).repository(try RepositoryName("team/app"))
    }

    /// A registry without contents that takes everything, but for the manifest PUT and what `override` says.
    private func registry(
        manifest: @escaping FakeRegistry.Answer = { _ throws(TransportError) in HTTPResponse(status: 201) },
        override: @escaping @Sendable (HTTPRequest) throws(TransportError) -> HTTPResponse? = { _ in nil }
    ) -> FakeRegistry {
        FakeRegistry { request throws(TransportError) in
            if let answer = try override(request) { return answer }
            switch request.method {
            case .head: return HTTPResponse(status: 404)
            case .post:
                return HTTPResponse(status: 202, headers: ["Location": "/v2/team/app/blobs/uploads/u1?s=1"])
            case .put where request.url.path.contains("/manifests/"): return try manifest(request)
            case .put: return HTTPResponse(status: 201)
            default: return HTTPResponse(status: 404)
            }
        }
    }

    private func denial(standing: String) -> HTTPResponse {
        let body = """
            {"errors":[{"code":"DENIED","message":"immutable tag: team/app:1 already exists","detail":\
            {"repository":"team/app","tag":"1","digest":"\(standing)","policy":"namespace/team"}}]}
            """
        return HTTPResponse(
            status: 409, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
    }

    /// The answer to a HEAD has no body, and whoever is turned away wants to know why.
    @Test("whoever is turned away at the first question is told why", arguments: [401, 403])
    func reasonOfAHead(status: Int) async throws {
        let registry = registry(override: { request throws(TransportError) in
            let body = #"{"errors":[{"code":"DENIED","message":"the trial of team has ended"}]}"#
            return HTTPResponse(status: status, body: request.method == .head ? [] : Array(body.utf8))
        })
        let error = await #expect(throws: RegistryError.self) {
            try await repository(registry).push(root, from: store, as: Tag("1"), CopySettings(jobs: 1))
        }
        #expect(error?.description.contains("\(status), DENIED: the trial of team has ended") == true)
        #expect(registry.lines == ["HEAD /v2/team/app/manifests/1", "GET /v2/team/app/manifests/1"])
        #expect(registry.requests.last?.headers["Range"] == "bytes=0-0")
    }

    @Test("another answer to the second question is no reason", arguments: [200, 404, 500])
    func noReasonOfAHead(status: Int) async throws {
        let registry = registry(override: { request throws(TransportError) in
            HTTPResponse(status: request.method == .head ? 403 : status, body: Array("{}".utf8))
        })
        let error = await #expect(throws: RegistryError.self) {
            try await repository(registry).push(root, from: store, as: Tag("1"), CopySettings(jobs: 1))
        }
        #expect(error?.description.contains("HEAD https://r.io/v2/team/app/manifests/1") == true)
        #expect(error?.description.contains("answered 403\n") == true)
    }

    @Test func blobsGoBeforeTheManifestAndTheTagIsAskedFirst() async throws {
        let registry = registry()
        let outcome = try await repository(registry).push(
            root, from: store, as: Tag("1"), CopySettings(jobs: 1))
        #expect(outcome == .published(root))
        #expect(registry.lines.first == "HEAD /v2/team/app/manifests/1")
        #expect(registry.lines.last == "PUT /v2/team/app/manifests/1")
        let puts = registry.lines.filter {
            $0.hasPrefix("PUT /v2/team/app/blobs/uploads/u1?s=1&digest=sha256:")
        }
        #expect(puts.count == 2)
    }

    @Test func aTagThatNamesOurManifestIsLeftAlone() async throws {
        let digest = root.digest
        let registry = registry(override: { request throws(TransportError) in
            guard request.method == .head, request.url.path.hasSuffix("/manifests/1") else { return nil }
            return HTTPResponse(
                status: 200,
                headers: [
                    "Docker-Content-Digest": "\(digest)", "Content-Type": MediaType.ociManifest.rawValue,
                    "Content-Length": "9",
                ])
        })
        #expect(
            try await repository(registry).push(root, from: store, as: Tag("1")) == .alreadyPublished(root))
        #expect(registry.lines == ["HEAD /v2/team/app/manifests/1"])
    }

    @Test func aRefusalNamesBothDigestsAndThePolicy() async throws {
        let standing = "sha256:" + String(repeating: "b", count: 64)
        let registry = registry(manifest: { _ throws(TransportError) in denial(standing: standing) })
        await #expect {
            _ = try await repository(registry).push(root, from: store, as: Tag("1"))
        } throws: { error in
            guard case .refused(let refusal) = error as? RegistryError else { return false }
            let text = "\(refusal)"
            return refusal.standing?.description == standing && refusal.policy == "namespace/team"
                && text.contains(standing) && text.contains("\(root.digest)")
                && text.contains("r.io/team/app:1")
        }
        #expect(registry.lines.filter { $0.hasPrefix("PUT /v2/team/app/manifests") }.count == 1)
    }

    @Test func aRefusalBecauseOfOurOwnDigestIsSuccess() async throws {
        let own = "\(root.digest)"
        let registry = registry(manifest: { _ throws(TransportError) in denial(standing: own) })
        #expect(
            try await repository(registry).push(root, from: store, as: Tag("1")) == .alreadyPublished(root))
    }

    /// The same manifest, named by sha512.
    private var long: Descriptor {
        get throws {
            let bytes = try #require(store.content(root))
            let digest = Digest(of: bytes, algorithm: .sha512)
            return store.add(bytes, as: Descriptor(mediaType: .ociManifest, digest: digest, size: root.size))
        }
    }

    @Test func aManifestThatIsNamedBySHA512MayBeAnsweredBySHA256() async throws {
        let short = "\(root.digest)"
        let registry = registry(manifest: { _ throws(TransportError) in
            HTTPResponse(status: 201, headers: ["Docker-Content-Digest": short])
        })
        let pushed = try long
        #expect(try await repository(registry).push(pushed, from: store, as: Tag("1")) == .published(pushed))
    }

    @Test func aTagThatNamesItBySHA256IsLeftAlone() async throws {
        let short = "\(root.digest)"
        let refusing = registry(manifest: { _ throws(TransportError) in denial(standing: short) })
        let pushed = try long
        #expect(
            try await repository(refusing).push(pushed, from: store, as: Tag("1"))
                == .alreadyPublished(pushed))
        let standing = registry(override: { request throws(TransportError) in
            guard request.method == .head, request.url.path.hasSuffix("/manifests/1") else { return nil }
            return HTTPResponse(
                status: 200,
                headers: [
                    "Docker-Content-Digest": short, "Content-Type": MediaType.ociManifest.rawValue,
                    "Content-Length": "9",
                ])
        })
        #expect(
            try await repository(standing).push(pushed, from: store, as: Tag("1"))
                == .alreadyPublished(pushed))
        #expect(standing.lines == ["HEAD /v2/team/app/manifests/1"])
    }

    @Test func aRegistryThatAsksForALongPauseIsQuoted() async throws {
        let registry = registry(manifest: { _ throws(TransportError) in
            HTTPResponse(status: 429, headers: ["Retry-After": "3600"])
        })
        await #expect {
            _ = try await repository(registry).push(root, from: store, as: Tag("1"))
        } throws: { "\($0)".contains("answered 429") && "\($0)".contains("in 3600 seconds") }
    }

    @Test func aLostAnswerIsSettledByAskingTheTag() async throws {
        let digest = root.digest
        let isStored = Mutex(false)
        let registry = registry(
            manifest: { request throws(TransportError) in
                isStored.withLock { $0 = true }
                throw TransportError(.interrupted, request, "connection reset")
            },
            override: { request throws(TransportError) in
                guard request.method == .head, request.url.path.contains("/manifests/1"),
                    isStored.withLock({ $0 })
                else { return nil }
                return HTTPResponse(
                    status: 200,
                    headers: [
                        "Docker-Content-Digest": "\(digest)", "Content-Type": MediaType.ociManifest.rawValue,
                        "Content-Length": "9",
                    ])
            })
        #expect(try await repository(registry).push(root, from: store, as: Tag("1")) == .published(root))
        #expect(registry.lines.filter { $0.hasPrefix("PUT /v2/team/app/manifests") }.count == 1)
    }

    @Test func aBrokenUploadIsOpenedAnew() async throws {
        let failures = Mutex(1)
        let registry = registry(override: { request throws(TransportError) in
            guard request.method == .put, request.url.path.contains("/uploads/"),
                failures.withLock({ left in
                    defer { left -= 1 }
                    return left > 0
                })
            else { return nil }
            throw TransportError(.interrupted, request, "connection reset")
        })
        #expect(
            try await repository(registry).push(root, from: store, as: Tag("1"), CopySettings(jobs: 1))
                == .published(root))
        #expect(registry.lines.filter { $0.hasPrefix("POST") }.count == 3)
        #expect(registry.lines.contains("GET /v2/team/app/blobs/uploads/u1?s=1"))
    }

    @Test(arguments: [408, 500, 502, 504])
    func aManifestThatMayHaveBeenStoredIsAskedForAndSentAgain(status: Int) async throws {
        let failures = Mutex(2)
        let registry = registry(manifest: { _ throws(TransportError) in
            let isFailing = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            return HTTPResponse(status: isFailing ? status : 201)
        })
        #expect(try await repository(registry).push(root, from: store, as: Tag("1")) == .published(root))
        let talk = registry.lines.filter { $0.contains("/manifests/1") }.map { $0.prefix { $0 != " " } }
        #expect(talk == ["HEAD", "PUT", "HEAD", "PUT", "HEAD", "PUT"])
    }

    @Test(arguments: [400, 401, 403, 404, 405, 409, 413, 429, 503])
    func aManifestThatWasRefusedIsSentOnce(status: Int) async throws {
        let registry = registry(manifest: { _ throws(TransportError) in HTTPResponse(status: status) })
        await #expect {
            _ = try await repository(registry).push(root, from: store, as: Tag("1"))
        } throws: { "\($0)".contains("\(status)") }
        #expect(registry.lines.filter { $0.hasPrefix("PUT /v2/team/app/manifests") }.count == 1)
    }

    @Test func aRegistryThatKeepsFailingIsGivenUp() async throws {
        let registry = registry(manifest: { _ throws(TransportError) in HTTPResponse(status: 500) })
        await #expect {
            _ = try await repository(registry).push(root, from: store, as: Tag("1"))
        } throws: { "\($0)".contains("500") }
        #expect(registry.lines.filter { $0.hasPrefix("PUT /v2/team/app/manifests") }.count == 5)
    }

    @Test func aRegistryThatStoresOtherBytesIsCaught() async throws {
        let other = "sha256:" + String(repeating: "c", count: 64)
        let registry = registry(manifest: { _ throws(TransportError) in
            HTTPResponse(status: 201, headers: ["Docker-Content-Digest": other])
        })
        await #expect {
            _ = try await repository(registry).push(root, from: store, as: Tag("1"))
        } throws: { error in
            if case .mismatch = error as? RegistryError { true } else { false }
        }
    }
}
