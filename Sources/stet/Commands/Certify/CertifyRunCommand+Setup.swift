// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Conformance
import RegistryTransport
import SystemPackage
import TaskFile

extension CertifyRunCommand {
    /// What `--setup` names; nil for none.
    func setupAdapter(at origin: HTTPURL) throws -> (any RegistrySetup)? {
        let transport = try connection.transport(
            plainHTTP: setupKind.plainHosts(Environment.value), patience: .seconds(timeout))
        var settings = SetupSettings(origin, over: transport)
        settings.variable = { Environment.value($0) }
        settings.file = { name in
            let bytes = try WholeFile.read(Environment.currentFolder.pushing(FilePath(name)))
            return String(decoding: bytes, as: UTF8.self)
        }
        settings.now = { Int64(WallClock.now()) }
        settings.timestamp = {
            let time = UTCTime(secondsSinceEpoch: WallClock.now())
            return time.rfc3339.filter { $0 != "-" && $0 != ":" }
        }
        if setupKind == .exec {
            let folder = try TemporaryFolder(
                in: FilePath(Environment.value("TMPDIR") ?? "/tmp"), prefix: "stet-certify-")
            settings.programs = InstalledPrograms(folder: folder)
            if let name = Environment.value(SetupSettings.programVariable) {
                let path = try ProgramSearch.required(name, of: "$\(SetupSettings.programVariable)").string
                settings.variable = { $0 == SetupSettings.programVariable ? path : Environment.value($0) }
            }
        }
        return try setupKind.adapter(settings)
    }

    /// Prints what a run would send, the requests of `--setup` among it; nothing is sent.
    func printPlan(of template: CertifyRequest, _ users: UsersFile?) async throws {
        let plan = try await CommandFailure.asUsage {
            try DryRun.render(
                template, setup: try setupAdapter(at: try plannedOrigin()),
                hooks: try hookProgram(), users: users?.homes ?? [:])
        }
        Terminal.output.write(Array(plan.utf8))
    }

    /// What `--hooks` names; nil for none.
    func hookProgram() throws -> HookProgram? {
        try hooks.map { HookProgram(path: try ProgramSearch.required($0, of: "--hooks")) }
    }

    /// Where the registry is as far as its name says it: nobody is asked.
    func plannedOrigin() throws -> HTTPURL {
        let name = registry ?? "localhost"
        if name.contains("://") { return try HTTPURL(name) }
        let origin = HTTPURL(.https, name, "/")
        return HTTPURL(origin.isLoopback ? .http : .https, name, "/")
    }
}

extension SetupKind: ExpressibleByArgument {}
