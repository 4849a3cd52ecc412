// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Testing

/// A registry that keeps every promise in a way that is not the usual one.
struct LegalRegistry: Sendable, CustomTestStringConvertible {
    let name: String
    let transport: @Sendable () -> any HTTPTransport

    var testDescription: String { name }

    /// Changes the answers of a correct registry.
    static func answering(
        _ name: String, _ answer: @escaping @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse
    ) -> LegalRegistry {
        LegalRegistry(name: name) {
            AlteringTransport(registry: MemoryRegistry()) { request, response in answer(request, response) }
        }
    }

    static let all = [
        LegalRegistry(name: "the usual one") { MemoryRegistry() },
        LegalRegistry(name: "deletes are off") {
            MemoryRegistry(tagDeletion: .unsupported, digestDeletion: .unsupported)
        },
        LegalRegistry(name: "deletes are remembered") {
            MemoryRegistry(tagDeletion: .remembered, digestDeletion: .remembered)
        },
        LegalRegistry(name: "the same image again is accepted") {
            MemoryRegistry(rule: writeOnceAcceptingIdentical)
        },
        elsewhere,
        answering("header names in lower case, and more of them") { _, answer in
            var headers = HTTPHeaders()
            for field in answer.headers.fields { headers.add(field.name.lowercased(), field.value) }
            headers.add("x-request-id", "1")
            return HTTPResponse(status: answer.status, headers: headers, body: answer.body)
        },
        answering("204 to a chunk") { request, answer in
            var answer = answer
            if request.method == .patch { answer.status = 204 }
            return answer
        },
        answering("no Docker-Content-Digest") { _, answer in
            var answer = answer
            answer.headers["Docker-Content-Digest"] = nil
            return answer
        },
        answering("a charset in the content type") { _, answer in
            var answer = answer
            if let type = answer.headers["Content-Type"] {
                answer.headers["Content-Type"] = "\(type); charset=utf-8"
            }
            return answer
        },
        answering("large chunks only") { request, answer in
            var answer = answer
            if request.method == .post { answer.headers["OCI-Chunk-Min-Length"] = "100000" }
            return answer
        },
    ]

    /// Uploads at an absolute address with a query of the registry's own, and blobs behind a redirect.
    private static let elsewhere = LegalRegistry(name: "uploads and blobs elsewhere") {
        AlteringTransport(
            registry: MemoryRegistry(),
            request: { request in
                var request = request
                request.url.path = request.url.path.replacing("/elsewhere/", with: "/v2/")
                return request
            },
            answer: { request, answer in
                var answer = answer
                if let location = answer.headers["Location"], answer.status == 202 {
                    let path = location.replacing("/v2/", with: "/elsewhere/")
                    answer.headers["Location"] = "http://registry.test\(path)?_state=signed"
                }
                guard request.isBlobGet else { return answer }
                let path = request.url.path.replacing("/v2/", with: "/elsewhere/")
                return HTTPResponse(status: 307, headers: ["Location": path])
            })
    }
}
