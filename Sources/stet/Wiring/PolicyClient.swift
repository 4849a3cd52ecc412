// SPDX-License-Identifier: Apache-2.0

import ImageStore
import Immutability
import OCISpec
import RegistryTransport

/// The admin API of a stet registry, as far as policies go.
struct PolicyClient: Sendable {
    let server: HTTPURL
    let token: String
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

    private func read(_ body: [UInt8]) throws -> Policy {
        try Policy(json: try JSONDocument.decode(JSONValue.self, from: body, noun: "policy"))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws -> [UInt8] {
        let response = try await answer(method, path, body)
        guard response.isSuccess else { throw refusal(response) }
        return response.body
    }

    private func answer(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue?
    ) async throws -> HTTPResponse {
        var request = HTTPRequest(
            method, HTTPURL(server.scheme, server.authority, "/api/v1/\(path)"),
            headers: ["Authorization": "Bearer \(token)"])
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
