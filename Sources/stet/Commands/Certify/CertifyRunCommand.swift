// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Conformance
import OCISpec
import RegistryClient
import RegistryTransport
import SourceText
import SystemPackage
import TaskFile
import TerminalProgress

/// `stet certify [run]`: whether a registry lets published tags stand.
struct CertifyRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the suite: whether a registry lets published tags stand.",
        usage: """
            stet certify [<registry>] [<options>]
            stet certify diff <old> <new>
            stet certify verify <certificate> --key <file>
            """,
        discussion: """
            stet certify                                the embedded registry, for a try
            stet certify localhost:5000 --report out    one on this machine, with reports
            stet certify r.example --immutable prod --mutable dev --yes
                two prefixes that its operator has prepared
            stet certify r.example --profile auto --setup harbor --yes
                repositories that are made for the run, and removed
            stet certify r.example --setup harbor --dry-run
                what that would send, and to where
            stet certify r.example --users users.yaml --yes
                also as users who may only pull, who administer, who may push elsewhere
            stet certify --profile harbor --describe    what is known of a registry
            stet certify diff --help                    what got better or worse
            stet certify verify --help                  checks a certificate

            Exit status: 0 the level is reached, 1 it is not (with --baseline and
            without --require: something is worse), 2 bad usage or a missing login,
            3 inconclusive, 130, 143 or 129 ended by Ctrl-C, SIGTERM or SIGHUP: the
            reports say what was found out until then.
            """,
        helpNames: .shortAndLong)

    @Argument(help: "host[:port] or URL; the embedded registry unless given.") var registry: String?
    @Option(help: "How a denial has to look: a name in the suite, a file, or auto.")
    var profile = Profile.strictName
    @Flag(help: "Say what is known of the registry that --profile names, and from where; do nothing else.")
    var describe = false
    @Option(help: "The level that must be reached; sealed, unless --baseline is given.") var require: Level?
    @Option(
        help: ArgumentHelp(
            "Write report.json, junit.xml, report.html, summary.md and badge.svg here.", valueName: "dir"))
    var report: String?
    @Option(
        help: ArgumentHelp(
            "Repositories under this prefix are write-once; else all are.", valueName: "prefix"))
    var immutable: String?
    @Option(help: ArgumentHelp("Repositories under this prefix have no policy.", valueName: "prefix"))
    var mutable: String?
    @Option(
        name: .customLong("setup"),
        help: ArgumentHelp(
            "How repositories are made write-once. Secrets come from variables; one that is missing is named.",
            valueName: "kind"))
    var setupKind = SetupKind.none
    @Option(
        name: .customLong("users"),
        help: ArgumentHelp(
            "Further users by their roles, and where their passwords are: reader, administrator, scoped, writer.",
            valueName: "file"))
    var usersFile: String?
    @Option(
        help: ArgumentHelp(
            "Only these scenarios: ids, suites, checks (O2), levels, severities; clients are the real ones.",
            valueName: "word,…"))
    var only: [String] = []
    @Option(help: ArgumentHelp("Not these, by the same words.", valueName: "word,…"))
    var skip: [String] = []
    @Option(
        name: .customLong("parameter"),
        help: ArgumentHelp(
            "A scenario's number: writers, repetitions, rounds; with a lower one it counts for no level.",
            valueName: "name=number"))
    var parameters: [String] = []
    @Flag(help: "Races of hundreds of rounds, hundreds of repetitions: for a night, not for CI.")
    var thorough = false
    @Option(
        help: ArgumentHelp(
            "Only these ways of pushing, separated by commas; levels that need others are not reached.",
            valueName: "flow,…"))
    var flows: String?
    @Option(
        help: "nested: PREFIX/RUN/CASE and names under it; flat: PREFIX/RUN-CASE, where names have two parts."
    )
    var names = NameStyle.nested
    @Option(help: ArgumentHelp("Another address of the same registry.", valueName: "host[:port]"))
    var second: String?
    @Option(
        help: ArgumentHelp(
            "A program that is called with restart, kill, read-only, writable, full-disk or free-disk.",
            valueName: "program"))
    var hooks: String?
    @Option(
        help: ArgumentHelp(
            "Real clients that must be refused, too, separated by commas: docker, podman, buildah, skopeo, crane, oras, regctl.",
            valueName: "client,…"))
    var clients: String?
    @Option(
        help: ArgumentHelp(
            "How long to wait for a byte, or for the whole answer, before a request counts as unanswered.",
            valueName: "seconds"))
    var timeout = 60
    @Flag(help: "Say what would be done and sent, and send nothing.") var dryRun = false
    @Flag(help: "Leave what can be deleted as well.") var keep = false
    @Option(help: ArgumentHelp("The folder with scenarios and profiles.", valueName: "dir")) var suite:
        String?
    @Flag(help: "Yes, write to a registry that is not on this machine.") var yes = false
    @OptionGroup(title: "Proof") var proof: CertifyProofOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard usersFile == nil || registry != nil else {
            throw ValidationError("--users needs a registry: the embedded one has no users")
        }
        guard proof.signKey == nil || report != nil || proof.publish != nil else {
            throw ValidationError("--sign-key needs --report or --publish: a place for the certificate")
        }
        if let immutable, immutable == mutable {
            throw ValidationError("--immutable and --mutable cannot both be \(immutable)")
        }
        if let second, second == registry {
            throw ValidationError("--second \(second) is the registry's first address")
        }
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout must be between 1 and 3600 seconds, not \(timeout)")
        }
    }

    func run() async throws {
        if describe {
            return Terminal.output.line(try await CommandFailure.asUsage { try describedProfile() }.text)
        }
        let prepared = try await CommandFailure.asUsage { try proof.prepared() }
        let template = try await CommandFailure.asUsage { try self.request() }
        // Before anything is sent: a mistake in the file is the cheapest to find.
        let users = try await CommandFailure.asUsage { try namedUsers() }
        try await CommandFailure.asUsage { try checkPrograms() }
        if dryRun {
            return try await printPlan(of: template, users)
        }
        let folder = try report.map { try ReportFolder($0, keeping: proof.baseline) }
        let result = try await result(template)
        // A terminal without colours has an edge all the same.
        let text = TerminalReport(
            result, usesColour: Terminal.output.usesColour,
            columns: Terminal.output.isTerminal ? TerminalScreen.size.columns : nil)
        Terminal.output.line(text.render())
        try folder?.write(result)
        try await prove(result, prepared, folder)
        let status = status(result, prepared.comparison(to: result))
        if status != 0 { throw CommandFailure(exitCode: status) }
    }

    private func result(_ template: CertifyRequest) async throws -> CertifyResult {
        guard let registry else {
            return try await CommandFailure.asFailure {
                try await EmbeddedRegistry.use { try await certify(template, at: HTTPURL(.http, $0, "/")) }
            }
        }
        let origin = try await CommandFailure.asUsage { try await self.origin(of: registry) }
        return try await certify(template, at: origin)
    }

    private func certify(_ template: CertifyRequest, at origin: HTTPURL) async throws -> CertifyResult {
        var request = template
        request.registry = origin
        let plain = try connection.transport(patience: .seconds(timeout))
        if profile == SuiteFolder.recognised {
            request.profile = try await recognised(at: origin, over: plain)
        }
        if let second {
            request.secondAddress = try await CommandFailure.asUsage {
                try await secondOrigin(second, origin)
            }
        }
        var certifier = Certifier(users: try await users(of: request, over: plain))
        certifier.setup = try await CommandFailure.asUsage { try setupAdapter(at: origin) }
        certifier.hooks = try await CommandFailure.asUsage { try hookProgram() }
        certifier.clients = try clientCheck()
        let (prepared, ready) = (certifier, request)
        return try await Interruption.watch {
            let console = CertifyConsole()
            return try await console.show { report in try await Self.run(prepared, ready, report) }
        }
    }

    private static func run(
        _ certifier: Certifier, _ request: CertifyRequest,
        _ report: @escaping @Sendable (CertifyEvent) -> Void
    ) async throws -> CertifyResult {
        do {
            return try await certifier.run(request, progress: report)
        } catch {
            throw CommandFailure(ForeignText.shown("\(error)\(hint(error))"), exitCode: error.exitCode)
        }
    }

    private static func hint(_ error: CertifyError) -> String {
        guard case .loginRequired(_, let authority) = error else { return "" }
        let file = CredentialPlaces(environment: Environment.value).preferred.path
        return "\n  hint: run \"stet login \(authority)\", which keeps the credentials in \(file)"
    }

    /// Everything but where the registry is.
    private func request() throws -> CertifyRequest {
        let folder = try SuiteFolder(suite)
        let runID = RunID.make(UTCTime(secondsSinceEpoch: WallClock.now()))
        var request = CertifyRequest(
            registry: HTTPURL(.http, "localhost", "/"),
            profile: try folder.profile(profile == SuiteFolder.recognised ? Profile.strictName : profile),
            suites: try folder.suites(), runID: runID)
        request.immutablePrefix = try immutable.map { try RepositoryName($0) }
        request.mutablePrefix = try mutable.map { try RepositoryName($0) }
        request.selection = CertifyRequest.Selection(only: Self.words(only), skip: Self.words(skip))
        request.clients = try clientList()
        request.isThorough = thorough
        request.names = names
        request.cleansUp = !keep
        request.flows = try flows.map(Self.flows)
        request.parameters = try numbers()
        let unknown = request.unknownNames
        guard unknown.isEmpty else {
            let clauses = unknown.map { name in
                nearestWord(to: name, in: request.knownNames).map { "\(name) (did you mean \"\($0)\"?)" }
                    ?? name
            }
            throw CommandFailure(
                "not in this suite: \(clauses.joined(separator: ", "))", exitCode: CommandFailure.usage)
        }
        let faults = request.parameterFaults
        guard faults.isEmpty else {
            throw CommandFailure(
                "--parameter: \(faults.joined(separator: "; "))", exitCode: CommandFailure.usage)
        }
        return request
    }

    /// A URL as it is; a name as images have it.
    func origin(of registry: String) async throws -> HTTPURL {
        let origin: HTTPURL
        if registry.contains("://") {
            origin = try HTTPURL(registry)
        } else if let slash = registry.firstIndex(of: "/") {
            let (host, rest) = (registry[..<slash], registry[registry.index(after: slash)...])
            throw CommandFailure(
                """
                give a registry, not a repository: \(registry)
                  hint: \(host) --immutable \(rest.isEmpty ? "PREFIX" : rest), for what is under it
                """, exitCode: CommandFailure.usage)
        } else {
            try Reference.checkRegistry(registry)
            do {
                origin = try await connection.connector(patience: .seconds(timeout)).client(for: registry)
                    .origin
            } catch {
                throw CommandFailure("\(error)", exitCode: CommandFailure.inconclusive)
            }
        }
        guard yes || origin.isLoopback else {
            throw CommandFailure(
                """
                \(registry) is not on this machine: certify writes repositories that it cannot remove where tags stand
                  hint: repeat the command with --yes
                """, exitCode: CommandFailure.usage)
        }
        return origin
    }
}
