// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// What was done and refused, the newest event first.
struct AuditEndpoint {
    let registry: Registry

    func list(_ request: Request, _ query: QueryParameters) async throws -> Response {
        guard request.method.isRead else { throw RegistryFailure.methodNotAllowed("GET, HEAD") }
        var filter = AuditFilter()
        filter.limit = try number("n", query, 1...10_000) ?? filter.limit
        filter.before = try number("before", query, 1...Int(Int64.max)).map(Int64.init)
        filter.repository = try query["repository"].map { try RepositoryName($0) }
        filter.tag = try query["tag"].map { try Tag($0) }
        filter.action = try query["action"].map { text in
            guard let action = AuditEvent.Action(rawValue: text) else {
                let known = AuditEvent.Action.allCases.map(\.rawValue).joined(separator: ", ")
                throw RegistryFailure(.badRequest, .unsupported, "action must be one of \(known)")
            }
            return action
        }
        let wanted = filter
        let events = try await registry.facts.read { try $0.audit(wanted) }
        return try .json(.ok, JSONValue.object(["events": .array(events)]))
    }

    private func number(_ name: String, _ query: QueryParameters, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw RegistryFailure(
                .badRequest, .unsupported,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
