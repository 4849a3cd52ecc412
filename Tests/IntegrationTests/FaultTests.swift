// SPDX-License-Identifier: Apache-2.0

import ScriptedHTTP
import Synchronization
import SystemPackage
import Testing

/// `stet push` and `stet pull` through a proxy that breaks what it can.
///
/// After every fault the same command ends with the right content, or with one clear error and nothing wrong stored.
@Suite struct FaultTests {
    /// What happens to the first requests that are meant, or to all of them.
    struct Mishap: Sendable, CustomStringConvertible {
        let method: String
        let part: String
        let fault: FaultProxy.Fault
        var isForGood = false

        init(_ method: String, _ part: String, _ fault: FaultProxy.Fault, isForGood: Bool = false) {
            (self.method, self.part, self.fault, self.isForGood) = (method, part, fault, isForGood)
        }

        var description: String { "\(method) \(part): \(fault)\(isForGood ? ", for good" : "")" }

        func isMeant(_ line: String) -> Bool { line.hasPrefix("\(method) ") && line.contains(part) }
    }

    enum Server: String, Sendable, CaseIterable {
        case dockerRegistry
        case stetServe
    }

    private static let faultsBeforeTheAnswer: [FaultProxy.Fault] = [
        .dropsRequest, .dropsAnswer, .answers(429, retryAfter: 0), .answers(500), .answers(503),
    ]

    private static let pushMishaps: [Mishap] =
        [
            ("HEAD", "/manifests/1"), ("HEAD", "/blobs/"), ("POST", "/uploads/"), ("PUT", "/uploads/"),
            ("PUT", "/manifests/"),
        ]
        .flatMap { method, part in faultsBeforeTheAnswer.map { Mishap(method, part, $0) } } + [
            Mishap("PUT", "/uploads/", .breaksInRequestBody),
            Mishap("PUT", "/uploads/", .replacesAnswer(500)),
            Mishap("PUT", "/uploads/", .replacesAnswer(502)),
            Mishap("PUT", "/manifests/", .breaksInRequestBody),
            Mishap("PUT", "/manifests/", .replacesAnswer(500)),
            Mishap("POST", "/uploads/", .replacesAnswer(504)),
            // The blobs are stored; nobody says so.
            Mishap("PUT", "/uploads/", .dropsAnswer, isForGood: true),
        ]

    private static let pullMishaps: [Mishap] =
        [("GET", "/manifests/"), ("GET", "/blobs/")].flatMap { method, part in
            (faultsBeforeTheAnswer + [.breaksInAnswerBody]).map { Mishap(method, part, $0) }
        }

    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    /// An image with a layer of some megabytes in the local store, `r.io/app:1`.
    private func build() async throws -> String {
        try folder.write("FROM scratch\nCOPY noise /\n", "context/Dockerfile")
        try await folder.makeNoise("context/noise", megabytes: 3)
        let built = try await stet("build", "-t", "r.io/app:1", folder.path.appending("context").string)
        #expect(built.status == 0, "\(built)")
        let index = try folder.text("data/stet/store/index.json")
        return try #require(index.firstMatch(of: /sha256:[0-9a-f]{64}/).map { String($0.0) })
    }

    private func with(
        _ server: Server, _ body: @escaping @Sendable (UInt16) async throws -> Void
    ) async throws {
        let run: @Sendable (String) async throws -> Void = { address in
            try await body(#require(address.split(separator: ":").last.flatMap { UInt16($0) }))
        }
        switch server {
        case .dockerRegistry: try await Peers.withDockerRegistry(in: folder.path, run)
        case .stetServe: try await Peers.withStetServe(in: folder.path, run)
        }
    }

    /// A proxy that lets a mishap happen once, or for good.
    private static func proxy(before port: UInt16, _ mishap: Mishap) throws -> FaultProxy {
        let left = Mutex(mishap.isForGood ? Int.max : 1)
        return try FaultProxy(before: port) { line in
            guard mishap.isMeant(line) else { return nil }
            return left.withLock { left in
                left -= 1
                return left >= 0 ? mishap.fault : nil
            }
        }
    }

    private static func digest(of image: String, on port: UInt16) async throws -> String {
        let inspect = try await Program("skopeo")(
            "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://127.0.0.1:\(port)/\(image)")
        #expect(inspect.status == 0, "\(inspect)")
        return inspect.output.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test(arguments: Server.allCases)
    func everyFaultOfAPushEndsWithTheRightContent(server: Server) async throws {
        let (folder, stet, digest) = (folder, stet, try await build())
        try await with(server) { port in
            for (number, mishap) in FaultTests.pushMishaps.enumerated() {
                let proxy = try FaultTests.proxy(before: port, mishap)
                let push = try await stet("push", "store:r.io/app:1", "\(proxy.address)/faults/n\(number):1")
                #expect(push.status == 0, "\(mishap) \(push) \(proxy.lines)")
                #expect(
                    proxy.lines.contains(where: mishap.isMeant), "\(mishap) never happened: \(proxy.lines)")
                #expect(
                    try await FaultTests.digest(of: "faults/n\(number):1", on: port) == digest, "\(mishap)")
            }
            // All of it can be read by somebody else.
            let copy = try await Program("skopeo")(
                "copy", "--src-tls-verify=false", "docker://127.0.0.1:\(port)/faults/n0:1",
                "oci:\(folder.path)/out:1")
            #expect(copy.status == 0, "\(copy)")
        }
    }

    @Test(arguments: Server.allCases)
    func everyFaultOfAPullEndsWithTheRightContent(server: Server) async throws {
        let (folder, stet, digest) = (folder, stet, try await build())
        try await with(server) { port in
            let push = try await stet("push", "store:r.io/app:1", "127.0.0.1:\(port)/app:1")
            #expect(push.status == 0, "\(push)")
            let elsewhere = Mishap("GET", "/blobs/", .redirects(to: "localhost:\(port)"), isForGood: true)
            for (number, mishap) in (FaultTests.pullMishaps + [elsewhere]).enumerated() {
                let proxy = try FaultTests.proxy(before: port, mishap)
                let layout = folder.path.appending("in-\(number)")
                let pull = try await stet("pull", "\(proxy.address)/app:1", "oci:\(layout):1")
                #expect(pull.status == 0, "\(mishap) \(pull) \(proxy.lines)")
                #expect(
                    proxy.lines.contains(where: mishap.isMeant), "\(mishap) never happened: \(proxy.lines)")
                let contents = LayoutContents(folder: layout)
                #expect(try contents.wrongOnes() == [] && contents.digests().contains(digest), "\(mishap)")
                #expect(try contents.digests().count == 3)
            }
        }
    }

    @Test func anUploadThatBreaksGoesOnInTheMiddle() async throws {
        let (stet, digest) = (stet, try await build())
        try await with(.stetServe) { port in
            let proxy = try FaultTests.proxy(before: port, Mishap("PUT", "/uploads/", .breaksInRequestBody))
            let push = try await stet("push", "store:r.io/app:1", "\(proxy.address)/app:1")
            #expect(push.status == 0, "\(push)")
            #expect(proxy.lines.contains { $0.hasPrefix("PATCH ") }, "\(proxy.lines)")
            #expect(try await FaultTests.digest(of: "app:1", on: port) == digest)
        }
    }

    @Test func aDownloadThatBreaksGoesOnInTheMiddle() async throws {
        let (folder, stet) = (folder, stet)
        _ = try await build()
        try await with(.stetServe) { port in
            let push = try await stet("push", "store:r.io/app:1", "127.0.0.1:\(port)/app:1")
            #expect(push.status == 0, "\(push)")
            let left = Mutex(3)
            let proxy = try FaultProxy(before: port) { line in
                guard line.hasPrefix("GET "), line.contains("/blobs/") else { return nil }
                return left.withLock { left in
                    left -= 1
                    return left >= 0 ? .breaksInAnswerBody : nil
                }
            }
            let pull = try await stet("pull", "\(proxy.address)/app:1", "oci:\(folder.path)/in:1")
            #expect(pull.status == 0, "\(pull)")
            // Three times half of what was left, and then the rest.
            #expect(proxy.lines.filter { $0.contains("/blobs/") }.count > 3)
            #expect(try LayoutContents(folder: folder.path.appending("in")).wrongOnes() == [])
        }
    }

    @Test(arguments: [
        Mishap("PUT", "/uploads/", .answers(500), isForGood: true),
        Mishap("PUT", "/manifests/", .answers(500), isForGood: true),
        Mishap("POST", "/uploads/", .answers(503), isForGood: true),
        Mishap("PUT", "/manifests/", .dropsRequest, isForGood: true),
        Mishap("PUT", "/manifests/", .answers(403), isForGood: true),
    ])
    func aPushThatCannotSucceedIsOneErrorAndNoTag(mishap: Mishap) async throws {
        let stet = stet
        _ = try await build()
        try await with(.stetServe) { port in
            let proxy = try FaultTests.proxy(before: port, mishap)
            let push = try await stet("push", "store:r.io/app:1", "\(proxy.address)/app:1")
            #expect(push.status == 1 && push.output.isEmpty, "\(mishap) \(push)")
            #expect(push.errors.contains(proxy.address), "\(push)")
            let tags = try await Program("skopeo")(
                "inspect", "--tls-verify=false", "docker://127.0.0.1:\(port)/app:1")
            #expect(tags.status != 0, "\(tags)")
        }
    }

    @Test(arguments: [
        Mishap("GET", "/blobs/", .dropsAnswer, isForGood: true),
        Mishap("GET", "/blobs/", .breaksInAnswerBody, isForGood: true),
        Mishap("GET", "/blobs/", .answers(404), isForGood: true),
        Mishap("GET", "/manifests/", .answers(500), isForGood: true),
    ])
    func aPullThatCannotSucceedIsOneErrorAndNothingWrong(mishap: Mishap) async throws {
        let (folder, stet) = (folder, stet)
        let digest = try await build()
        try await with(.stetServe) { port in
            let push = try await stet("push", "store:r.io/app:1", "127.0.0.1:\(port)/app:1")
            #expect(push.status == 0, "\(push)")
            let proxy = try FaultTests.proxy(before: port, mishap)
            let pull = try await stet("pull", "\(proxy.address)/app:1", "oci:\(folder.path)/in:1")
            #expect(pull.status == 1 && pull.errors.contains(proxy.address), "\(mishap) \(pull)")
            let contents = LayoutContents(folder: folder.path.appending("in"))
            #expect(try contents.wrongOnes() == [] && !contents.digests().contains(digest))
        }
    }
}
