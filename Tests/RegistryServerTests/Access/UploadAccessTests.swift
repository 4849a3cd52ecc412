// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// Uploads and mounts between users.
@Suite struct UploadAccessTests {
    private static let blob: [UInt8] = Array("content".utf8)
    private var digest: Digest { Digest(of: Self.blob) }

    @Test(arguments: ["ops", "cleaner", nil] as [String?])
    func anUploadIsItsOwnersAlone(other: String?) async throws {
        let anonymousPush = "anonymous: [{repositories: \"team/**\", may: push}]"
        try await withUsers(TestUsers.text + anonymousPush) { registry in
            let owner = registry.asked(by: "ci")
            let started = try await owner.send(.post, "/v2/team/app/blobs/uploads/")
            #expect(started.status == 202)
            let location = try #require(started.headers["Location"])
            #expect(try await owner.send(.patch, location, body: Array(Self.blob.prefix(3))).status == 202)
            let stranger = registry.asked(by: other)
            for method in [HTTPRequest.Method.get, .patch, .delete] {
                let answer = try await stranger.send(method, location, body: method == .patch ? [1] : nil)
                #expect(answer.status == 404 && answer.code == "BLOB_UPLOAD_UNKNOWN")
            }
            #expect(try await stranger.send(.put, location + "?digest=\(Digest(of: []))").status == 404)
            #expect(try await owner.send(.get, location).headers["Range"] == "0-2")
            let end = try await owner.send(
                .put, location + "?digest=\(digest)", body: Array(Self.blob.dropFirst(3)))
            #expect(end.status == 201)
        }
    }

    @Test func whoMayNoLongerPushCannotGoOn() async throws {
        try await withUsers { registry in
            let ci = registry.asked(by: "ci")
            let location = try #require(
                try await ci.send(.post, "/v2/team/app/blobs/uploads/").headers["Location"])
            try registry.write(users: TestUsers.text.replacing("may: push", with: "may: pull"))
            #expect(try await ci.send(.put, location + "?digest=\(digest)", body: Self.blob).status == 403)
        }
    }

    /// Without the right to the source a mount becomes an upload, as it does when the source lacks the blob.
    ///
    /// Source: distribution-spec 1.1, "Mounting a blob from another repository".
    @Test(arguments: [
        ("ci", "base/os", "team/app", 201), ("ci", "secret/app", "team/app", 202),
        ("ci", "team/app", "base/os", 403),
        ("reader", "team/app", "team/other", 403), ("cleaner", "base/os", "team/app", 202),
        ("ops", "secret/app", "team/app", 201), ("ci", "nowhere", "team/app", 202),
    ])
    func aMountNeedsARightToItsSource(user: String, source: String, target: String, status: Int) async throws
    {
        try await withUsers { registry in
            let ops = registry.asked(by: "ops")
            for name in ["base/os", "secret/app", "team/app"] where name != target {
                try await ops.push(blob: Self.blob, to: name)
            }
            let response = try await registry.asked(by: user).send(
                .post, "/v2/\(target)/blobs/uploads/?mount=\(digest)&from=\(source)")
            #expect(response.status == status)
            let there = try await ops.send(.head, "/v2/\(target)/blobs/\(digest)").status
            #expect(there == (status == 201 ? 200 : 404))
        }
    }
}
