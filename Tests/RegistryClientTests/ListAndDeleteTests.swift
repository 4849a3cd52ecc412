// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct ListAndDeleteTests {
    private let registryWithPages = FakeRegistry { request throws(TransportError) in
        let isFirst = request.url.query == nil
        return HTTPResponse(
            status: 200, headers: isFirst ? ["Link": "</v2/_catalog?last=b&n=2>; rel=\"next\""] : [:],
            body: Array((isFirst ? #"{"repositories":["a","b/c"]}"# : #"{"repositories":["d"]}"#).utf8))
    }

    @Test func theCatalogueIsReadPageAfterPage() async throws {
        let names = try await RegistryClient.impatient(registryWithPages).repositories()
        #expect(names.map(\.description) == ["a", "b/c", "d"])
    }

    @Test(arguments: [(401, "log in"), (404, "404"), (405, "405")])
    func aRegistryWithoutCatalogueSaysSo(status: Int, word: String) async throws {
        let registry = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: status) }
        await #expect {
            _ = try await RegistryClient.impatient(registry).repositories()
        } throws: { "\($0)".contains(word) }
    }

    private func delete(_ reference: String, in registry: FakeRegistry) async throws {
        try await RegistryClient.impatient(registry).repository(RepositoryName("app"))
            .delete(RegistryRoute.ManifestReference(reference))
    }

    @Test(arguments: [200, 202, 204])
    func aTagIsDeleted(status: Int) async throws {
        let registry = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: status) }
        try await delete("1", in: registry)
        #expect(registry.lines == ["DELETE /v2/app/manifests/1"])
    }

    @Test(arguments: [
        (405, "UNSUPPORTED", "1", "by digest only"),
        (400, "UNSUPPORTED", "1", "by digest only"),
        (405, "UNSUPPORTED", "sha256:" + String(repeating: "a", count: 64), "storage.delete.enabled"),
        (409, "DENIED", "1", "a policy protects it"),
    ])
    func whereDeletingIsNotAllowedTheErrorSaysWhatNext(
        status: Int, code: String, reference: String, advice: String
    ) async throws {
        let registry = FakeRegistry { _ throws(TransportError) in
            HTTPResponse(
                status: status, body: Array(#"{"errors":[{"code":"\#(code)","message":"no"}]}"#.utf8))
        }
        await #expect {
            try await delete(reference, in: registry)
        } throws: { error in
            guard case .notDeleted(let refusal) = error as? RegistryError else { return false }
            let text = "\(refusal)"
            return text.contains("r.io/app") && text.contains("\(status)") && text.contains(advice)
        }
        #expect(registry.lines.count == 1)
    }

    @Test func whatIsNotThereAndWhatMayNotBeDoneAreTold() async throws {
        for (status, isExpected) in [
            (404, { (error: RegistryError?) in if case .notFound = error { true } else { false } }),
            (403, { (error: RegistryError?) in if case .unauthorized = error { true } else { false } }),
        ] {
            let registry = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: status) }
            await #expect {
                try await delete("1", in: registry)
            } throws: { isExpected($0 as? RegistryError) }
        }
    }

    @Test func aLostAnswerToADeletionIsSettledByAsking() async throws {
        let registry = FakeRegistry { request throws(TransportError) in
            guard request.method == .delete else { return HTTPResponse(status: 404) }
            throw TransportError(.interrupted, request, "connection reset")
        }
        try await delete("1", in: registry)
        #expect(registry.lines == ["DELETE /v2/app/manifests/1", "HEAD /v2/app/manifests/1"])
    }
}
