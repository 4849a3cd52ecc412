// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// A registry whose storage was taken away by the operator's program must get it back, and be seen to.
@Suite struct HookCureTests {
    /// Takes storage away, and answers as it likes when it is to give it back.
    private struct OneWayHooks: RegistryHooks {
        let registry: MemoryRegistry
        let answer: Result<HookOutcome, SetupError>

        func offers(_ hook: RegistryHook) -> Bool { true }

        func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome {
            guard hook == .writable || hook == .freeDisk else {
                return try await MemoryHooks(registry: registry).perform(hook)
            }
            return try answer.get()
        }
    }

    struct Row: CustomTestStringConvertible {
        let scenario: String
        let answer: Result<HookOutcome, SetupError>
        let clause: String

        var testDescription: String { "\(scenario): \(clause)" }
    }

    private static let rows = [
        Row(
            scenario: "storage-read-only", answer: .success(.done),
            clause: "writable is said to be done, and the registry still cannot store an image: 5"),
        Row(
            scenario: "disk-full", answer: .success(.done),
            clause: "free-disk is said to be done, and the registry still cannot store an image: 5"),
        Row(
            scenario: "storage-read-only", answer: .failure(SetupError("the disk is gone")),
            clause: "writable failed: the disk is gone"),
        Row(
            scenario: "disk-full", answer: .success(.notOffered),
            clause: "there is no way to do free-disk"),
    ]

    private func run(_ row: Row) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: [row.scenario, "overwrite-same-flow"])
        let registry = MemoryRegistry()
        var certifier = Certifier(transport: registry, pause: { _ in })
        certifier.hooks = OneWayHooks(registry: registry, answer: row.answer)
        return try await certifier.run(request)
    }

    /// What comes afterwards would be blamed on the registry.
    @Test("the run ends, blames nobody, and says what is left", arguments: rows)
    func theRunEnds(row: Row) async throws {
        let result = try await run(row)
        #expect(result.stopped == .uncured)
        #expect(result.leftChanged?.contains(row.clause) == true, "\(result.leftChanged ?? "nothing")")
        #expect(!result.scenarios.contains { $0.verdict == .violated })
        let next = try #require(result.scenarios.first { $0.id == "overwrite-same-flow" })
        #expect(next.cases.allSatisfy { $0.verdict == .skipped })
        #expect(result.exitCode(requiring: .sealed) == 3)
    }

    @Test("every report says so", arguments: ReportFile.allCases.filter { $0 != .badge })
    func reports(file: ReportFile) async throws {
        let report = String(decoding: try file.render(try await run(Self.rows[1])), as: UTF8.self)
        #expect(report.contains("free-disk is said to be done"))
        #expect(
            report.contains(file == .json ? "\"uncured\"" : "a hook has left the registry without storage"))
    }
}
