// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import SystemPackage

/// `stet serve` as a process that a test may end in any way.
struct RegistryProcess: Sendable {
    let address: String
    private let identifier: pid_t

    fileprivate init(address: String, identifier: pid_t) {
        (self.address, self.identifier) = (address, identifier)
    }

    func send(signal: Int32) {
        kill(identifier, signal)
    }
}

/// Of a process, once it has said so.
private final class Identifier: Sendable {
    let value = Mutex<pid_t>(0)
}

extension Peers {
    /// Runs `stet serve` over a data folder that outlives it.
    ///
    /// - Returns: What `body` returns, after the process has ended.
    static func withRegistryProcess<Value: Sendable>(
        over data: FilePath, home: FilePath, options: [String] = ["--write-once"],
        _ body: @escaping @Sendable (RegistryProcess) async throws -> Value
    ) async throws -> Value {
        var bash = Program("bash")
        bash.environment = Program.stet(home: home).environment
        let identifier = Identifier()
        let address = { @Sendable (line: String) -> String? in
            if line.hasPrefix("process ") {
                identifier.value.withLock { $0 = pid_t(line.dropFirst("process ".count)) ?? 0 }
            }
            guard let range = line.firstRange(of: "serving http://") else { return nil }
            return String(line[range.upperBound...].prefix { $0 != "," })
        }
        let command = ["-c", #"echo "process $$" >&2; exec "$@""#, "serve", Program.stetPath.string, "serve"]
        let arguments = command + ["--listen", "127.0.0.1:0", "--data", data.string] + options
        return try await bash.serving(arguments, address: address) { address in
            try await body(RegistryProcess(address: address, identifier: identifier.value.withLock { $0 }))
        }
    }
}
