// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct PreviewTests {
    @Test func tellsWhatAPolicyWouldProtectAndChangesNothing() async throws {
        try await withTestRegistry { registry in
            for repository in ["team/app", "team/web", "other/app"] {
                let image = try await registry.image("a", in: repository)
                for tag in ["v1", "latest"] {
                    #expect(try await registry.push(image, to: repository, as: tag).status == 201)
                }
            }
            let response = try await registry.admin(
                .post, "preview", #"{"scope": "namespace/team", "tags": ["v*"]}"#)
            let preview = try response.json()
            #expect(response.status == 200)
            #expect(
                preview["counts"]
                    == .object([
                        "tags": .integer(4), "protected": .integer(2), "newlyProtected": .integer(2),
                        "released": .integer(0),
                    ]))
            let rows = preview["tags"]?.array ?? []
            #expect(
                rows.map { "\($0["repository"]?.string ?? ""):\($0["tag"]?.string ?? "")" }
                    == ["team/app:latest", "team/app:v1", "team/web:latest", "team/web:v1"])
            #expect(rows.map { $0["protected"] } == [.bool(false), .bool(true), .bool(false), .bool(true)])
            #expect(rows[1]["policies"]?.array == [.string("namespace/team")])
            #expect(try await registry.policies().isEmpty)
            #expect(
                try await registry.push(
                    try await registry.image("b", in: "team/app"), to: "team/app", as: "v1"
                ).status == 201)
        }
    }

    @Test func whatTheFieldsLeaveOutIsTheStandingPolicys() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "registry", "tags": ["v*"]}"#)
            let preview = try await registry.admin(
                .post, "preview",
                #"{"scope": "registry", "exceptTags": ["v1"], "names": ["a:v1", "a:v2", "a:x"]}"#
            ).json()
            let rows = preview["tags"]?.array ?? []
            #expect(rows.map { $0["protected"] } == [.bool(false), .bool(true), .bool(false)])
            #expect(rows.map { $0["protectedNow"] } == [.bool(true), .bool(true), .bool(false)])
            #expect(preview["counts"]?["released"]?.integer == 1)
            #expect(preview["policy"]?["tags"] == .array([.string("v*")]))
        }
    }

    /// What the preview says of a name is what a push of it then meets.
    @Test func thePreviewIsTrue() async throws {
        try await withTestRegistry { registry in
            let document =
                #""scope": "namespace/team", "images": ["web-*", "app"], "tags": ["v?.*", "{a,b}"], "exceptTags": ["v0.*"]"#
            let repositories = ["team/app", "team/web-1", "team/web-1/x", "team2/app"]
            let tags = ["v1.0", "v10.0", "v0.1", "a", "ab"]
            let names = repositories.flatMap { repository in tags.map { (repository, $0) } }
            let asked = names.map { "\"\($0.0):\($0.1)\"" }.joined(separator: ",")
            let preview = try await registry.admin(
                .post, "preview", "{\(document), \"names\": [\(asked)]}"
            ).json()
            var protected: Set<String> = []
            for row in preview["tags"]?.array ?? [] where row["protected"] == .bool(true) {
                protected.insert("\(row["repository"]?.string ?? ""):\(row["tag"]?.string ?? "")")
            }
            try await registry.setPolicy("{\(document)}")
            for (repository, tag) in names {
                let first = try await registry.image("a", in: repository)
                let second = try await registry.image("b", in: repository)
                #expect(try await registry.push(first, to: repository, as: tag).status == 201)
                let status = try await registry.push(second, to: repository, as: tag).status
                #expect((status == 409) == protected.contains("\(repository):\(tag)"), "\(repository):\(tag)")
            }
            #expect(protected.count == 4)
        }
    }

    @Test(arguments: [
        (#"{"tags": ["a"]}"#, "scope"), (#"{"scope": "registry", "tags": ["{"]}"#, "tags[0]"),
        (#"{"scope": "registry", "names": ["x"]}"#, "names[0]"),
        (#"{"scope": "registry", "names": 3}"#, "names"),
        ("[]", "policy"),
    ])
    func namesTheFieldThatIsWrong(body: String, field: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.admin(.post, "preview", body)
            #expect(response.status == 400)
            #expect(response.error?.detail?["field"]?.string == field)
        }
    }

    @Test func showsAsManyAsAskedAndCountsAll() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("a", in: "r")
            for number in 0..<5 { _ = try await registry.push(image, to: "r", as: "t\(number)") }
            let preview = try await registry.admin(.post, "preview?n=2", #"{"scope": "registry"}"#).json()
            #expect(preview["tags"]?.array?.count == 2)
            #expect(preview["truncated"] == .bool(true))
            #expect(preview["counts"]?["protected"]?.integer == 5)
            #expect(try await registry.admin(.post, "preview?n=-1", #"{"scope": "registry"}"#).status == 400)
            #expect(try await registry.admin(.get, "preview").status == 405)
        }
    }
}
