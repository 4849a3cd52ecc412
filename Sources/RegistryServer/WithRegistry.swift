// SPDX-License-Identifier: Apache-2.0

import BlockingIO

/// Runs a registry for as long as `body` needs it.
///
/// - Parameters:
///   - configuration: Port 0 gives the registry a port that nobody else has.
///   - body: Gets `host:port` of the registry, which accepts connections.
/// - Returns: What `body` returns.
/// - Throws: ``RegistryServerError`` when the registry cannot start, else what `body` throws, after the registry
///   has stopped.
package func withRegistry<Value: Sendable>(
    _ configuration: RegistryConfiguration, _ body: (_ address: String) async throws -> Value
) async throws -> Value {
    let server = try await BlockingThread.run { try RegistryServer(configuration) }
    return try await server.serve { addresses in
        for await address in addresses { return try await body(address) }
        try Task.checkCancellation()
        throw RegistryServerError.stopped(reason: "it did not start")
    }
}
