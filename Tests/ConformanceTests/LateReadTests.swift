// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Reads that come from a copy, which is behind.
@Suite struct LateReadTests {
    /// A registry whose tags are there after so many looks at them.
    private func lagging(by looks: Int) -> any HTTPTransport {
        let seen = Mutex<[String: Int]>([:])
        return AlteringTransport(registry: MemoryRegistry()) { request, answer in
            guard request.isManifest, request.method == .get || request.method == .head, answer.isSuccess
            else { return answer }
            let count = seen.withLock { seen in
                seen[request.url.path, default: 0] += 1
                return seen[request.url.path] ?? 0
            }
            return count > looks ? answer : .error(404, "MANIFEST_UNKNOWN", "no such manifest")
        }
    }

    private func certify(_ registry: any HTTPTransport) async throws -> [String] {
        var request = try SuiteFiles.request()
        request.selection.only = ["first-push"]
        let result = try await Certifier(transport: registry, pause: { _ in }).run(request)
        return result.scenarios.flatMap(\.cases).filter { $0.verdict == .violated }
            .compactMap(\.finding?.message)
    }

    @Test func areToldFromPushesWithoutEffect() async throws {
        let messages = try await certify(lagging(by: 4))
        #expect(messages.count == PushFlow.allCases.count)
        let told = messages.filter {
            $0.hasSuffix("ms later it does: what is read lags behind what was pushed")
        }
        #expect(told.count == 3, "a run waits for a few only: \(messages)")
    }

    @Test func whatNeverComesIsNotLate() async throws {
        let messages = try await certify(lagging(by: .max))
        #expect(!messages.isEmpty)
        #expect(messages.allSatisfy { $0.hasSuffix("and does not exist") }, "\(messages)")
    }
}
