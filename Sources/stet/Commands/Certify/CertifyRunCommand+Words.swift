// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Conformance
import RegistryTransport
import SourceText
import SystemPackage

extension CertifyRunCommand {
    /// What `--parameter` gives, by name.
    func numbers() throws -> [String: Int] {
        var numbers: [String: Int] = [:]
        for text in parameters {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let number = Int(parts[1]) else {
                throw CommandFailure(
                    "--parameter must be NAME=NUMBER, not \"\(text)\"", exitCode: CommandFailure.usage)
            }
            numbers[String(parts[0])] = number
        }
        return numbers
    }

    /// What `--flows` asks for.
    static func flows(_ text: String) throws -> [PushFlow] {
        try words(text, of: "--flows", noun: "flow")
    }

    /// What `--clients` names.
    func clientList() throws -> [RealClient] {
        guard let clients else { return [] }
        return try Self.words(clients, of: "--clients", noun: "client")
    }

    /// The words of an option that can be given several times, each with several of them.
    static func words(_ texts: [String]) -> [String] {
        texts.flatMap { $0.split(separator: ",") }.map { word in String(word.filter { $0 != " " }) }
    }

    /// What `--clients` asks for, with a folder that goes away when the check does.
    ///
    /// Whoever names a client wants it tried: one that is not there is no reason to go on without it.
    func clientCheck() throws -> ClientCheck? {
        let list = try clientList()
        guard !list.isEmpty else { return nil }
        for client in list where ProgramSearch.find(client.rawValue) == nil {
            throw CommandFailure(
                "--clients \(client.rawValue): there is no program \(client.rawValue) on PATH",
                exitCode: CommandFailure.usage)
        }
        let folder = try TemporaryFolder(
            in: FilePath(Environment.value("TMPDIR") ?? "/tmp"), prefix: "stet-certify-")
        return ClientCheck(list, programs: InstalledPrograms(folder: folder), scratch: folder.path)
    }

    /// The profile that `--describe` tells of.
    func describedProfile() throws -> Profile {
        guard profile == SuiteFolder.recognised else { return try SuiteFolder(suite).profile(profile) }
        throw CommandFailure(
            "--describe asks no registry, so it cannot recognise one: name a profile with --profile",
            exitCode: CommandFailure.usage)
    }

    /// Finds what the run will need on this machine, before anybody is asked.
    func checkPrograms() throws {
        _ = try clientCheck()
        _ = try hookProgram()
        if setupKind == .exec { _ = try setupAdapter(at: plannedOrigin()) }
    }

    /// What `--second` names, which must be another address.
    func secondOrigin(_ second: String, _ first: HTTPURL) async throws -> HTTPURL {
        let origin = try await origin(of: second)
        guard !origin.hasSameOrigin(as: first) else {
            throw CommandFailure(
                "--second \(second) is the registry's first address; name another that leads to the same repositories",
                exitCode: CommandFailure.usage)
        }
        return origin
    }

    private static func words<Word: RawRepresentable & CaseIterable>(
        _ text: String, of option: String, noun: String
    ) throws -> [Word] where Word.RawValue == String {
        let words = try text.split(separator: ",").map { name in
            if let word = Word(rawValue: String(name)) { return word }
            let known = Word.allCases.map(\.rawValue)
            let hint = nearestWord(to: String(name), in: known).map { "did you mean \"\($0)\"?" }
            throw CommandFailure(
                "there is no \(noun) \"\(name)\"; \(hint ?? "there are \(known.joined(separator: ", "))")",
                exitCode: CommandFailure.usage)
        }
        guard !words.isEmpty else {
            throw CommandFailure("\(option) names no \(noun)", exitCode: CommandFailure.usage)
        }
        return words
    }
}
