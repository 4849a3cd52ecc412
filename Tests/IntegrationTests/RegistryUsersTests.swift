// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// `stet serve --users` and what people use in front of it.
@Suite struct RegistryUsersTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }
    private var layout: String { "oci:\(folder.path)/image:1" }

    /// Puts an image into the folder as an OCI layout.
    private func makeImage() async throws {
        let context = try folder.makeContext()
        let built = try await stet("build", "-t", "r.io/app:1", context.string)
        #expect(built.status == 0, "\(built)")
        let saved = try await stet("copy", "store:r.io/app:1", layout)
        #expect(saved.status == 0, "\(saved)")
    }

    /// Runs a registry that has the image as `public/app:1` and `team/app:1`.
    private func withImages(
        users: String, _ body: @escaping @Sendable (_ address: String) async throws -> Void
    ) async throws {
        try await makeImage()
        let layout = layout
        try await Peers.withStetServe(in: folder.path, users: users) { address in
            for name in ["public/app", "team/app"] {
                let copy = try await Program("skopeo")(
                    "copy", "--dest-tls-verify=false", "--dest-creds", "ops:ops-pw", layout,
                    "docker://\(address)/\(name):1")
                #expect(copy.status == 0, "\(copy)")
            }
            try await body(address)
        }
    }

    private static let texts = [Peers.users, Peers.users + Peers.anonymousPull]

    @Test func curlSeesTheRefusals() async throws {
        try await withImages(users: Peers.users) { address in
            let ask = { (options: [String]) in
                try await Program("curl").run(
                    ["-s", "-w", " %{http_code} %header{www-authenticate}"] + options
                )
                .output
            }
            let manifest = "http://\(address)/v2/team/app/manifests/1"
            let nobody = try await ask([manifest])
            #expect(nobody.contains(#""code":"UNAUTHORIZED""#) && nobody.contains("401 Basic realm="))
            let wrong = try await ask(["-u", "ci:wrong", manifest])
            #expect(wrong.contains(#""code":"UNAUTHORIZED""#) && wrong.contains("401 Basic realm="))
            let denied = try await ask(["-u", "reader:reader-pw", "-X", "DELETE", manifest])
            #expect(denied.contains(#""code":"DENIED""#) && denied.contains(" 403 "))
            #expect(try await ask(["-u", "reader:reader-pw", manifest]).contains(" 200 "))
            let standing = try await ask([
                "-u", "ops:ops-pw", "-X", "PUT", "-H",
                "Content-Type: application/vnd.oci.image.index.v1+json",
                "-d", #"{"schemaVersion":2,"manifests":[]}"#, manifest,
            ])
            #expect(standing.contains("immutable tag") && standing.contains(" 409 "))
        }
    }

    @Test func aFloodOfWrongPasswordsIsSentAwayAndTheKnownAreNot() async throws {
        let users = Peers.users.replacing(
            "users:\n",
            with: """
                users:
                  - name: slow
                    password: "$2y$09$k.N9glkG2vXFzgTG5RJPwOnrbhZdFUtBP.m34kNVBMX5PY6bF3AHm"

                """)
        try await Peers.withStetServe(in: folder.path, users: users) { address in
            let ask = { (options: [String]) in
                try await Program("curl").run(
                    ["-s", "-o", "/dev/null", "-w", "%{http_code} %header{retry-after}\\n"] + options
                ).output.split(separator: "\n").map { $0.filter { $0 != " " } }
            }
            let ping = "http://\(address)/v2/"
            #expect(try await ask(["-u", "slow:slow-pw", ping]) == ["200"])
            let flood = try await ask([
                "-u", "slow:wrong", "--parallel", "--parallel-immediate", "--parallel-max", "120",
                ping + "?[1-120]",
            ])
            #expect(flood.count == 120 && Set(flood) == ["401", "4291"], "\(flood)")
            #expect(try await ask(["-u", "slow:slow-pw", ping]) == ["200"])
        }
    }

    @Test(arguments: ["skopeo", "buildah", "podman"], texts)
    func containersToolsLogInPushAndArePutOff(tool: String, users: String) async throws {
        let (folder, layout) = (folder, layout)
        try await withImages(users: users) { address in
            let accounts = { (name: String) in "\(folder.path)/\(name).json" }
            for name in ["ci", "reader"] {
                let wrong = try await Program(tool)(
                    "login", "--tls-verify=false", "--authfile", accounts("wrong"), "-u", name, "-p", "wrong",
                    address)
                #expect(wrong.status != 0, "\(wrong)")
                let right = try await Program(tool)(
                    "login", "--tls-verify=false", "--authfile", accounts(name), "-u", name, "-p",
                    "\(name)-pw",
                    address)
                #expect(right.status == 0, "\(right)")
            }
            let copy = { (options: [String], source: String, target: String) in
                try await Program("skopeo").run(
                    ["copy", "--src-tls-verify=false", "--dest-tls-verify=false"] + options + [
                        source, target,
                    ])
            }
            let target = "docker://\(address)/team/app"
            let push = try await copy(["--dest-authfile", accounts("ci")], layout, target + ":2")
            #expect(push.status == 0, "\(push)")
            let pull = try await copy(
                ["--src-authfile", accounts("reader")], target + ":2", "oci:\(folder.path)/in:2")
            #expect(pull.status == 0, "\(pull)")
            let denied = try await copy(["--dest-authfile", accounts("reader")], layout, target + ":3")
            #expect(denied.status != 0 && denied.errors.contains("may not push to team/app"), "\(denied)")
            let standing = try await copy(
                ["--dest-authfile", accounts("ci"), "--format", "v2s2"], layout, target + ":1")
            #expect(standing.status != 0 && standing.errors.contains("immutable tag"), "\(standing)")
        }
    }

    @Test(arguments: texts)
    func withoutALoginThereIsWhatIsPublic(users: String) async throws {
        let folder = folder
        try await withImages(users: users) { address in
            try folder.write("{}", "nobody.json")
            let inspect = { (name: String) in
                try await Program("skopeo")(
                    "inspect", "--tls-verify=false", "--authfile", "\(folder.path)/nobody.json",
                    "docker://\(address)/\(name):1")
            }
            let isPublic = users.contains("anonymous")
            let open = try await inspect("public/app")
            #expect((open.status == 0) == isPublic, "\(open)")
            let closed = try await inspect("team/app")
            #expect(closed.status != 0 && closed.errors.contains("unauthorized"), "\(closed)")
        }
    }

    @Test(arguments: texts)
    func stetLogsInPushesAndAdministers(users: String) async throws {
        let (folder, stet, layout) = (folder, stet, layout)
        try await withImages(users: users) { address in
            let login = { (name: String) in
                var shell = Program("sh")
                shell.environment = stet.environment
                return try await shell(
                    "-c", "echo \(name)-pw | \(Program.stetPath) login -u \(name) --password-stdin \(address)"
                )
            }
            let server = ["--server", "http://\(address)"]
            let nobody = try await stet.run(["policy", "list"] + server)
            #expect(nobody.status == 2 && nobody.errors.contains("nobody is logged in"), "\(nobody)")

            #expect(try await login("ci").status == 0)
            let push = try await stet("push", layout, "\(address)/team/app:4")
            #expect(push.status == 0, "\(push)")
            let denied = try await stet("push", layout, "\(address)/other/app:4")
            #expect(denied.status == 1 && denied.errors.contains("403"), "\(denied)")
            let forbidden = try await stet.run(["policy", "list"] + server)
            #expect(forbidden.status == 1 && forbidden.errors.contains("does not administer"), "\(forbidden)")

            #expect(try await login("ops").status == 0)
            let set = try await stet.run(["policy", "set", "namespace/team", "--tags", "v*"] + server)
            #expect(set.status == 0, "\(set)")
            let audit = try await stet.run(["audit", "--format", "json"] + server)
            for part in [#""actor" : "ci""#, #""action" : "access-denied""#, #""actor" : "ops""#] {
                #expect(audit.output.contains(part), "\(audit)")
            }
            #expect(!audit.output.contains("-pw"))
            #expect(try folder.text("stet-serve/admin-token").count > 32)
        }
    }

    @Test(.needs(.crane, .oras), arguments: texts)
    func craneAndOrasPullWithoutALoginAndPushWithOne(users: String) async throws {
        let folder = folder
        try await withImages(users: users) { address in
            let isPublic = users.contains("anonymous")
            for (peer, login, plain) in [
                (NewerPeer.crane, ["auth", "login"], "--insecure"), (.oras, ["login"], "--plain-http"),
            ] {
                var program = Program(peer)
                program.environment["DOCKER_CONFIG"] = "\(folder.path)/\(peer)"
                let read = peer == .crane ? ["digest", plain] : ["manifest", "fetch", plain]
                let open = try await program.run(read + ["\(address)/public/app:1"])
                #expect((open.status == 0) == isPublic, "\(open)")
                let closed = try await program.run(read + ["\(address)/team/app:1"])
                #expect(closed.status != 0, "\(closed)")

                let loggedIn = try await program.run(login + [plain, "-u", "ci", "-p", "ci-pw", address])
                #expect(loggedIn.status == 0, "\(loggedIn)")
                let copy =
                    peer == .crane ? ["copy", plain] : ["copy", "--from-plain-http", "--to-plain-http"]
                for (target, isAllowed) in [("team/\(peer):1", true), ("other/\(peer):1", false)] {
                    let push = try await program.run(
                        copy + ["\(address)/team/app:1", "\(address)/\(target)"])
                    #expect((push.status == 0) == isAllowed, "\(push)")
                }
            }
        }
    }

    @Test(.enabled(if: WholeFile.size("/usr/sbin/dockerd") != nil), arguments: texts)
    func dockerPullsWithoutALoginAndPushesWithOne(users: String) async throws {
        let folder = folder
        try await withImages(users: users) { address in
            try await Peers.withDockerDaemon(in: folder.path) { host in
                var docker = Program("docker")
                docker.environment = ["DOCKER_HOST": host, "DOCKER_CONFIG": "\(folder.path)/docker-config"]
                let open = try await docker("pull", "\(address)/public/app:1")
                #expect((open.status == 0) == users.contains("anonymous"), "\(open)")
                let closed = try await docker("pull", "\(address)/team/app:1")
                #expect(closed.status != 0, "\(closed)")
                let wrong = try await docker("login", "-u", "ci", "-p", "wrong", address)
                #expect(wrong.status != 0, "\(wrong)")
                let login = try await docker("login", "-u", "ci", "-p", "ci-pw", address)
                #expect(login.status == 0, "\(login)")
                let pull = try await docker("pull", "\(address)/team/app:1")
                #expect(pull.status == 0, "\(pull)")
                for (target, word) in [
                    ("team/app:5", nil as String?), ("other:5", "denied"), ("team/app:1", "immutable"),
                ] {
                    _ = try await docker("tag", "\(address)/team/app:1", "\(address)/\(target)")
                    let push = try await docker("push", "\(address)/\(target)")
                    #expect((push.status == 0) == (word == nil), "\(push)")
                    #expect(word.map { push.errors.contains($0) } ?? true, "\(push)")
                }
            }
        }
    }
}
