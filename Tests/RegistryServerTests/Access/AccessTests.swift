// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// Who may do what: before anything else is looked at, and without telling what there is.
@Suite struct AccessTests {
    private static let digest = "sha256:" + String(repeating: "0", count: 64)

    /// One request of each kind into a repository.
    private static func requests(_ repository: String) -> [(HTTPRequest.Method, String, needs: Right)] {
        [
            (.get, "/v2/\(repository)/manifests/v1", .pull), (.head, "/v2/\(repository)/manifests/v1", .pull),
            (.get, "/v2/\(repository)/manifests/\(digest)", .pull),
            (.get, "/v2/\(repository)/blobs/\(digest)", .pull), (.get, "/v2/\(repository)/tags/list", .pull),
            (.get, "/v2/\(repository)/referrers/\(digest)", .pull),
            (.put, "/v2/\(repository)/manifests/v1", .push), (.put, "/v2/\(repository)/manifests/v9", .push),
            (.post, "/v2/\(repository)/blobs/uploads/", .push),
            (.post, "/v2/\(repository)/blobs/uploads/?digest=\(digest)", .push),
            (.patch, "/v2/\(repository)/blobs/uploads/0", .push),
            (.delete, "/v2/\(repository)/blobs/uploads/0", .push),
            (.delete, "/v2/\(repository)/manifests/v1", .delete),
            (.delete, "/v2/\(repository)/manifests/\(digest)", .delete),
            (.delete, "/v2/\(repository)/blobs/\(digest)", .delete),
        ]
    }

    @Test(arguments: [
        (nil as String?, "team/app", nil as Right?), ("ci", "team/app", .push), ("ci", "base/os", .pull),
        ("ci", "base/os/inner", nil), ("ci", "other", nil), ("reader", "team/app", .pull),
        ("cleaner", "team/app", .delete), ("ops", "team/app", .delete), ("ops", "other", .delete),
    ])
    func everyRequestNeedsItsRight(user: String?, repository: String, right: Right?) async throws {
        try await withUsers(writeOnce: true) { registry in
            try await registry.seed("team/app")
            let asked = registry.asked(by: user)
            for (method, target, needed) in Self.requests(repository) {
                let response = try await asked.send(method, target, body: method.mayHaveBody ? [1] : nil)
                let isAllowed = right.map { needed <= $0 } ?? false
                let refusal = user == nil ? 401 : 403
                #expect((response.status != refusal) == isAllowed, "\(method) \(target): \(response.status)")
                if !isAllowed, method != .head {
                    #expect(response.code == (user == nil ? "UNAUTHORIZED" : "DENIED"))
                }
            }
        }
    }

    @Test(arguments: [nil, "reader"] as [String?])
    func aRefusalTellsNothingOfWhatIsThere(user: String?) async throws {
        try await withUsers(writeOnce: true) { registry in
            try await registry.seed("base/there")
            let asked = registry.asked(by: user)
            for ((method, target, _), (_, other, _)) in zip(
                Self.requests("base/there"), Self.requests("base/where"))
            {
                let there = try await asked.send(method, target)
                let free = try await asked.send(method, other)
                #expect(there.status == (user == nil ? 401 : 403))
                #expect(there.status == free.status)
                #expect(there.text.replacing("there", with: "where") == free.text)
                #expect(there.headers["WWW-Authenticate"] == free.headers["WWW-Authenticate"])
            }
        }
    }

    @Test(arguments: [
        "/v2/", "/v2/_catalog", "/v2/team/app/tags/list", "/v2/UPPER/tags/list", "/v2/nothing", "/nowhere",
    ])
    func withoutCredentialsEverythingAsksForThem(target: String) async throws {
        try await withUsers { registry in
            let response = try await registry.send(.get, target)
            #expect(response.status == 401 && response.code == "UNAUTHORIZED")
            #expect(response.headers["WWW-Authenticate"] == "Basic realm=\"stet\", charset=\"UTF-8\"")
            #expect(response.headers["Content-Type"] == "application/json")
        }
    }

    @Test(arguments: [
        TestUsers.header("ci", "wrong"), TestUsers.header("nobody", "ci-pw"), TestUsers.header("ci", ""),
        TestUsers.header("", "ci-pw"), TestUsers.header("CI", "ci-pw"), TestUsers.header("ci", "ci-pw\0x"),
        ["Authorization": "Basic"], ["Authorization": "Basic ###"], ["Authorization": "Basic Y2k="],
        ["Authorization": "Digest x"], ["Authorization": "Bearer 00.00"],
    ])
    func credentialsThatAreWrongAreRefused(headers: HTTPHeaders) async throws {
        try await withUsers(TestUsers.text + TestUsers.anonymousPull) { registry in
            for target in ["/v2/", "/v2/team/app/tags/list", "/v2/public/a/tags/list", "/v2/token"] {
                let response = try await registry.send(.get, target, headers)
                #expect(response.status == 401 && response.code == "UNAUTHORIZED", "\(target)")
                #expect(response.headers["WWW-Authenticate"] != nil)
                #expect(!response.text.contains("ci"))
            }
        }
    }

    @Test(arguments: ["ci", "reader", "ops"])
    func aUserIsLetIn(user: String) async throws {
        try await withUsers { registry in
            let response = try await registry.asked(by: user).send(.get, "/v2/")
            #expect(response.status == 200)
        }
    }

    @Test func whatStandsAnswersTheSameToEverybodyWhoMayPush() async throws {
        try await withUsers(writeOnce: true) { registry in
            try await registry.seed("team/app")
            var answers: Set<String> = []
            for user in ["ci", "cleaner", "ops"] {
                let asked = registry.asked(by: user)
                let other = try await asked.image("b", in: "team/app")
                let response = try await asked.push(other, to: "team/app", as: "v1")
                #expect(response.status == 409 && response.code == "DENIED")
                answers.insert(response.text)
            }
            #expect(answers.count == 1)
            let denied = try await registry.asked(by: "reader").push(
                TestManifest(.ociManifest, "{}"), to: "team/app", as: "v1")
            #expect(denied.status == 403)
        }
    }

    @Test func aRefusedPushLeavesNothing() async throws {
        try await withUsers { registry in
            let reader = registry.asked(by: "reader")
            let image = TestManifest(.ociManifest, #"{"schemaVersion":2}"#)
            #expect(try await reader.push(image, to: "team/new", as: "v1").status == 403)
            let blob = try await reader.send(
                .post, "/v2/team/new/blobs/uploads/?digest=\(Digest(of: [1]))", body: [1])
            #expect(blob.status == 403)
            #expect(try await registry.asked(by: "ops").send(.get, "/v2/team/new/tags/list").status == 404)
            #expect(try await registry.asked(by: "ops").send(.get, "/v2/_catalog").text.contains("[]"))
        }
    }

    @Test(arguments: [
        ("ops", ["base/os", "other", "public/a", "team/a", "team/b"]),
        ("ci", ["base/os", "public/a", "team/a", "team/b"]),
        ("reader", ["public/a", "team/a", "team/b"]), (nil, ["public/a"]),
    ])
    func theCatalogHasWhatMayBePulled(user: String?, names: [String]) async throws {
        try await withUsers(TestUsers.text + TestUsers.anonymousPull) { registry in
            for name in ["team/b", "other", "base/os", "team/a", "public/a"] { try await registry.seed(name) }
            let asked = registry.asked(by: user)
            let all = try await asked.send(.get, "/v2/_catalog").json()
            #expect(all["repositories"]?.array?.compactMap(\.string) == names)
            var paged: [String] = []
            var next: String? = "/v2/_catalog?n=1"
            while let target = next {
                let page = try await asked.send(.get, target)
                paged += try page.json()["repositories"]?.array?.compactMap(\.string) ?? []
                next = page.headers["Link"].flatMap { $0.split(separator: ">").first?.dropFirst() }.map(
                    String.init)
            }
            #expect(paged == names)
        }
    }

    @Test func theAuditTrailNamesWhoDidItAndWhoMayNot() async throws {
        try await withUsers(writeOnce: true) { registry in
            let ci = registry.asked(by: "ci")
            let (a, b) = (try await ci.image("a", in: "team/app"), try await ci.image("b", in: "team/app"))
            #expect(try await ci.push(a, to: "team/app", as: "v1").status == 201)
            #expect(try await ci.push(b, to: "team/app", as: "v1").status == 409)
            #expect(try await ci.send(.delete, "/v2/team/app/manifests/v1").status == 403)
            for _ in 0..<5 {
                #expect(
                    try await registry.asked(by: "reader").push(b, to: "team/app", as: "v2").status == 403)
                #expect(
                    try await registry.send(.get, "/v2/", TestUsers.header("ci", "hunter2")).status == 401)
                #expect(try await registry.send(.get, "/v2/", TestUsers.header("hunter3", "x")).status == 401)
            }
            let events = try await registry.events()
            #expect(
                events.map { "\($0["action"]?.string ?? "") \($0["actor"]?.string ?? "")" } == [
                    "login-refused anonymous", "login-refused ci", "access-denied reader", "access-denied ci",
                    "push-refused ci", "tag-created ci", "policy-created start",
                ])
            #expect(events[2]["detail"]?["needs"]?.string == "push")
            #expect(events[2]["repository"]?.string == "team/app")
            #expect(events[3]["detail"]?["needs"]?.string == "delete")
            #expect(!"\(events)".contains("hunter"))
        }
    }
}

extension HTTPRequest.Method {
    fileprivate var mayHaveBody: Bool { [.put, .post, .patch].contains(self) }
}
