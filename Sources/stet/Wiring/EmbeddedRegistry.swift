// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import RegistryServer
import SystemPackage

/// The registry that `run` and `certify` bring along: write-once, on loopback, for as long as the command runs.
///
/// Commands that run at the same time each serve the same data folder. The port of the last time is used again
/// where it is free, so that references to images stay valid.
enum EmbeddedRegistry {
    static func use<Value: Sendable>(_ body: (_ address: String) async throws -> Value) async throws -> Value
    {
        let folder = try UserFolder.embeddedRegistry
        var configuration = RegistryConfiguration(dataFolder: folder)
        configuration.writeOnce = .unlessConfigured
        configuration.port = lastPort(in: folder)
        do {
            return try await withRegistry(configuration) { address in
                remember(address, in: folder)
                return try await body(address)
            }
        } catch RegistryServerError.addressInUse where configuration.port != 0 {
            configuration.port = 0
            return try await withRegistry(configuration, body)
        }
    }

    /// 0, which means any free port, when there is none to remember.
    private static func lastPort(in folder: FilePath) -> Int {
        guard let bytes = try? WholeFile.read(folder.appending("port"), limitBytes: 64),
            let port = Int(String(decoding: bytes, as: UTF8.self)), (1_024...65_535).contains(port)
        else { return 0 }
        return port
    }

    /// Best effort: without it the next run has another port.
    private static func remember(_ address: String, in folder: FilePath) {
        guard let port = address.split(separator: ":").last else { return }
        try? WholeFile.write(Array(port.utf8), to: folder.appending("port"))
    }
}
