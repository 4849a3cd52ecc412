// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import Glibc
import OCISpec
import RegistryTransport
import Synchronization
import SystemPackage
import Testing

/// Real clients, played by a program that pushes an index by hand.
@Suite struct ClientCheckTests {
    /// Write-once under `frozen`, until it is put back.
    private final class Operator: RegistrySetup {
        let log = Mutex<[String]>([])
        var isRestored: Bool { log.withLock { $0.contains("restore") } }

        func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
            SetupPlaces(immutable: try? RepositoryName("frozen"), mutable: try? RepositoryName("open"))
        }
        func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
            log.withLock { $0.append("\(given) \(name)") }
        }
        func offers(_ action: PolicyAction) -> Bool { false }
        func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome { .done }
        func restore() async throws(SetupError) { log.withLock { $0.append("restore") } }
    }

    /// Tries TLS first, as clients do, then sends its manifest.
    private struct Pusher: ClientPrograms {
        let isInstalled: Bool
        /// What it prints instead of the answer.
        var words: String?
        /// The number of the first push that never asks the registry.
        var failsFrom = Int.max
        /// The number of the first push that never ends.
        var hangsFrom = Int.max
        let count = Counter()

        func run(
            _ program: String, _ arguments: [String], adding variables: [String: String]
        ) async throws(SetupError) -> ClientOutcome? {
            guard isInstalled, let target = arguments.last?.dropFirst("docker://".count) else { return nil }
            count.next()
            guard count.count < failsFrom else {
                return ClientOutcome(status: 1, text: "FATA cannot allocate memory")
            }
            let parts = target.split(separator: "/", maxSplits: 1)
            let repository = parts[1].prefix { $0 != ":" }
            let hello = await Self.exchange([22, 3, 1, 2, 0, 1], with: parts[0])
            guard hello.hasPrefix("HTTP/1.1 400 ") else { throw SetupError("the proxy speaks TLS: \(hello)") }
            let nonce = UInt64.random(in: 0...UInt64.max)
            let body =
                #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociIndex)","manifests":[],"annotations":{"n":"\#(nonce)"}}"#
            let answer = await Self.exchange(
                Array(
                    """
                    PUT /v2/\(repository)/manifests/v1 HTTP/1.1\r\nHost: registry\r\nConnection: close\r
                    Content-Type: \(MediaType.ociIndex)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
                    """.utf8), with: parts[0])
            guard count.count < hangsFrom else {
                return ClientOutcome(
                    status: 137, text: "\(target) retrying\u{1B}]0;pwned\u{7}\u{202E}",
                    unendedAfter: .seconds(120))
            }
            return ClientOutcome(
                status: answer.contains(" 201 ") ? 0 : 1, text: words ?? "\(target)\n\(answer)")
        }

        /// Sends bytes, and reads until the other end closes or an answer is whole.
        private static func exchange(_ bytes: [UInt8], with address: Substring) async -> String {
            let text = try? await BlockingThread.run { blockingExchange(bytes, with: address) }
            return text ?? "no thread"
        }

        private static func blockingExchange(_ bytes: [UInt8], with address: Substring) -> String {
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(connection) }
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = (UInt16(address.split(separator: ":")[1]) ?? 0).bigEndian
            inet_pton(AF_INET, "127.0.0.1", &target.sin_addr)
            var patience = timeval(tv_sec: 600, tv_usec: 0)
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            _ = withUnsafePointer(to: &target) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(connection, &buffer, buffer.count, 0)
                // Who closes before everything is read resets the connection.
                if count < 0 { return errno == ECONNRESET ? text : "no answer: \(errno)" }
                text += String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
                if count == 0 || text.contains("\r\n\r\n") { return text }
            }
        }
    }

    private func check(
        _ registry: any HTTPTransport, _ setup: Operator?, by pusher: Pusher = Pusher(isInstalled: true)
    ) async throws -> CertifyResult {
        let folder = try TemporaryFolder(in: "/tmp", prefix: "stet-clients-")
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection = CertifyRequest.Selection(only: ["first-push"])
        var certifier = Certifier(transport: registry, pause: { _ in })
        certifier.setup = setup
        certifier.clients = ClientCheck(
            [.skopeo], programs: pusher, scratch: folder.path)
        let result = try await certifier.run(request)
        withExtendedLifetime(folder) {}
        return result
    }

    private func client(_ result: CertifyResult) throws -> ScenarioResult {
        try #require(result.scenarios.first { $0.id == "client-skopeo" })
    }

    @Test func theyPushWhereTheSetupHasMadeTagsStand() async throws {
        let setup = Operator()
        let registry = MemoryRegistry { claim in
            !setup.isRestored && claim.repository.rawValue.hasPrefix("frozen/")
                ? writeOnce(claim) : .accept(claim)
        }
        let result = try await check(registry, setup)
        let scenario = try client(result)
        #expect(scenario.verdict == .passed, "\(scenario)")
        #expect(scenario.cases.first?.repository == "frozen/run1/client-skopeo")
        #expect(scenario.cases.first?.notes.first == "1 manifest PUT, exit 1")
        let log = setup.log.withLock { $0 }
        #expect(log.suffix(2) == ["immutable frozen/run1/client-skopeo", "restore"])
    }

    @Test func aRegistryThatTakesTheirOverwriteIsViolated() async throws {
        let result = try await check(MemoryRegistry(rule: Decision.accept), nil)
        let scenario = try client(result)
        #expect(scenario.verdict == .violated)
        #expect(scenario.severity == .must)
        #expect(
            scenario.cases.first?.finding?.message.contains(
                "the registry took its manifest for a tag that stands")
                == true)
    }

    @Test func whoKeepsTheTagToHimselfIsViolated() async throws {
        let pusher = Pusher(isInstalled: true, words: "something went wrong")
        let scenario = try client(try await check(MemoryRegistry(), nil, by: pusher))
        #expect(scenario.verdict == .violated)
        #expect(scenario.severity == .should)
        #expect(
            scenario.cases.first?.finding?.message
                == "its user must read which tag it was about, and cannot")
    }

    @Test func whoIsNotInstalledIsSkipped() async throws {
        let scenario = try client(try await check(MemoryRegistry(), nil, by: Pusher(isInstalled: false)))
        #expect(scenario.verdict == .skipped)
        #expect(scenario.severity == .should)
        #expect(scenario.cases.first?.finding?.message == "skopeo is not installed")
    }

    @Test func aFailureThatTheRegistryNeverHeardOfIsNoRefusal() async throws {
        let pusher = Pusher(isInstalled: true, failsFrom: 2)
        let result = try await check(MemoryRegistry(), nil, by: pusher)
        let scenario = try client(result)
        #expect(scenario.verdict == .inconclusive)
        #expect(
            scenario.cases.first?.finding?.message
                == "it never sent its manifest, so nothing was refused; exit 1, its user read: FATA cannot allocate memory"
        )
        #expect(scenario.severity == .must, "the level that the caller asked the client for is not reached")
    }

    @Test func aFirstPushThatFailsLeavesTheLevelOpen() async throws {
        let result = try await check(MemoryRegistry(), nil, by: Pusher(isInstalled: true, failsFrom: 1))
        let scenario = try client(result)
        #expect(scenario.verdict == .inconclusive)
        #expect(
            scenario.cases.first?.finding?.message.contains("its first push failed: exit 1, FATA") == true)
        #expect(result.levels.first { $0.level == .consistent }?.missing.contains("client-skopeo") == true)
        #expect(result.exitCode(requiring: .consistent) != 0)
    }

    @Test func whoNeverEndsIsViolatedAndHisWordsAreHarmless() async throws {
        let scenario = try client(
            try await check(MemoryRegistry(), nil, by: Pusher(isInstalled: true, hangsFrom: 2)))
        #expect(scenario.verdict == .violated && scenario.severity == .should)
        #expect(scenario.cases.first?.finding?.message == "it must end, and did not within 120 seconds")
        let notes = scenario.cases.first?.notes ?? []
        #expect(notes.first == "1 manifest PUT, ended after 120 seconds")
        #expect(notes.last?.hasSuffix(#"retrying\u{1B}]0;pwned\u{7}\u{202E}"#) == true, "\(notes)")
    }

    @Test func aTagThatIsGoneAfterTheRefusalIsViolated() async throws {
        let result = try await check(
            AlteringTransport(registry: MemoryRegistry()) { request, answer in
                // It refuses, and forgets the tag all the same.
                let isLook =
                    request.method != .put && request.url.path.hasSuffix("client-skopeo/manifests/v1")
                return isLook ? HTTPResponse(status: 404) : answer
            }, nil)
        let scenario = try client(result)
        #expect(scenario.verdict == .violated && scenario.severity == .must)
        #expect(scenario.cases.first?.finding?.message.hasSuffix("and does not exist") == true)
    }
}
