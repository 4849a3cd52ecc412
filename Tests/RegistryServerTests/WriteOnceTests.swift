// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct WriteOnceTests {
    /// Every byte and every header but the date and the request's name: this is what clients and the certificate rely on.
    private func expectRefusal(
        _ response: HTTPResponse, _ message: String, _ tag: String, _ digest: Digest,
        by policy: String = "registry"
    ) {
        #expect(response.status == 409)
        let body =
            #"{"errors":[{"code":"DENIED","message":"immutable tag: team/app:\#(tag) \#(message)","#
            + #""detail":{"repository":"team/app","tag":"\#(tag)","digest":"\#(digest)","policy":"\#(policy)"}}]}"#
        #expect(response.text == body)
        #expect(response.headers["Content-Type"] == "application/json")
        let names = Set(response.headers.fields.map { $0.name.lowercased() })
        #expect(names == ["content-type", "content-length", "date", "x-request-id"])
    }

    @Test func refusesEverySecondPush() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            let index = TestManifest.index([try a.descriptor])
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            for manifest in [b, a, index, b] {
                let response = try await registry.push(manifest, to: "team/app", as: "1.0")
                expectRefusal(response, "already exists", "1.0", a.digest)
            }
            #expect(try await registry.resolve("1.0", in: "team/app") == a.digest.description)
            #expect(try await registry.resolve("\(b.digest)", in: "team/app") == nil)
            #expect(try await registry.push(b, to: "team/app", as: "1.1").status == 201)
            let sibling = try await registry.image("b", in: "team/app2")
            #expect(try await registry.push(sibling, to: "team/app2", as: "1.0").status == 201)
        }
    }

    @Test func answersTheSameThroughEveryDoor() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            var chunked = try registry.request(
                .put, "/v2/team/app/manifests/1.0", ["Content-Type": b.mediaType], body: b.bytes)
            chunked.framing = .chunked
            let conditional: HTTPHeaders = ["Content-Type": b.mediaType, "If-Match": "\"\(a.digest)\""]
            let requests = [
                chunked,
                try registry.request(
                    .put, "/v2/team/app/manifests/%31.0", ["Content-Type": b.mediaType], body: b.bytes),
                try registry.request(.put, "/v2/team/app/manifests/1.0", conditional, body: b.bytes),
                try registry.request(
                    .put, "/v2/team/app/manifests/\(b.digest)?tag=1.0", ["Content-Type": b.mediaType],
                    body: b.bytes),
                try registry.request(
                    .put, "/v2/team/app/manifests/\(b.digest)?tag=new&tag=1.0", ["Content-Type": b.mediaType],
                    body: b.bytes),
            ]
            for request in requests {
                expectRefusal(try await registry.send(request), "already exists", "1.0", a.digest)
            }
            #expect(try await registry.resolve("new", in: "team/app") == nil)
            #expect(try await registry.resolve("\(b.digest)", in: "team/app") == nil)
            #expect(try await registry.push(b, to: "team/app", as: "\(b.digest)").status == 201)
        }
    }

    @Test func decidesAfterTheFormAndBeforeTheContent() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            let lacking = TestManifest.image(config: Descriptor(mediaType: .ociConfig, of: [1, 2]))
            expectRefusal(
                try await registry.push(lacking, to: "team/app", as: "1.0"), "already exists", "1.0", a.digest
            )
            #expect(try await registry.push(lacking, to: "team/app", as: "2.0").status == 404)
            let malformed = TestManifest(.ociManifest, "{")
            #expect(try await registry.push(malformed, to: "team/app", as: "1.0").status == 400)
            var large = a
            large.bytes += Array(repeating: 0x20, count: 5 << 20)
            #expect(try await registry.push(large, to: "team/app", as: "1.0").status == 413)
        }
    }

    @Test func acceptsTheSameDigestAgainWhereThePolicyDoes() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "namespace/team", "identicalPush": "allow"}"#)
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            for _ in 0..<3 { #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201) }
            expectRefusal(
                try await registry.push(b, to: "team/app", as: "1.0"), "already exists", "1.0", a.digest,
                by: "namespace/team")
            let events = try await registry.events()
            #expect(events.count { $0["action"]?.string == "tag-created" } == 1)
        }
    }

    @Test func refusesDeletionByTagAndThroughManifestsAndIndexes() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "\(a.digest)").status == 201)
            let inner = TestManifest.index([try a.descriptor])
            #expect(try await registry.push(inner, to: "team/app", as: "\(inner.digest)").status == 201)
            let outer = TestManifest.index([try inner.descriptor])
            #expect(try await registry.push(outer, to: "team/app", as: "1.0").status == 201)
            for reference in ["1.0", "\(outer.digest)", "\(inner.digest)", "\(a.digest)"] {
                let response = try await registry.send(.delete, "/v2/team/app/manifests/\(reference)")
                expectRefusal(response, "cannot be deleted", "1.0", outer.digest)
            }
            #expect(try await registry.send(.get, "/v2/team/app/manifests/\(a.digest)").body == a.bytes)
            let loose = try await registry.image("loose", in: "team/app")
            #expect(try await registry.push(loose, to: "team/app", as: "\(loose.digest)").status == 201)
            #expect(try await registry.send(.delete, "/v2/team/app/manifests/\(loose.digest)").status == 202)
        }
    }

    @Test(arguments: [false, true]) func neverGivesADeletedNameAwayAgain(byDigest: Bool) async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "repository/team/app", "deletion": "allow"}"#)
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            let reference = byDigest ? "\(a.digest)" : "1.0"
            #expect(try await registry.send(.delete, "/v2/team/app/manifests/\(reference)").status == 202)
            for manifest in [b, a] {
                expectRefusal(
                    try await registry.push(manifest, to: "team/app", as: "1.0"),
                    "was deleted and cannot be used again", "1.0", a.digest, by: "repository/team/app")
            }
            #expect(try await registry.resolve("1.0", in: "team/app") == nil)
            let change = try await registry.admin(
                .patch, "policies/repository/team/app", #"{"reuse": "allow"}"#)
            #expect(change.status == 200)
            #expect(try await registry.push(b, to: "team/app", as: "1.0").status == 201)
            expectRefusal(
                try await registry.push(a, to: "team/app", as: "1.0"), "already exists", "1.0", b.digest,
                by: "repository/team/app")
        }
    }

    @Test func obeysAChangedPolicyWithTheNextRequest() async throws {
        try await withTestRegistry { registry in
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            try await registry.setPolicy(#"{"scope": "namespace/team"}"#)
            #expect(try await registry.push(b, to: "team/app", as: "1.0").status == 409)
            for (change, status) in [
                (#"{"enabled": false}"#, 201), (#"{"enabled": true}"#, 409), (#"{"tags": ["v*"]}"#, 201),
                (#"{"tags": ["**"], "exceptTags": ["1.*"]}"#, 201), (#"{"exceptTags": []}"#, 409),
                (#"{"images": ["other"]}"#, 201), (#"{"images": ["a*"]}"#, 409),
            ] {
                #expect(try await registry.admin(.patch, "policies/namespace/team", change).status == 200)
                let other = try await registry.resolve("1.0", in: "team/app") == a.digest.description ? b : a
                #expect(
                    try await registry.push(other, to: "team/app", as: "1.0").status == status, "\(change)")
            }
            #expect(try await registry.admin(.delete, "policies/namespace/team").status == 204)
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            #expect(try await registry.push(b, to: "team/app", as: "1.0").status == 201)
        }
    }

    @Test func keepsTagsApartByCase() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "V1").status == 201)
            #expect(try await registry.push(b, to: "team/app", as: "v1").status == 201)
            #expect(try await registry.resolve("V1", in: "team/app") == a.digest.description)
        }
    }

    @Test func leavesConnectionsInOrderAfterARefusal() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "team/app")
            let b = try await registry.image("b", in: "team/app")
            #expect(try await registry.push(a, to: "team/app", as: "1.0").status == 201)
            for _ in 0..<50 {
                expectRefusal(
                    try await registry.push(b, to: "team/app", as: "1.0"), "already exists", "1.0", a.digest)
                #expect(try await registry.send(.get, "/v2/team/app/manifests/1.0").body == a.bytes)
            }
        }
    }
}
