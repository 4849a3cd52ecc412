// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Testing

/// Runs a test on each OCI runtime that works here.
struct EachRuntime: SuiteTrait, TestTrait, TestScoping {
    /// What ``RootBusybox`` takes; nil for what is preferred.
    @TaskLocal static var current: ContainerRuntime?

    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        let machine = try await RootBusybox()
        for name in ContainerRuntime.Name.allCases {
            guard let runtime = ContainerRuntime.installed(name),
                try await runtime.fault(in: machine.roots) == nil
            else { continue }
            try await EachRuntime.$current.withValue(runtime) { try await body() }
        }
    }
}

extension Trait where Self == EachRuntime {
    static var onEachRuntime: Self { Self() }
}
