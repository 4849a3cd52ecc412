// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Immutability
import OCISpec

/// The policies: listed, made, read, changed, removed.
///
/// A policy's answer carries an `ETag`; a change or removal with an `If-Match` that is no longer true is answered
/// 412 and changes nothing.
struct PolicyEndpoint {
    let registry: Registry

    /// All policies.
    func respond(to request: Request) async throws -> Response {
        switch request.method {
        case .get, .head:
            let policies = try await registry.facts.read { try $0.policies() }
            return try .json(.ok, JSONValue.object(["policies": .array(policies.map(\.json))]))
        case .post:
            let json = try await request.json("policy")
            let policy = try RegistryFailure.valid { () throws(InvalidPolicy) in try Policy(json: json) }
            return try await change(.create(policy), policy.scope, .created)
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, POST")
        }
    }

    /// The policy of one scope.
    func respond(to request: Request, _ scope: PolicyScope) async throws -> Response {
        let condition = PolicyChange.Condition(request.headers[name: .ifMatch])
        switch request.method {
        case .get, .head:
            guard let policy = try await registry.facts.read({ try $0.policy(for: scope) }) else {
                throw unknown(scope)
            }
            return try answer(.ok, policy)
        case .patch:
            let members = try await request.json("policy")
            return try await change(.update(scope, members, condition), scope, .ok)
        case .delete: return try await change(.delete(scope, condition), scope, .noContent)
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, PATCH, DELETE")
        }
    }

    private func change(
        _ change: PolicyChange, _ scope: PolicyScope, _ status: HTTPResponse.Status
    ) async throws -> Response {
        switch try await registry.facts.write({ try change.perform($0) }) {
        case .done(let policy):
            if status == .noContent { return .empty(status, []) }
            var response = try answer(status, policy)
            if status == .created { response.headers[name: .location] = "/api/v1/policies/\(scope)" }
            return response
        case .exists:
            throw RegistryFailure(
                .conflict, .denied, "there is a policy for \(scope) already",
                detail: .object(["scope": .string(scope.description)]))
        case .stale(let current):
            throw RegistryFailure(
                .preconditionFailed, .denied, "the policy for \(scope) was changed: read it again",
                detail: .object([
                    "scope": .string(scope.description), "etag": .string(current.entityTag),
                ]))
        case .unknown: throw unknown(scope)
        case .invalid(let error): throw RegistryFailure(error)
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ policy: Policy) throws -> Response {
        var response = try Response.json(status, policy.json)
        response.headers[name: .entityTag] = policy.entityTag
        return response
    }

    private func unknown(_ scope: PolicyScope) -> RegistryFailure {
        RegistryFailure(.notFound, .nameUnknown, "there is no policy for \(scope)")
    }
}
