// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct RegistryRouteTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    @Test(arguments: [
        "/v2/",
        "/v2/_catalog",
        "/v2/a/blobs/\(digest)",
        "/v2/a/b/c/blobs/\(digest)",
        "/v2/a/blobs/uploads/",
        "/v2/a/blobs/uploads/6f1c-9",
        "/v2/a/manifests/latest",
        "/v2/a/manifests/\(digest)",
        "/v2/a/tags/list",
        "/v2/a/referrers/\(digest)",
        "/v2/team/blobs/app/manifests/1",  // components called like endpoints
        "/v2/blobs/uploads/blobs/\(digest)",
        "/v2/manifests/manifests/manifests",
        "/v2/tags/list/tags/list",
        "/v2/blobs/blobs/uploads/",
    ])
    func aPathOfTheSpecificationRoundTrips(path: String) throws {
        #expect(try RegistryRoute.parse(path)?.path == path)
    }

    @Test(arguments: [
        ("/v2", "/v2/"),
        ("/v2/a/blobs/uploads", "/v2/a/blobs/uploads/"),
    ])
    func aMissingSlashAtTheEndIsForgiven(path: String, canonical: String) throws {
        #expect(try RegistryRoute.parse(path)?.path == canonical)
    }

    @Test(arguments: [
        "", "/", "/v1/a", "/v2/a", "/v2/a/b", "/v2/manifests/x", "/v2/a/tags", "/v3/a/tags/list",
    ])
    func anotherPathIsNoRoute(path: String) throws {
        #expect(try RegistryRoute.parse(path) == nil)
    }

    @Test(arguments: [
        ("/v2/A/manifests/x", "repository name"),
        ("/v2//a/manifests/x", "repository name"),
        ("/v2/a/manifests/.x", "tag"),
        ("/v2/a/manifests/", "tag"),
        ("/v2/a/manifests/sha256:12", "digest"),
        ("/v2/a/blobs/x", "digest"),
        ("/v2/a/manifests/%74", "tag"),  // nothing is decoded twice
        ("/v2/a/../b/manifests/x", "repository name"),
    ])
    func aRouteWithAMalformedNameSaysWhich(path: String, noun: String) {
        #expect {
            try RegistryRoute.parse(path)
        } throws: { error in
            (error as? InvalidValue)?.noun == noun
        }
    }
}
