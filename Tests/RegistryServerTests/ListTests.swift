// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct ListTests {
    private func tags(_ response: HTTPResponse) throws -> [String] {
        try #require(try response.json()["tags"]?.array).compactMap(\.string)
    }

    @Test func listsTagsByTheirBytes() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            for tag in ["b", "a", "_", "Z", "a.1", "10", "9"] {
                #expect(try await registry.push(image, to: "a", as: tag).status == 201)
            }
            let response = try await registry.send(.get, "/v2/a/tags/list")
            #expect(try tags(response) == ["10", "9", "Z", "_", "a", "a.1", "b"])
            #expect(response.headers["Link"] == nil)
        }
    }

    @Test(arguments: [1, 2, 3, 5, 100]) func givesEveryTagOnceInPages(count: Int) async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            let names = ["t1", "t2", "t3", "t4", "t5"]
            let query = names.map { "tag=\($0)" }.joined(separator: "&")
            _ = try await registry.push(image, to: "a", as: "\(image.digest)", query: "?\(query)")
            var found: [String] = []
            var target: String? = "/v2/a/tags/list?n=\(count)"
            while let page = target {
                let response = try await registry.send(.get, page)
                #expect(response.status == 200)
                #expect(try tags(response).count <= count)
                found += try tags(response)
                target = response.headers["Link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
                #expect(response.headers["Link"]?.hasSuffix(">; rel=\"next\"") != false)
                try #require(found.count <= names.count)
            }
            #expect(found == names)
        }
    }

    @Test(arguments: [
        ("?last=t2", ["t3"]), ("?last=t25", ["t3"]), ("?last=zzz", []), ("?n=0", []),
        ("?n=1&last=t1", ["t2"]),
    ])
    func beginsAfterTheLastOne(query: String, expected: [String]) async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            _ = try await registry.push(image, to: "a", as: "\(image.digest)", query: "?tag=t1&tag=t2&tag=t3")
            #expect(try tags(await registry.send(.get, "/v2/a/tags/list\(query)")) == expected)
        }
    }

    @Test(arguments: ["?n=-1", "?n=x", "?n="]) func refusesACountThatIsNone(query: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(.get, "/v2/_catalog\(query)")
            #expect(response.status == 400)
        }
    }

    @Test func knowsWhichRepositoriesThereAre() async throws {
        try await withTestRegistry { registry in
            let unknown = try await registry.send(.get, "/v2/a/tags/list")
            #expect(unknown.status == 404)
            #expect(unknown.code == "NAME_UNKNOWN")
            for name in ["b", "a/c", "a"] {
                let image = try await registry.image("x", in: name)
                #expect(try await registry.push(image, to: name, as: "v1").status == 201)
            }
            let all = try await registry.send(.get, "/v2/_catalog")
            #expect(all.text == #"{"repositories":["a","a/c","b"]}"#)
            let page = try await registry.send(.get, "/v2/_catalog?n=2")
            #expect(page.text == #"{"repositories":["a","a/c"]}"#)
            #expect(page.headers["Link"] == #"</v2/_catalog?n=2&last=a/c>; rel="next""#)
        }
    }

    @Test func listsReferrersByType() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            #expect(try await registry.push(image, to: "a", as: "v1").status == 201)
            let empty = Array("{}".utf8)
            try await registry.push(blob: empty, to: "a")
            let config = Descriptor(mediaType: .ociEmptyJSON, of: empty)
            let subject = #","subject":\#(TestManifest.json(try image.descriptor))"#
            let signature = TestManifest.image(
                config: config,
                members: subject + #","artifactType":"application/sig+json","annotations":{"k":"v"}"#)
            let plain = TestManifest.image(config: config, members: subject)
            for manifest in [signature, plain] {
                let response = try await registry.push(manifest, to: "a", as: "\(manifest.digest)")
                #expect(response.status == 201)
                #expect(response.headers["OCI-Subject"] == image.digest.description)
            }
            func referrers(_ query: String) async throws -> (HTTPResponse, [Descriptor]) {
                let response = try await registry.send(.get, "/v2/a/referrers/\(image.digest)\(query)")
                let index = try JSONDocument.decode(ImageIndex.self, from: response.body, noun: "index")
                return (response, index.manifests)
            }
            let (all, both) = try await referrers("")
            #expect(all.headers["Content-Type"] == MediaType.ociIndex.rawValue)
            #expect(all.headers["OCI-Filters-Applied"] == nil)
            #expect(Set(both.map(\.digest)) == [signature.digest, plain.digest])
            let (filtered, one) = try await referrers("?artifactType=application/sig+json")
            #expect(filtered.headers["OCI-Filters-Applied"] == "artifactType")
            #expect(one.map(\.digest) == [signature.digest])
            #expect(one.first?.annotations == ["k": "v"])
            #expect(one.first?.artifactType?.rawValue == "application/sig+json")
            #expect(both.first { $0.digest == plain.digest }?.artifactType == .ociEmptyJSON)
            #expect(try await registry.send(.delete, "/v2/a/manifests/\(plain.digest)").status == 202)
            #expect(try await referrers("").1.map(\.digest) == [signature.digest])
        }
    }

    @Test func hasNoReferrersForWhatItDoesNotKnow() async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(.get, "/v2/nowhere/referrers/\(Digest(of: [1]))")
            #expect(response.status == 200)
            #expect(try response.json()["manifests"]?.array == [])
            #expect(try await registry.send(.get, "/v2/nowhere/referrers/v1").code == "DIGEST_INVALID")
        }
    }
}
