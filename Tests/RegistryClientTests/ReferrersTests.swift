// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct ReferrersTests {
    private static let subject = Descriptor(mediaType: .ociManifest, of: [1])
    private let subject = ReferrersTests.subject
    private let tagPath = "/v2/app/manifests/sha256-\(ReferrersTests.subject.digest.encoded)"

    private func repository(_ transport: any HTTPTransport) throws -> RemoteRepository {
        try RegistryClient.impatient(transport).repository(RepositoryName("app"))
    }

    private static func entry(_ number: UInt8, _ type: String?) throws -> Descriptor {
        var entry = Descriptor(mediaType: .ociManifest, of: [number])
        entry.artifactType = try type.map { try MediaType($0) }
        return entry
    }

    private static func page(_ entries: [Descriptor], _ headers: HTTPHeaders = [:]) throws -> HTTPResponse {
        let manifest = try Manifest(.index(ImageIndex(manifests: entries)))
        var response = HTTPResponse(status: 200, headers: headers, body: manifest.bytes)
        response.headers["Content-Type"] = MediaType.ociIndex.rawValue
        return response
    }

    /// An artifact that refers to the subject.
    private func signature(_ number: UInt8) throws -> Manifest {
        var image = ImageManifest(
            config: Descriptor(mediaType: .ociEmptyJSON, of: Array("{}".utf8)),
            layers: [Descriptor(mediaType: .octetStream, of: [number])])
        image.artifactType = try MediaType("application/vnd.test.signature")
        image.annotations = ["number": "\(number)"]
        image.subject = subject
        return try Manifest(.image(image))
    }

    @Test func pagesOfTheAPIAreReadAndFilteredWhereTheRegistryDoesNot() async throws {
        let (a, b) = (try Self.entry(1, "a/b"), try Self.entry(2, "c/d"))
        let first = try Self.page([a, b], ["Link": "<?artifactType=a/b&next=1>; rel=\"next\""])
        let second = try Self.page([b], ["OCI-Filters-Applied": "artifactType"])
        let registry = FakeRegistry { request throws(TransportError) in
            request.url.query?.contains("next") == true ? second : first
        }
        // What a registry says it has filtered is believed.
        let found = try await repository(registry).referrers(
            of: subject.digest, artifactType: MediaType("a/b"))
        #expect(found == [a, b])
        #expect(
            registry.lines == [
                "GET /v2/app/referrers/\(subject.digest)?artifactType=a/b",
                "GET /v2/app/referrers/\(subject.digest)?artifactType=a/b&next=1",
            ])
    }

    @Test func withoutTheAPITheIndexUnderTheTagIsRead() async throws {
        let (a, b) = (try Self.entry(1, "a/b"), try Self.entry(2, nil))
        let index = try Self.page([a, b])
        let path = tagPath
        let registry = FakeRegistry { request throws(TransportError) in
            request.url.path == path ? index : HTTPResponse(status: 404)
        }
        #expect(try await repository(registry).referrers(of: subject.digest) == [a, b])
        #expect(
            try await repository(registry).referrers(of: subject.digest, artifactType: MediaType("a/b")) == [
                a
            ])
        let empty = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: 404) }
        #expect(try await repository(empty).referrers(of: subject.digest).isEmpty)
    }

    @Test(arguments: [401, 500])
    func aRegistryThatDoesNotSayIsAnError(status: Int) async throws {
        let registry = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: status) }
        await #expect {
            _ = try await repository(registry).referrers(of: subject.digest)
        } throws: { "\($0)".contains("\(status)") }
    }

    @Test func aRegistryThatListsReferrersIsLeftToIt() async throws {
        let registry = FakeRegistry { _ throws(TransportError) in
            HTTPResponse(status: 201, headers: ["OCI-Subject": "\(ReferrersTests.subject.digest)"])
        }
        let signature = try signature(1)
        #expect(try await repository(registry).put(signature, as: nil) == .published(signature.descriptor))
        #expect(registry.lines == ["PUT /v2/app/manifests/\(signature.descriptor.digest)"])
    }

    @Test func whereTheRegistryDoesNotListReferrersWeDo() async throws {
        let registry = ManifestRegistry()
        let repository = try repository(registry)
        for number in [1, 2, 1] as [UInt8] { _ = try await repository.put(signature(number), as: nil) }
        let listed = try await repository.referrers(of: subject.digest)
        #expect(listed.map(\.digest) == [try signature(1), try signature(2)].map(\.descriptor.digest))
        #expect(listed.map(\.annotations) == [["number": "1"], ["number": "2"]])
        #expect(listed.allSatisfy { $0.artifactType?.rawValue == "application/vnd.test.signature" })
    }

    @Test func anIndexThatOthersReplaceIsWrittenAgain() async throws {
        let registry = ManifestRegistry(losesFirstIndex: true)
        let repository = try repository(registry)
        _ = try await repository.put(signature(1), as: nil)
        #expect(try await repository.referrers(of: subject.digest).count == 1)
    }

    @Test func whatAWriteOnceRegistryAnswersToTheSecondReferrerIsSaid() async throws {
        let registry = ManifestRegistry(isWriteOnce: true)
        let repository = try repository(registry)
        _ = try await repository.put(signature(1), as: nil)
        let second = try signature(2)
        await #expect {
            _ = try await repository.put(second, as: Tag("sig"))
        } throws: { error in
            guard case .notListed(let failure) = error as? RegistryError else { return false }
            return failure.manifest == second.descriptor && failure.subject == subject.digest
                && failure.reference.tag?.rawValue == "sha256-\(subject.digest.encoded)"
                && "\(failure)".contains("immutable") && "\(failure)".contains("what next")
        }
        // Stored all the same.
        #expect(try await repository.resolve(.tag(Tag("sig")))?.digest == second.descriptor.digest)
    }
}

/// A registry of manifests without referrers API.
private final class ManifestRegistry: HTTPTransport {
    private struct State {
        var manifests: [String: (bytes: [UInt8], type: String)] = [:]
        var losesNextIndex: Bool
    }

    private let isWriteOnce: Bool
    private let state: Mutex<State>

    init(isWriteOnce: Bool = false, losesFirstIndex: Bool = false) {
        self.isWriteOnce = isWriteOnce
        state = Mutex(State(losesNextIndex: losesFirstIndex))
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let name = String(request.url.path.split(separator: "/").last ?? "")
        guard request.url.path.contains("/manifests/") else { return HTTPResponse(status: 404) }
        return state.withLock { state in
            guard request.method == .put else {
                guard let (bytes, type) = state.manifests[name] else { return HTTPResponse(status: 404) }
                return HTTPResponse(status: 200, headers: ["Content-Type": type], body: bytes)
            }
            if isWriteOnce, state.manifests[name] != nil, !name.contains(":") {
                let error = #"{"errors":[{"code":"DENIED","message":"immutable tag"}]}"#
                return HTTPResponse(status: 409, body: Array(error.utf8))
            }
            let bytes = (try? request.body?.readAll()) ?? []
            if name.hasPrefix("sha256-"), state.losesNextIndex {
                state.losesNextIndex = false  // another client was faster
                return HTTPResponse(status: 201)
            }
            let type = request.headers["Content-Type"] ?? ""
            for key in [name, "\(Digest(of: bytes))"] { state.manifests[key] = (bytes, type) }
            return HTTPResponse(status: 201)
        }
    }
}
