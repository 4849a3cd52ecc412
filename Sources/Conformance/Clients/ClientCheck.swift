// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import RegistryTransport
import SourceText
package import SystemPackage

/// Lets real clients overwrite a tag, each through a recording proxy, and says what became of it.
///
/// A client must be refused, must send its manifest once, must end with a failure, and its user must be able to read
/// which tag it was about. That the registry refuses is a must, that the client takes it well is a should.
package struct ClientCheck: Sendable {
    /// What selects them all.
    static let suite = "clients"
    static let level = Level.consistent

    let clients: [RealClient]
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
        for client in context.request.selectedClients where !Task.isCancelled {
            progress(
                .scenarioStarted(
                    id: ClientCheck.name(of: client), title: "\(client.rawValue) overwrites a tag"))
            let start = context.now()
            var (result, severity) = await check(client, context)
            result.milliseconds = (context.now() - start).microseconds / 1000
            if !Task.isCancelled { progress(.caseEnded(scenario: ClientCheck.name(of: client), result)) }
            let scenario = ClientCheck.scenario(client, severity: severity)
            scenarios.append(ScenarioResult(scenario, cases: [result]))
        }
        return SuiteResult(name: ClientCheck.suite, title: "Real clients", scenarios: scenarios)
    }

    /// - Returns: What was found out, and how much it counts: what is not known of the registry, or wrong with it, is
    ///   in the way of the level; what is wrong with the client is not.
    private func check(_ client: RealClient, _ context: RunContext) async -> (CaseResult, Severity) {
        var result = CaseResult(id: "", name: "", verdict: .skipped)
        var severity = Severity.must
        do throws(SetupError) {
            severity = try await push(with: client, context, &result)
        } catch {
            result.verdict = .inconclusive
            result.finding = Finding("\(client.rawValue) could not be tried: \(error)")
        }
        if Task.isCancelled {
            (result.verdict, result.finding) = (.inconclusive, Finding(RunStop.interrupted.reason))
        }
        return (result, severity)
    }

    private func push(
        with client: RealClient, _ context: RunContext, _ result: inout CaseResult
    ) async throws(SetupError) -> Severity {
        let scenario = ClientCheck.scenario(client, severity: .should)
        guard let repository = try? context.request.repository(scenario, Matrix.Binding(flows: [])) else {
            throw SetupError("no repository can be named for it")
        }
        result.repository = repository.rawValue
        try await context.setup?.makeRepository(repository, given: .immutable)
        let proxy = try RecordingProxy(
            before: context.request.registry, context.transport,
            allowance: TrafficAllowance(ClientCheck.byteLimit, of: context.traffic))
        defer {
            proxy.close()
            for exchange in proxy.exchanges { context.made.note(exchange.request, exchange.response) }
        }
        let target = "\(proxy.address)/\(repository):v1"
        guard let outcome = try await push("a", with: client, to: target, repository) else {
            result.finding = Finding("\(client.rawValue) is not installed")
            return .should
        }
        guard outcome.status == 0, let put = proxy.exchanges.last(where: ClientCheck.isPut),
            put.response.isSuccess, let body = put.request.body, case .bytes(let manifest) = body
        else {
            result.transcript = ClientCheck.records(proxy.exchanges)
            throw SetupError("its first push failed: \(outcome.endClause), \(outcome.lastLine)")
        }
        try await ClientCheck.protect(proxy.exchanges, in: repository, context)
        let before = proxy.exchanges.count
        guard let second = try await push("b", with: client, to: target, repository) else { return .should }
        let sent = Array(proxy.exchanges.dropFirst(before))
        result.transcript = ClientCheck.records(sent)
        if let finding = context.interference(in: Set(result.transcript.compactMap(\.refusingPolicy))) {
            (result.verdict, result.finding) = (.inconclusive, finding)
            return .must
        }
        let trial = ClientTrial(
            outcome: second, puts: sent.filter(ClientCheck.isPut), first: Digest(of: manifest),
            state: try await state(of: repository, context), repository: repository,
            judge: AnswerJudge(profile: context.request.profile))
        result.notes = trial.notes
        return ClientCheck.judge(trial, &result)
    }

    private static func judge(_ trial: ClientTrial, _ result: inout CaseResult) -> Severity {
        if let lack = trial.lack {
            (result.verdict, result.finding) = (.inconclusive, Finding(lack, trial.puts.last))
            return .must
        }
        let faults = trial.registryFaults + trial.clientFaults
        result.verdict = faults.isEmpty ? .passed : .violated
        if !faults.isEmpty { result.finding = Finding(faults.joined(separator: "; "), trial.puts.last) }
        return trial.registryFaults.isEmpty ? .should : .must
    }

    private func state(
        of repository: RepositoryName, _ context: RunContext
    ) async throws(SetupError) -> TagState {
        do {
            return try await context.wire().state(of: .manifest(repository, .tag(try Tag("v1"))))
        } catch {
            throw SetupError("what the tag shows afterwards is unknown: \(error)")
        }
    }

    private static func isPut(_ exchange: Exchange) -> Bool {
        exchange.request.method == .put && exchange.request.url.path.hasSuffix("/manifests/v1")
    }

    private static func records(_ exchanges: [Exchange]) -> [ExchangeRecord] {
        exchanges.suffix(Transcript.lastCount).map { ExchangeRecord($0) }
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

    /// `client-skopeo`.
    static func name(of client: RealClient) -> String { "client-\(client.rawValue)" }

    /// Without steps: what a client does is its own.
    static func scenario(_ client: RealClient, severity: Severity) -> Scenario {
        Scenario(
            id: name(of: client), title: "\(client.rawValue) is told no once, and says so",
            why:
                "A refusal that makes clients retry, convert or hang costs more than one that they understand.",
            level: level, severity: severity, source: "Azure/acr#890, expected behaviour",
            covers: [client == .docker ? "C3" : "C4"], given: .immutable, needs: [],
            matrix: Matrix(variables: []), parameters: [:], thorough: [:], steps: [],
            location: SourceLocation(file: "clients", line: 1))
    }
}
