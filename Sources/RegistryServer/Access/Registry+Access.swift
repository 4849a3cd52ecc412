// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import OCISpec

extension Registry {
    /// Who sends a request.
    ///
    /// - Throws: ``RegistryFailure`` with 401 for credentials that are wrong, and for none where nothing may be done
    ///   without any.
    func identify(_ request: Request) async throws -> Requester {
        guard let access else { return .anybody }
        let requester: Requester
        do {
            requester = try await access.requester(of: request, from: facts.origin?.address)
        } catch let error as AccessControl.WrongCredentials {
            await record(.loginRefused, actor: error.user?.name, [:])
            throw access.unauthorized("the user name, the password or the token is wrong", request)
        }
        if case .anonymous(let grants, _) = requester, grants.isEmpty {
            throw access.unauthorized("a user name and a password are needed: log in first", request)
        }
        return requester
    }

    /// Lets a request go on when its sender has a right, whatever is in the repository and whether there is one.
    ///
    /// - Throws: ``RegistryFailure``: 401 where a password might help, else 403.
    func demand(_ right: Right, in repository: RepositoryName, for request: Request) async throws {
        guard !requester.may(right, in: repository) else { return }
        guard case .user(let user, _) = requester else {
            throw access?.unauthorized(
                "a user name and a password are needed: log in first", request, for: right, in: repository)
                ?? RegistryFailure(.forbidden, .denied, "nobody may do this")
        }
        await record(.accessDenied, repository, ["needs": .string(right.rawValue)])
        throw RegistryFailure(
            .forbidden, .denied, "\"\(user.name)\" may not \(right.phrase) \(repository)",
            detail: .object([
                "repository": .string(repository.rawValue), "needs": .string(right.rawValue),
            ]))
    }

    /// Lets a request to the admin API go on, and says on whose behalf.
    ///
    /// - Returns: What the audit trail calls him: `admin` for the token of the data folder.
    func demandAdministration(for request: Request) async throws -> String {
        if adminToken.opens(request.headers[name: .authorization]) { return "admin" }
        guard let access else {
            throw RegistryFailure(
                .unauthorized, .unauthorized, "the admin API needs the token of its data folder"
            ).with(.authenticate, "Bearer realm=\"stet\"")
        }
        let requester: Requester
        do {
            requester = try await access.requester(of: request, from: facts.origin?.address)
        } catch let error as AccessControl.WrongCredentials {
            await record(.loginRefused, actor: error.user?.name, [:])
            throw RegistryFailure.adminUnauthorized
        }
        guard case .user(let user, _) = requester else { throw RegistryFailure.adminUnauthorized }
        guard user.administers else {
            await record(.accessDenied, actor: user.name, ["needs": .string("administers")])
            throw RegistryFailure(.forbidden, .denied, "\"\(user.name)\" does not administer this registry")
        }
        return user.name
    }

    /// Writes a refusal down; the answer does not depend on whether that works.
    private func record(
        _ action: AuditEvent.Action, _ repository: RepositoryName? = nil, actor: String? = nil,
        _ detail: [String: JSONValue]
    ) async {
        var event = AuditEvent(action)
        event.actor = actor
        event.repository = repository
        event.detail = detail.isEmpty ? nil : .object(detail)
        let parts = [
            action.rawValue, actor ?? requester.name, repository?.rawValue ?? "",
            detail["needs"]?.string ?? "", action == .loginRefused ? facts.origin?.address ?? "" : "",
        ]
        guard let access, access.refusals.admits(parts) else { return }
        do {
            let event = event
            try await facts.write { try $0.append(event) }
        } catch {
            logger.warning("a refusal cannot be written to the audit trail: \(error)")
        }
    }
}

extension RegistryFailure {
    fileprivate static let adminUnauthorized = RegistryFailure(
        .unauthorized, .unauthorized,
        "the admin API needs a user who administers, or the token of its data folder"
    ).with(.authenticate, "Basic realm=\"stet\", charset=\"UTF-8\"")
}

extension Right {
    /// As in "may not …".
    fileprivate var phrase: String {
        switch self {
        case .pull: "pull from"
        case .push: "push to"
        case .delete: "delete from"
        }
    }
}

extension RegistryRoute {
    /// The right that a request needs in the route's repository.
    func neededRight(_ method: HTTPRequest.Method) -> Right {
        switch self {
        case .base, .catalog, .tags, .referrers: .pull
        case .uploads, .upload: .push
        case .blob, .manifest: method.isRead ? .pull : method == .delete ? .delete : .push
        }
    }
}
