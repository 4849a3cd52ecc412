// SPDX-License-Identifier: Apache-2.0

import Glibc
import Subprocess
import SystemPackage

/// What a program did.
struct ProgramResult: Sendable, CustomStringConvertible {
    let status: Int32
    let output: String
    let errors: String

    var description: String { "status \(status)\n--- output\n\(output)\n--- errors\n\(errors)" }
}

/// A program of another project, or ours, run as a person would.
struct Program: Sendable {
    let executable: Executable
    var environment: [String: String] = [:]

    init(_ name: String) {
        executable = .name(name)
    }

    init(path: FilePath, environment: [String: String] = [:]) {
        executable = .path(path)
        self.environment = environment
    }

    /// The stet that was built together with these tests, with all its folders under `home`.
    static func stet(home: FilePath) -> Program {
        var environment = ["HOME": home.string, "NO_COLOR": "1"]
        for name in ["DATA", "STATE", "CACHE", "CONFIG"] {
            environment["XDG_\(name)_HOME"] = home.appending(name.lowercased()).string
        }
        return Program(path: stetPath, environment: environment)
    }

    static var stetPath: FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let tests = FilePath(
            String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
        // swift test runs either the test bundle itself or a helper of the toolchain that loads it.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map { FilePath($0) } ?? tests
        return bundle.removingLastComponent().appending("stet")
    }

    func callAsFunction(_ arguments: String...) async throws -> ProgramResult {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws -> ProgramResult {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: .inherit.updating(updates),
            output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        let status: Int32
        switch result.terminationStatus {
        case .exited(let code): status = code
        case .signaled(let number): status = 128 + number
        }
        return ProgramResult(
            status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs a server for as long as `body` runs.
    ///
    /// `address` finds the server's address in a line of its errors.
    func serving<Value: Sendable>(
        _ arguments: [String], address: @escaping @Sendable (String) -> String?,
        _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        let result = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: .inherit.updating(updates),
            input: .none, output: .discarded, error: .sequence
        ) { execution in
            let (addresses, found) = AsyncStream<String>.makeStream()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Read to the end: a server whose pipe is full stands still.
                    var log: [String] = []
                    for try await line in execution.standardError.strings() {
                        log.append(line)
                        if let address = address(line) { found.yield(address) }
                    }
                    found.finish()
                }
                var first: String?
                for await address in addresses {
                    first = address
                    break
                }
                guard let first else { throw ServerDidNotStart(arguments: arguments) }
                let outcome: Result<Value, any Error>
                do {
                    outcome = .success(try await body(first))
                } catch {
                    outcome = .failure(error)
                }
                try? execution.send(signal: .terminate)
                try await group.waitForAll()
                return try outcome.get()
            }
        }
        return result.closureResult
    }

    private var updates: [Environment.Key: String?] {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { updates[key] = value }
        }
        return updates
    }
}

/// A server ended before it said where it listens.
struct ServerDidNotStart: Error {
    let arguments: [String]
}
