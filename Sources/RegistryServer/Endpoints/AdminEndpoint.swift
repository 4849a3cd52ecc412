// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Immutability
import OCISpec

/// Policies and the audit trail, under `/api/v1/`.
///
/// | Request | Answer |
/// |---|---|
/// | `GET policies` | 200, `{"policies": […]}`, the wider scope first |
/// | `POST policies` | 201 with the policy, 409 when the scope has one |
/// | `GET`, `PATCH`, `DELETE policies/SCOPE` | 200 with the policy, 200 with the new one, 204 |
/// | `GET audit?n=COUNT` | 200, `{"events": […]}`, the newest first; 100 unless told, at most 10,000 |
struct AdminEndpoint {
    let registry: Registry

    private static let bodyLimitBytes = 1 << 20

    func respond(to request: Request, path: String, _ query: QueryParameters) async throws -> Response {
        guard registry.adminToken.opens(request.headers[name: .authorization]) else {
            throw RegistryFailure(
                .unauthorized, .unauthorized, "the admin API needs the token of its data folder"
            )
            .with(.authenticate, "Bearer realm=\"stet\"")
        }
        let rest = path.dropFirst("/api/v1/".count)
        if rest == "audit" { return try await audit(request, query) }
        if rest == "policies" {
            switch request.method {
            case .get, .head: return try await list()
            case .post: return try await create(request)
            default: throw RegistryFailure.methodNotAllowed("GET, HEAD, POST")
            }
        }
        guard rest.hasPrefix("policies/") else { throw RegistryFailure.noEndpoint }
        let scope = try PolicyScope(rest.dropFirst("policies/".count))
        switch request.method {
        case .get, .head:
            guard let policy = try await registry.facts.read({ try $0.policy(for: scope) }) else {
                throw unknown(scope)
            }
            return try .json(.ok, policy.json)
        case .patch: return try await change(.update(scope, body(request)), scope, .ok)
        case .delete: return try await change(.delete(scope), scope, .noContent)
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, PATCH, DELETE")
        }
    }

    private func list() async throws -> Response {
        let policies = try await registry.facts.read { try $0.policies() }
        return try .json(.ok, JSONValue.object(["policies": .array(policies.map(\.json))]))
    }

    private func create(_ request: Request) async throws -> Response {
        let json = try await body(request)
        let policy: Policy
        do throws(InvalidPolicy) {
            policy = try Policy(json: json)
        } catch {
            throw AdminEndpoint.invalid(error)
        }
        return try await change(.create(policy), policy.scope, .created)
    }

    private func change(
        _ change: PolicyChange, _ scope: PolicyScope, _ status: HTTPResponse.Status
    ) async throws -> Response {
        switch try await registry.facts.write({ try change.perform($0, actor: "admin") }) {
        case .done(let policy):
            if status == .noContent { return .empty(status, []) }
            var response = try Response.json(status, policy.json)
            if status == .created { response.headers[name: .location] = "/api/v1/policies/\(scope)" }
            return response
        case .exists:
            throw RegistryFailure(
                .conflict, .denied, "there is a policy for \(scope) already",
                detail: .object(["scope": .string(scope.description)]))
        case .unknown: throw unknown(scope)
        case .invalid(let error): throw AdminEndpoint.invalid(error)
        }
    }

    private func audit(_ request: Request, _ query: QueryParameters) async throws -> Response {
        guard request.method.isRead else { throw RegistryFailure.methodNotAllowed("GET, HEAD") }
        guard let count = Int(query["n"] ?? "100"), (1...10_000).contains(count) else {
            throw RegistryFailure(.badRequest, .unsupported, "n must be a number from 1 to 10000")
        }
        let events = try await registry.facts.read { try $0.audit(limit: count) }
        return try .json(.ok, JSONValue.object(["events": .array(events)]))
    }

    private func body(_ request: Request) async throws -> JSONValue {
        let bytes = try await request.bytes(limitBytes: AdminEndpoint.bodyLimitBytes)
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "policy")
    }

    private func unknown(_ scope: PolicyScope) -> RegistryFailure {
        RegistryFailure(.notFound, .nameUnknown, "there is no policy for \(scope)")
    }

    private static func invalid(_ error: InvalidPolicy) -> RegistryFailure {
        RegistryFailure(
            .badRequest, .unsupported, "invalid policy: \(error)",
            detail: .object(["field": .string(error.field), "reason": .string(error.reason)]))
    }
}
