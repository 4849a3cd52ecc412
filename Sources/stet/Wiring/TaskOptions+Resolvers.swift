// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import TaskFile
import TaskRun

extension TaskOptions {
    /// What gets alias sources and secrets from outside, the same way for all that reads a task.
    func resolvers(over connection: ConnectionOptions) async throws -> TaskResolvers {
        let places = try await secretPlaces()
        // Of their own: what a task's aliases name must not reach the machine's identity without TLS.
        let secrets = SecretReader.ofUser(
            over: try connection.transport(plainHTTP: KeyVaultClient.plainHosts(Environment.value)))
        let aliases = AliasSources(transport: try connection.transport())
        return TaskResolvers(
            aliasSource: { name throws(TaskResolveError) in try await aliases.text(of: name) },
            secret: { secret throws(TaskResolveError) in
                try await secrets.read(try places.place(of: secret))
            })
    }
}

/// Alias sources: files, and what `http://` and `https://` URLs lead to.
struct AliasSources: Sendable {
    private static let limitBytes = 1 << 20

    private let transport: RedirectingTransport

    init(transport: any HTTPTransport) {
        self.transport = RedirectingTransport(RetryingTransport(transport))
    }

    /// - Throws: Why there is no such text; one larger than 1 MiB is none.
    func text(of name: String) async throws(TaskResolveError) -> String {
        let bytes = Self.isURL(name) ? try await fetch(name) : try await read(name)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TaskResolveError("it is not UTF-8 text")
        }
        return text
    }

    private static func isURL(_ name: String) -> Bool {
        name.hasPrefix("http://") || name.hasPrefix("https://")
    }

    private func read(_ path: String) async throws(TaskResolveError) -> [UInt8] {
        do {
            return try await GivenFile.read(path, limitBytes: Self.limitBytes)
        } catch {
            throw TaskResolveError("\(error)")
        }
    }

    private func fetch(_ url: String) async throws(TaskResolveError) -> [UInt8] {
        let response: HTTPResponse
        do {
            let request = HTTPRequest(.get, try HTTPURL(url))
            response = try await transport.send(request, receiving: .memory(limitBytes: Self.limitBytes))
        } catch {
            throw TaskResolveError("\(error)")
        }
        guard response.isSuccess else {
            let said = String(decoding: response.body.prefix(200), as: UTF8.self)
                .filter { !$0.isNewline && ($0.isASCII || $0.isLetter) }
            throw TaskResolveError(
                "the server answered \(response.status)"
                    + (said.isEmpty || said.hasPrefix("<") ? "" : ": \(said)"))
        }
        guard !response.isTruncated else { throw TaskResolveError("it is larger than 1 MiB") }
        return response.body
    }
}
