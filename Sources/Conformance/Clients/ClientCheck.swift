// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SourceText
package import SystemPackage

/// Lets real clients overwrite a tag, each through a recording proxy, and says what became of it.
///
/// A client must be refused, must send its manifest once, must end with a failure, and its user must be able to read
/// which tag it was about. That the registry refuses is a must, that the client takes it well is a should.
package struct ClientCheck: Sendable {
    private let clients: [RealClient]
    private let programs: any ClientPrograms
    private let scratch: FilePath

    /// - Parameters:
    ///   - clients: Those that are tried, in this order.
    ///   - programs: Runs the clients.
    ///   - scratch: A folder for images and for what clients keep; the caller removes it.
    package init(_ clients: [RealClient], programs: any ClientPrograms, scratch: FilePath) {
        self.clients = clients
        self.programs = programs
        self.scratch = scratch
    }

    /// One scenario for each client, of the suite `clients`, where the run's other scenarios live.
    func run(
        in context: RunContext, progress: @Sendable (CertifyEvent) -> Void
    ) async -> SuiteResult {
        var scenarios: [ScenarioResult] = []
        for client in clients where !Task.isCancelled {
            progress(
                .scenarioStarted(
                    id: ClientCheck.name(of: client), title: "\(client.rawValue) overwrites a tag"))
            let (result, isTaken) = await check(client, context)
            if !Task.isCancelled { progress(.caseEnded(scenario: ClientCheck.name(of: client), result)) }
            let scenario = ClientCheck.scenario(client, severity: isTaken ? .must : .should)
            scenarios.append(ScenarioResult(scenario, cases: [result]))
        }
        return SuiteResult(name: "clients", title: "Real clients", scenarios: scenarios)
    }

    /// - Returns: What was found out, and whether the registry took an overwrite.
    private func check(_ client: RealClient, _ context: RunContext) async -> (CaseResult, isTaken: Bool) {
        var result = CaseResult(id: "", name: "", verdict: .skipped)
        var isTaken = false
        do throws(SetupError) {
            isTaken = try await push(with: client, context, &result)
        } catch {
            result.verdict = .inconclusive
            result.finding = Finding("\(client.rawValue) could not be tried: \(error)")
        }
        if Task.isCancelled {
            (result.verdict, result.finding) = (.inconclusive, Finding(RunStop.interrupted.reason))
        }
        return (result, isTaken && result.verdict == .violated)
    }

    /// - Returns: Whether the registry took an overwrite.
    private func push(
        with client: RealClient, _ context: RunContext, _ result: inout CaseResult
    ) async throws(SetupError) -> Bool {
        let scenario = ClientCheck.scenario(client, severity: .should)
        guard let repository = try? context.request.repository(scenario, Matrix.Binding(flows: [])) else {
            throw SetupError("no repository can be named for it")
        }
        result.repository = repository.rawValue
        try await context.setup?.makeRepository(repository, given: .immutable)
        let proxy = try RecordingProxy(before: context.request.registry, context.transport)
        defer { proxy.close() }
        let target = "\(proxy.address)/\(repository):v1"
        guard let first = try await push("a", with: client, to: target, repository) else {
            result.finding = Finding("\(client.rawValue) is not installed")
            return false
        }
        guard first.status == 0 else {
            result.finding = Finding("its first push failed: \(ClientCheck.end(of: first.text))")
            return false
        }
        try await ClientCheck.protect(proxy.exchanges, in: repository, context)
        let before = proxy.exchanges.count
        guard let second = try await push("b", with: client, to: target, repository) else { return false }
        let sent = proxy.exchanges.dropFirst(before)
        let puts = sent.filter { $0.request.method == .put && $0.request.url.path.hasSuffix("/manifests/v1") }
        result.transcript = sent.suffix(Transcript.lastCount).map { ExchangeRecord($0.request, $0.response) }
        result.notes = [
            "\(counted(puts.count, "manifest PUT")), exit \(second.status)",
            "its user read: \(ClientCheck.end(of: second.text))",
        ]
        let faults = ClientCheck.faults(second, puts)
        result.verdict = faults.isEmpty ? .passed : .violated
        if !faults.isEmpty { result.finding = Finding(faults.joined(separator: "; "), puts.last) }
        return puts.contains { $0.response.isSuccess }
    }

    private static func faults(_ outcome: ClientOutcome, _ puts: [Exchange]) -> [String] {
        var faults: [String] = []
        if outcome.status == 0 { faults.append("its overwrite must fail, and it ended with 0") }
        if puts.contains(where: { $0.response.isSuccess }) {
            faults.append("the registry took its manifest for a tag that stands")
        }
        if puts.count > 1 { faults.append("it must send its manifest once, and sent it \(puts.count) times") }
        return faults
    }

    /// Pushes an image of its own.
    ///
    /// - Returns: What the push itself did; nil when there is no such client.
    private func push(
        _ name: String, with client: RealClient, to target: String, _ repository: RepositoryName
    ) async throws(SetupError) -> ClientOutcome? {
        let image = TestImage(
            name, nonce: repository.rawValue, form: client == .docker ? .docker : .oci)
        let folder: ImageFolder
        do throws(FileError) {
            folder = try ImageFolder(image, in: scratch.appending(client.rawValue))
        } catch {
            throw SetupError("its image cannot be written: \(error)")
        }
        var last: ClientOutcome?
        for call in client.calls(pushing: folder, to: target, scratch: scratch.string) {
            guard let outcome = try await programs.run(call.program, call.arguments) else { return nil }
            last = outcome
            if outcome.status != 0 { break }
        }
        return last
    }

    /// The last line that says something.
    private static func end(of text: String) -> String {
        text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? "nothing"
    }

    private static func name(of client: RealClient) -> String { "client-\(client.rawValue)" }

    private static func scenario(_ client: RealClient, severity: Severity) -> Scenario {
        Scenario(
            id: name(of: client), title: "\(client.rawValue) is told no once, and says so",
            why:
                "A refusal that makes clients retry, convert or hang costs more than one that they understand.",
            level: .consistent, severity: severity, source: "Azure/acr#890, expected behaviour",
            covers: [client == .docker ? "C3" : "C4"], given: .immutable, needs: [],
            matrix: Matrix(variables: []), parameters: [:], thorough: [:], steps: [],
            location: SourceLocation(file: "clients", line: 1))
    }
}
