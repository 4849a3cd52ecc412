// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import OCISpec

/// Leads every request to its endpoint, and turns what an endpoint throws into an answer.
struct RegistryResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let registry: Registry

    func respond(to request: Request, context: Context) async throws -> Response {
        let origin = RequestOrigin(
            request, peerAddress: context.peerAddress, isBehindProxy: registry.isBehindProxy)
        var registry = registry
        registry.facts.origin = origin
        var response: Response
        do {
            response = try await answer(request, registry)
        } catch let failure as RegistryFailure {
            response = try .failure(failure)
        } catch let error as InvalidValue {
            response = try .failure(RegistryFailure(error, method: request.method))
        } catch let error as HTTPParserError {
            throw error  // the server answers 400 and closes the connection
        } catch is CancellationError {
            response = .fault(.serviceUnavailable, "the registry is stopping")
        } catch {
            registry.logger.error(
                "\(request.method) \(request.uri.path): \(error)", metadata: ["request": "\(origin.id)"])
            response =
                StorageFault(error).map { .fault($0.status, $0.message) }
                ?? .fault(.internalServerError, "internal error; the registry's log has it as \(origin.id)")
        }
        response.headers[name: .requestIdentifier] = origin.id
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, _ registry: Registry) async throws -> Response {
        guard let path = percentDecoded(request.uri.path) else { throw RegistryFailure.noEndpoint }
        let query = QueryParameters(request.uri.query)
        if path.hasPrefix("/api/v1/") {
            return try await AdminEndpoint(registry: registry).respond(to: request, path: path, query)
        }
        if path == TokenEndpoint.path, let access = registry.access {
            return try await TokenEndpoint(registry: registry, access: access).respond(to: request)
        }
        var registry = registry
        registry.requester = try await registry.identify(request)
        registry.facts.origin?.actor = registry.requester.name
        guard let route = try RegistryRoute.parse(path) else { throw RegistryFailure.noEndpoint }
        if let repository = route.repository {
            try await registry.demand(route.neededRight(request.method), in: repository, for: request)
        }
        return try await answer(request, route, query, registry)
    }

    private func answer(
        _ request: Request, _ route: RegistryRoute, _ query: QueryParameters, _ registry: Registry
    ) async throws -> Response {
        switch route {
        case .base: return try base(request, registry)
        case .catalog: return try await ListEndpoint(registry: registry).catalog(request, query)
        case .tags(let name): return try await ListEndpoint(registry: registry).tags(request, name, query)
        case .referrers(let name, let subject):
            return try await ReferrersEndpoint(registry: registry).list(request, name, subject, query)
        case .manifest(let name, let reference):
            return try await ManifestEndpoint(registry: registry, repository: name)
                .respond(to: request, reference, query)
        case .blob(let name, let digest):
            return try await BlobEndpoint(registry: registry, repository: name).respond(to: request, digest)
        case .uploads(let name):
            return try await UploadEndpoint(registry: registry, repository: name).start(request, query)
        case .upload(let name, let session):
            return try await UploadEndpoint(registry: registry, repository: name)
                .respond(to: request, session: session, query)
        }
    }

    /// With users, the first request of a client decides whether it shows a password at all: it is asked for one
    /// also where pulls need none.
    private func base(_ request: Request, _ registry: Registry) throws -> Response {
        if case .anonymous(_, hasToken: false) = registry.requester, let access = registry.access {
            throw access.unauthorized("a user name and a password, or a token, are needed", request)
        }
        guard request.method.isRead else { throw RegistryFailure.methodNotAllowed("GET, HEAD") }
        var response = try Response.json(.ok, JSONValue.object([:]))
        response.headers[name: .apiVersion] = "registry/2.0"
        return response
    }
}

extension HTTPRequest.Method {
    /// True for GET and HEAD, which have the same answer but for the body.
    var isRead: Bool { self == .get || self == .head }
}
