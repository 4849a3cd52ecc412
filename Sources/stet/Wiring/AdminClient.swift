// SPDX-License-Identifier: Apache-2.0

import ImageStore
import Immutability
import OCISpec
import RegistryTransport

/// The admin API of a stet registry: docs/admin-api.md.
struct AdminClient: Sendable {
    let server: HTTPURL
    /// nil leaves it to the transport to show who asks.
    let token: String?
    let transport: any HTTPTransport

    private struct List: Decodable {
        var policies: [JSONValue]
    }

    func list() async throws -> [Policy] {
        let body = try await send(.get, "policies")
        return try JSONDocument.decode(List.self, from: body, noun: "list of policies").policies.map {
            try Policy(json: $0)
        }
    }

    func policy(_ scope: PolicyScope) async throws -> Policy {
        try read(try await send(.get, "policies/\(scope)"))
    }

    /// Makes the policy of a scope, or changes the given fields of the one that is there.
    func set(_ scope: PolicyScope, _ fields: [String: JSONValue]) async throws -> Policy {
        var members = fields
        members["scope"] = .string(scope.description)
        let response = try await answer(.post, "policies", .object(members))
        switch response.status {
        case 409: return try await change(scope, fields)
        case 201: return try read(response.body)
        default: throw refusal(response)
        }
    }

    func change(_ scope: PolicyScope, _ fields: [String: JSONValue]) async throws -> Policy {
        try read(try await send(.patch, "policies/\(scope)", .object(fields)))
    }

    func delete(_ scope: PolicyScope) async throws {
        _ = try await send(.delete, "policies/\(scope)")
    }

    /// What the policy would protect, with the fields as for ``set(_:_:)``.
    ///
    /// Asks about `names`, or about the tags that exist; tells at most `limit` of them one by one.
    func preview(
        _ scope: PolicyScope, _ fields: [String: JSONValue], names: [String]?, limit: Int
    ) async throws -> JSONValue {
        var members = fields
        members["scope"] = .string(scope.description)
        if let names { members["names"] = .array(names.map { .string($0) }) }
        let body = try await send(.post, "preview", .object(members), query: [("n", "\(limit)")])
        return try JSONDocument.decode(JSONValue.self, from: body, noun: "preview")
    }

    /// Audit events, the newest first; `query` holds names and values of the request's parameters.
    func audit(_ query: [(String, String)]) async throws -> [JSONValue] {
        let body = try await send(.get, "audit", query: query)
        return try JSONDocument.decode(JSONValue.self, from: body, noun: "audit")["events"]?.array ?? []
    }

    /// Removes what no manifest needs and what has not been touched for so many seconds, or says what that is.
    func collect(olderThan seconds: Int, isDryRun: Bool) async throws -> JSONValue {
        let query = [("older-than", "\(seconds)"), ("dry-run", "\(isDryRun)")]
        let body = try await send(.post, "gc", query: query)
        return try JSONDocument.decode(JSONValue.self, from: body, noun: "collection")
    }

    private func read(_ body: [UInt8]) throws -> Policy {
        try Policy(json: try JSONDocument.decode(JSONValue.self, from: body, noun: "policy"))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil,
        query: [(String, String)] = []
    ) async throws -> [UInt8] {
        let response = try await answer(method, path, body, query)
        guard response.isSuccess else { throw refusal(response) }
        return response.body
    }

    private func answer(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue?, _ query: [(String, String)] = []
    ) async throws -> HTTPResponse {
        let url = query.reduce(HTTPURL(server.scheme, server.authority, "/api/v1/\(path)")) {
            $0.adding($1.0, $1.1)
        }
        var request = HTTPRequest(method, url)
        request.headers["Authorization"] = token.map { "Bearer \($0)" }
        if let body {
            request.headers["Content-Type"] = MediaType.json.rawValue
            request.body = .bytes(try JSONDocument.encode(body))
        }
        return try await transport.answer(to: request)
    }

    private func refusal(_ response: HTTPResponse) -> CommandFailure {
        let body = try? JSONDocument.decode(RegistryErrorBody.self, from: response.body, noun: "error")
        let words = body?.errors.compactMap(\.message).joined(separator: "; ") ?? "no explanation"
        // 400 is the fault of what was asked for; the message says which field.
        let exitCode = response.status == 400 ? CommandFailure.usage : CommandFailure.failed
        return CommandFailure("\(words) (\(response.status))", exitCode: exitCode)
    }
}
