// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite("Answers that mean no good")
struct HostileAnswerTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String], flows: [PushFlow] = [.ociMonolithic]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = only
        request.flows = flows
        return try await Certifier(transport: registry, pause: { _ in }).run(request)
    }

    private static let words = "\u{1B}]0;pwned\u{7} \u{9B}31m \u{202E}gpj\u{2066}          end\r\nnext"

    /// A registry that refuses, in the wrong way, with words that a terminal obeys.
    private var shouting: any HTTPTransport {
        AlteringTransport(registry: MemoryRegistry()) { _, answer in
            guard answer.status == 409 else { return answer }
            var answer = HTTPResponse.error(400, "DENIED\u{1B}[31m", HostileAnswerTests.words)
            answer.headers["X-Words"] = "\u{1B}[2J\u{202E}"
            return answer
        }
    }

    @Test func whatATerminalObeysIsSpeltOut() async throws {
        let result = try await certify(shouting, only: ["denial-as-declared", "identical-denials"])
        #expect(result.scenarios.contains { $0.verdict == .violated })
        let reports = [
            TerminalReport(result).render(), MarkdownReport.render(result), JUnitReport.render(result),
            String(decoding: try HTMLReport.render(result), as: UTF8.self),
        ]
        for (index, report) in reports.enumerated() {
            let obeyed = report.unicodeScalars.filter { scalar in
                scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
                    || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            }
            #expect(obeyed.isEmpty, "\(index): \(obeyed.map(\.value))")
            #expect(report.contains(#"\u{202E}"#) || report.contains(#"\\u\{202E\}"#), "\(index)")
        }
        #expect(reports[0].contains(#"\u{202E}gpj\u{2066} end next"#))
    }

    @Test(
        "text is shown as it is seen",
        arguments: [
            ("plain, with ü and 漢\tand\nlines", "plain, with ü and 漢\tand\nlines"),
            ("a\u{1B}[31mb", #"a\u{1B}[31mb"#), ("a\u{85}b\u{7F}", #"a\u{85}b\u{7F}"#),
            ("\u{202E}gpj.exe", #"\u{202E}gpj.exe"#), ("lines\r\nof\rtext", "lines\nof\\u{D}text"), ("", ""),
        ])
    func shown(text: String, wanted: String) {
        #expect(ForeignText.shown(text) == wanted)
        #expect(ForeignText.shown(wanted) == wanted, "nothing is spelt out twice")
    }

    /// The first look is at an answer of any size, too.
    @Test("an answer without an end is no answer", arguments: [HTTPRequest.Method.get, .put, .head])
    func endlessAnswer(method: HTTPRequest.Method) async throws {
        let server = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.method == method || method == .head else { return answer }
            return HTTPResponse(
                status: request.method == .post ? 202 : 200, headers: ["Location": "/v2/x"], body: [120],
                isTruncated: true)
        }
        guard method == .put else {
            let error = await #expect(throws: CertifyError.self) {
                try await certify(server, only: ["first-push"])
            }
            #expect(
                error?.description.hasSuffix(
                    "GET http://registry.test/v2/: the answer is larger than 8 MiB, which no answer of a registry is"
                )
                    == true)
            #expect(error?.exitCode == 3)
            return
        }
        let result = try await certify(server, only: ["identical-push", "first-push"])
        #expect(result.scenarios.allSatisfy { $0.verdict == .inconclusive || $0.verdict == .skipped })
        #expect(result.statements == [])
        #expect(result.exitCode(requiring: .protocol) == 3)
    }

    /// A password may be a word that addresses have, too: a run must not be led astray by what it hides.
    @Test(
        "what a registry repeats of credentials is in no report", arguments: [#"s3cr"et-word"#, "manifests"])
    func repeatsCredentials(password: String) async throws {
        let echoing = AlteringTransport(
            registry: MemoryRegistry(),
            request: { request in
                guard request.headers["Authorization"] == nil else { return request }
                return HTTPRequest(.get, HTTPURL(.http, "registry.test", "/v2/"))
            },
            answer: { request, answer in
                guard let shown = request.headers["Authorization"] else {
                    return HTTPResponse(status: 401, headers: ["WWW-Authenticate": #"Basic realm="r""#])
                }
                var answer = answer
                answer.headers["X-Echo"] = shown
                answer.headers["X-Password"] = password
                if answer.status == 201 {
                    answer.headers["Content-Type"] = "application/json"
                    answer.body = Array(#"{"you":"\#(password.replacing("\"", with: #"\""#))"}"#.utf8)
                }
                return answer
            })
        var request = try SuiteFiles.request()
        request.selection.only = ["first-push", "overwrite-same-flow"]
        request.flows = [.ociMonolithic]
        let users = Users(over: echoing, writer: { _ in .basic(user: "ci", password: password) })
        let result = try await Certifier(users: users, pause: { _ in }).run(request)
        #expect(
            result.scenarios.filter { $0.verdict == .passed }.count == 2, "\(TerminalReport(result).render())"
        )
        let records = result.scenarios.flatMap(\.cases).flatMap(\.transcript)
        let echoes = records.flatMap(\.responseHeaders).filter { $0.name.hasPrefix("X-") }.map(\.value)
        #expect(Set(echoes) == ["Basic ***", "***"])
        #expect(records.contains { $0.responseBody == #"{"you":"***"}"# })
    }

    @Test func whereARouterCleansPathsUpWhatStandsBehindItDecides() async throws {
        let targets = Mutex<[String]>([])
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.method == .put, request.url.path.contains("//") else {
                if request.method == .put { targets.withLock { $0.append("\(answer.status)") } }
                return answer
            }
            let clean = request.url.path.replacing("//", with: "/")
            return HTTPResponse(status: 301, headers: ["Location": "http://registry.test\(clean)"])
        }
        let result = try await certify(registry, only: ["path-spelling"])
        #expect(result.scenarios.first { $0.id == "path-spelling" }?.verdict == .passed)
        #expect(targets.withLock { $0 }.contains("409"), "the tag behind the clean path was asked for")
    }

    @Test(
        "who points elsewhere has accepted nothing",
        arguments: [nil, "https://elsewhere.test/v2/x", "/v2/round/manifests//v1"])
    func pointsElsewhere(location: String?) async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.method == .put, request.url.path.contains("//") else { return answer }
            return HTTPResponse(status: 308, headers: location.map { ["Location": $0] } ?? [:])
        }
        let result = try await certify(registry, only: ["path-spelling"])
        #expect(result.scenarios.first { $0.id == "path-spelling" }?.verdict == .passed)
    }

    @Test func manyClassesOfRefusalsAreToldInAFewLines() async throws {
        let count = Mutex(0)
        let registry = AlteringTransport(registry: MemoryRegistry()) { _, answer in
            guard answer.status == 409 else { return answer }
            let letters = count.withLock { count in
                count += 1
                return String(repeating: "x", count: count)
            }
            return .error(409, "DENIED", letters)
        }
        let result = try await certify(
            registry, only: ["identical-denials", "all-denials-alike"], flows: PushFlow.allCases)
        let findings = result.scenarios.flatMap(\.cases).compactMap(\.finding?.message)
            .filter { $0.contains(" × ") }
        #expect(!findings.isEmpty)
        for finding in findings { #expect(finding.split(separator: "\n").count <= 7, "\(finding)") }
        #expect(findings.contains { $0.contains(" more") })
    }
}
