// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Immutability
import OCISpec

/// Policies, the audit trail and the removal of garbage, under `/api/v1/`, for whoever has the admin token
/// or administers.
///
/// docs/admin-api.md describes every request and answer.
struct AdminEndpoint {
    let registry: Registry

    static let bodyLimitBytes = 1 << 20

    func respond(to request: Request, path: String, _ query: QueryParameters) async throws -> Response {
        let actor = try await registry.demandAdministration(for: request)
        var registry = registry
        registry.facts.origin?.actor = actor
        let rest = path.dropFirst("/api/v1/".count)
        switch rest {
        case "gc": return try await CollectionEndpoint(registry: registry).collect(request, query)
        case "audit": return try await AuditEndpoint(registry: registry).list(request, query)
        case "preview": return try await PreviewEndpoint(registry: registry).preview(request, query)
        case "policies": return try await PolicyEndpoint(registry: registry).respond(to: request)
        default:
            guard rest.hasPrefix("policies/") else { throw RegistryFailure.noEndpoint }
            let scope = try PolicyScope(rest.dropFirst("policies/".count))
            return try await PolicyEndpoint(registry: registry).respond(to: request, scope)
        }
    }
}

extension Request {
    /// The JSON document that was sent.
    func json(_ noun: String) async throws -> JSONValue {
        let bytes = try await bytes(limitBytes: AdminEndpoint.bodyLimitBytes)
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: noun)
    }
}

extension RegistryFailure {
    init(_ invalid: InvalidPolicy) {
        self.init(
            .badRequest, .unsupported, "invalid policy: \(invalid)",
            detail: .object(["field": .string(invalid.field), "reason": .string(invalid.reason)]))
    }

    /// What `body` makes, or the answer to a policy that cannot be.
    static func valid<Value>(_ body: () throws(InvalidPolicy) -> Value) throws(RegistryFailure) -> Value {
        do throws(InvalidPolicy) {
            return try body()
        } catch {
            throw RegistryFailure(error)
        }
    }
}
