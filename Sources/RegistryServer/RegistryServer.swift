// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Hummingbird
import Immutability
import NIOCore
import ServiceLifecycle
import SystemPackage

/// A registry of the distribution specification with write-once policies.
package struct RegistryServer: Sendable {
    private let configuration: RegistryConfiguration
    private let registry: Registry

    /// Prepares the data folder.
    ///
    /// Blocks, usually for some milliseconds.
    ///
    /// - Throws: ``RegistryServerError``; `.notWriteOnce` when ``WriteOnce/required`` cannot be kept.
    package init(_ configuration: RegistryConfiguration) throws(RegistryServerError) {
        self.configuration = configuration
        let folder = DataFolder(path: configuration.dataFolder)
        do {
            try Folder.create(folder.path)
            let lock = try FileLock(folder.startLock)
            defer { withExtendedLifetime(lock) {} }
            try folder.prepare()
            let adminToken = try AdminToken(file: folder.adminToken)
            registry = Registry(
                facts: try FactStore(file: folder.database), blobs: BlobFolder(path: folder.blobs),
                uploads: UploadFolder(path: folder.uploads),
                adminToken: adminToken, access: try RegistryServer.access(configuration, adminToken),
                manifestLimitBytes: configuration.manifestLimitBytes,
                isBehindProxy: configuration.isBehindProxy, logger: configuration.logger)
            _ = try registry.uploads.sweep()
            if configuration.writeOnce != .off {
                let policy = try RegistryServer.protectAll(registry.facts, folder.database)
                if configuration.writeOnce == .required, let gap = policy?.gap {
                    throw RegistryServerError.notWriteOnce(gap: gap)
                }
            }
        } catch let error as RegistryServerError {
            throw error
        } catch {
            throw .unusableDataFolder(folder.path, reason: "\(error)")
        }
    }

    private static func access(
        _ configuration: RegistryConfiguration, _ adminToken: AdminToken
    ) throws(RegistryServerError) -> AccessControl? {
        guard let file = configuration.usersFile else { return nil }
        if case .failure(let error) = CryptLibrary.works { throw .unusableUsers(reason: "\(error)") }
        return AccessControl(
            users: try LiveUsers(file: file, logger: configuration.logger),
            tokens: AccessTokens(secret: adminToken.text))
    }

    /// Serves until the task is cancelled, then lets the requests under way finish.
    ///
    /// - Parameter onReady: Called once, when connections are accepted, with `host:port`.
    /// - Throws: ``RegistryServerError``.
    package func run(onReady: @Sendable (_ address: String) async -> Void = { _ in }) async throws {
        try await serve { addresses in
            for await address in addresses { await onReady(address) }
        }
    }

    /// Runs the server for as long as `body` runs.
    ///
    /// `body` gets the address when it is known, and the end of the stream when the server stops.
    func serve<Value>(
        _ body: (AsyncStream<String>) async throws -> sending Value
    ) async throws -> sending Value {
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let services = group { continuation.yield($0) }
        // Not a child task: cancellation must reach `body`, and through its end the graceful way out, and must
        // not cut off requests. It ends below in every case.
        let running = Task {
            defer { continuation.finish() }
            try await services.run()
        }
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(addresses))
        } catch {
            outcome = .failure(error)
        }
        await services.triggerGracefulShutdown()
        do {
            try await running.value
        } catch {
            throw failure(error)
        }
        return try outcome.get()
    }

    private func group(onListening: @escaping @Sendable (String) -> Void) -> ServiceGroup {
        let (host, asked) = (configuration.host, configuration.port)
        let application = Application(
            responder: RegistryResponder(registry: registry),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ContinueHandler()], idleTimeout: .minutes(5))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: asked), backlog: 1024),
            onServerRunning: { onListening(RegistryServer.address(host, $0.localAddress?.port ?? asked)) },
            logger: configuration.logger)
        let housekeeping = Housekeeping(uploads: registry.uploads, logger: configuration.logger)
        var group = ServiceGroupConfiguration(
            services: [application, housekeeping], logger: configuration.logger)
        group.maximumGracefulShutdownDuration = configuration.gracePeriod
        return ServiceGroup(configuration: group)
    }

    private func failure(_ error: any Error) -> RegistryServerError {
        let address = RegistryServer.address(configuration.host, configuration.port)
        switch error {
        case let error as RegistryServerError: return error
        case let error as IOError where Errno(rawValue: error.errnoCode) == .addressInUse:
            return .addressInUse(address)
        case let error as IOError:
            return .cannotListen(address: address, reason: "\(Errno(rawValue: error.errnoCode))")
        case let error as SocketAddressError.UnknownHost:
            return .cannotListen(
                address: address, reason: "this machine knows no address of \"\(error.host)\"")
        case let error as SocketAddressError: return .cannotListen(address: address, reason: "\(error)")
        default: return .stopped(reason: "\(error)")
        }
    }

    private static func address(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Gives the registry a policy when it has none.
    ///
    /// - Returns: The one that it has now.
    private static func protectAll(
        _ facts: FactStore, _ database: FilePath
    ) throws(RegistryServerError) -> Policy? {
        do {
            return try facts.writeNow { facts in
                _ = try PolicyChange.create(Policy(scope: .registry)).perform(facts, actor: "start")
                return try facts.policy(for: .registry)
            }
        } catch {
            throw .unusableDatabase(database, reason: "\(error)")
        }
    }
}
