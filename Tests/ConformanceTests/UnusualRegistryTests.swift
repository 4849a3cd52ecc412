// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Registries that nobody may accuse of what they need not do.
@Suite struct UnusualRegistryTests {
    /// Turns down names with fewer or more parts.
    private func registry(parts: ClosedRange<Int>) -> AlteringTransport {
        AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard let name = request.route?.repository else { return answer }
            return parts.contains(name.rawValue.split(separator: "/").count)
                ? answer : .error(400, "NAME_INVALID", "names are namespace/name")
        }
    }

    private func certify(
        _ transport: any HTTPTransport, only: [String] = [], names: NameStyle = .nested
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.flows = BrokenRegistry.flows
        request.parameters = ["rounds": 1, "repetitions": 20]
        request.names = names
        request.selection.only = only
        return try await Certifier(transport: transport, pause: { _ in }).run(request)
    }

    @Test func namesOfAnotherShapeEndTheRunWithAHint() async throws {
        let error = await #expect(throws: CertifyError.self) { try await certify(registry(parts: 2...2)) }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains("--names flat") == true)
    }

    @Test func flatNamesHaveTwoParts() async throws {
        let result = try await certify(registry(parts: 2...2), names: .flat)
        let violated = result.scenarios.filter { $0.verdict == .violated }.map(\.id)
        #expect(violated == [], "\(TerminalReport(result).render())")
        #expect(result.repositories.allSatisfy { $0.split(separator: "/").count == 2 })
        #expect(result.scenarios.first { $0.id == "other-names-free" }?.verdict == .passed)
    }

    @Test func aPlaceWhoseNameIsTooDeepIsNoViolation() async throws {
        let result = try await certify(registry(parts: 1...3), only: ["other-names-free"])
        let scenario = try #require(result.scenarios.first { $0.id == "other-names-free" })
        #expect(scenario.verdict == .skipped)
        #expect(scenario.cases.first?.finding?.message.contains("--names flat") == true)
    }

    @Test(
        "what the registry does not take is stated",
        arguments: [
            ("OCI types only", "docker.distribution"), ("Docker types only", "oci.image"),
            ("no indexes and lists", "manifest.list"),
        ])
    func whatIsNotTakenIsStated(name: String, type: String) async throws {
        let legal = try #require(LegalRegistry.choosy.first { $0.name == name })
        let result = try await certify(legal.make().1, only: ["protocol", "write-once", "race-truth"])
        let statement = try #require(result.statements.first { $0.name == "types not taken" })
        #expect(statement.value.contains(type))
        let cases = result.scenarios.first { $0.id == "first-push" }?.cases ?? []
        #expect(cases.contains { $0.verdict == .passed } && cases.contains { $0.isApplicable == false })
        #expect(result.scenarios.allSatisfy { $0.verdict != .violated })
    }

    @Test func aTypeThatIsTakenUnderItsDigestOnlyIsNotExcused() async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.isManifestPut, case .manifest(_, .tag) = request.route,
                request.headers["Content-Type"]?.contains("docker") == true
            else { return answer }
            return .error(415, "MANIFEST_INVALID", "not under a tag")
        }
        let result = try await certify(registry, only: ["first-push"])
        #expect(result.scenarios.first { $0.id == "first-push" }?.verdict == .violated)
    }

    @Test(
        "what belongs to a request is no part of an answer",
        arguments: [
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "a1b2c3d4-0000-41d3-9a0c-0305e82c3302", true),
            ("4bf92f3577b34da6a3ce929d0e0e4736", "00000f3577b34da6a3ce929d0e0e4700", true),
            ("at 2026-11-21T15:10:22Z", "at 2026-11-21T15:10:23.5Z", true),
            ("at 15:10:22.", "at 15:10:23.", true), ("1795273822", "1795273823123", true),
            ("try 1", "try 2", false), ("node-1", "node-2", false), ("deadbeef", "cafebabe", false),
            ("policy a", "policy b", false),
        ])
    func passingWords(first: String, second: String, isAlike: Bool) async throws {
        let count = Mutex(0)
        let registry = AlteringTransport(registry: MemoryRegistry()) { _, answer in
            guard answer.status == 409 else { return answer }
            let isOdd = count.withLock { count in
                count += 1
                return count % 2 == 1
            }
            return answer.message(" (\(isOdd ? first : second))")
        }
        let result = try await certify(registry, only: ["identical-denials"])
        let verdict = result.scenarios.first { $0.id == "identical-denials" }?.verdict
        #expect(verdict == (isAlike ? .passed : .violated), "\(first), \(second)")
    }
}
