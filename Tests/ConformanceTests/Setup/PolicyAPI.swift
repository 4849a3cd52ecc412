// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// The part of the admin API of `stet serve` that is about policies, for several runs at once.
final class PolicyAPI: HTTPTransport {
    private let policies = Mutex<[String: [String: JSONValue]]>([:])
    /// Called with each request before it is answered.
    private let before: @Sendable (PolicyAPI, HTTPRequest) -> Void

    init(before: @escaping @Sendable (PolicyAPI, HTTPRequest) -> Void = { _, _ in }) { self.before = before }

    var scopes: [String] { policies.withLock { $0.keys.sorted() } }

    /// The tags that a policy leaves mutable; nil where there is none.
    func exceptions(_ scope: String) -> [String]? {
        policies.withLock { $0[scope].map { $0["exceptTags"]?.array?.compactMap(\.string) ?? [] } }
    }

    func put(_ scope: String, except: [String] = [], isEnabled: Bool = true) {
        policies.withLock {
            $0[scope] = [
                "scope": .string(scope), "enabled": .bool(isEnabled),
                "exceptTags": .array(except.map { .string($0) }),
            ]
        }
    }

    func remove(_ scope: String) { policies.withLock { $0[scope] = nil } }

    /// The adapter of a run on the same machine.
    func setup(now: Int64 = 0) throws -> any RegistrySetup {
        try SetupKind.stet.scripted(self, host: "127.0.0.1", ["STET_ADMIN_TOKEN": "t0ken"], now: now)
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        before(self, request)
        let sent = try? JSONDocument.decode(
            JSONValue.self, from: request.body?.inMemory ?? [], noun: "request")
        let scope = String(request.url.path.dropFirst("/api/v1/policies/".count))
        return policies.withLock { policies in
            switch request.method {
            case .get where scope.isEmpty:
                Self.answer(200, .object(["policies": .array(policies.values.map { .object($0) })]))
            case .get: policies[scope].map { Self.answer(200, .object($0)) } ?? HTTPResponse(status: 404)
            case .post: Self.create(sent, &policies)
            case .delete: Self.delete(scope, request, &policies)
            default: HTTPResponse(status: 405)
            }
        }
    }

    private static func create(
        _ sent: JSONValue?, _ policies: inout [String: [String: JSONValue]]
    ) -> HTTPResponse {
        guard case .object(var members)? = sent, let scope = members["scope"]?.string else {
            return HTTPResponse(status: 400)
        }
        guard policies[scope] == nil else {
            return .error(409, "DENIED", "there is a policy for \(scope) already")
        }
        members["enabled"] = members["enabled"] ?? .bool(true)
        policies[scope] = members
        return answer(201, .object(members))
    }

    private static func delete(
        _ scope: String, _ request: HTTPRequest, _ policies: inout [String: [String: JSONValue]]
    ) -> HTTPResponse {
        guard let standing = policies[scope] else { return HTTPResponse(status: 404) }
        let tag = entityTag(standing)
        guard request.headers["If-Match"] == nil || request.headers["If-Match"] == tag else {
            return HTTPResponse(status: 412)
        }
        policies[scope] = nil
        return HTTPResponse(status: 204)
    }

    private static func answer(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if case .object(let members) = body { headers["ETag"] = entityTag(members) }
        return HTTPResponse(
            status: status, headers: headers, body: (try? JSONDocument.encode(body)) ?? [])
    }

    private static func entityTag(_ policy: [String: JSONValue]) -> String {
        let exceptions = policy["exceptTags"]?.array?.compactMap(\.string) ?? []
        return "\"\(policy["scope"]?.string ?? ""):\(exceptions.joined(separator: ","))\""
    }
}
