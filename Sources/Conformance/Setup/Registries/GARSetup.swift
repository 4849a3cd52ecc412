// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Makes two repositories in Google Artifact Registry, one of them with immutable tags; or switches them on in one
/// that there is (`$GAR_REPOSITORY`), and off again.
///
/// What Artifact Registry calls a repository holds many of a registry's.
///
/// Source: Artifact Registry REST reference v1: projects.locations.repositories, .packages, .operations.
final class GARSetup: RegistrySetup {
    private struct Project {
        let id: String
        let location: String

        /// As names of images have it: a domain before a colon becomes a component of its own.
        var imagePrefix: String { id.replacing(":", with: "/") }
        var path: String { "/projects/\(HTTPURL.encode(id))/locations/\(location)" }
    }

    private let api: AdminAPI
    private let tokens: GoogleTokens
    private let project: Project
    /// A repository of the operator's, in place of two of our own.
    private let existing: String?
    private let made = Made<String>("the repository")
    private let images = Mutex<[RepositoryName]>([])
    /// True while the operator's repository has a setting that it did not have.
    private let isSwitched = Mutex(false)

    init(_ settings: SetupSettings) throws(SetupError) {
        let name = settings.optional("GAR_PROJECT") ?? settings.optional("GOOGLE_CLOUD_PROJECT")
        guard let name else { throw SetupError("$GAR_PROJECT is not set: the project of the registry") }
        let host = settings.registry.host
        let mark = "-docker.pkg.dev"
        project = Project(
            id: name,
            location: host.hasSuffix(mark)
                ? String(host.dropLast(mark.count))
                : try settings.required(
                    "GAR_LOCATION", "the location of the registry, for example europe-west1"))
        existing = settings.optional("GAR_REPOSITORY")
        tokens = try GoogleTokens(settings)
        // The variable by which gcloud is sent to another address.
        var base = try settings.endpoint(
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY",
            HTTPURL(.https, "artifactregistry.googleapis.com", "/"))
        base.path = (base.path == "/" ? "" : base.path) + "/v1"
        api = AdminAPI(
            base: base, transport: settings.transport,
            advice: AdminAPI.Advice(
                login: tokens.advice, rights: "the account needs the role roles/artifactregistry.admin"),
            pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let (frozen, open) = names(runID)
        let prefix = project.imagePrefix
        let places = try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("\(prefix)/\(frozen)"),
                mutable: try open.map { try RepositoryName("\(prefix)/\($0)") })
        }
        var plan = SetupPlan(places: places)
        if let call = tokens.call { plan = plan.calling(.before, call, "gets a token") }
        let all = "\(api.base)\(project.path)/repositories"
        let mask = "?updateMask=dockerConfig.immutableTags"
        guard let open else {
            return
                plan
                .calling(.before, "GET \(all)/\(frozen)", "remembers its immutableTags")
                .calling(.before, "PATCH \(all)/\(frozen)\(mask)", "makes its tags immutable")
                .calling(.after, "PATCH \(all)/\(frozen)\(mask)", "puts back what it was")
                .calling(.after, "DELETE \(all)/\(frozen)/packages/{name}", "removes the images")
                .calling(.after, "GET \(api.base)/{operation}", "waits until they are gone")
        }
        return
            plan
            .calling(.before, "GET \(all)?pageSize=1000{page}", Leftovers.purpose)
            .calling(.before, "POST \(all)?repositoryId=\(frozen)", "makes it, with immutableTags")
            .calling(.before, "POST \(all)?repositoryId=\(open)", "makes it, without")
            .calling(.before, "GET \(api.base)/{operation}", "waits until they are there")
            .calling(.after, "PATCH \(all)/{repository}\(mask)", "makes its tags mutable")
            .calling(.after, "DELETE \(all)/{repository}", "removes them with their images")
    }

    private func names(_ runID: String) -> (frozen: String, open: String?) {
        if let existing { return (existing, nil) }
        return ("stet-certify-\(runID)-frozen", "stet-certify-\(runID)-open")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let (frozen, open) = names(runID)
        var places = try plan(runID: runID).places
        if let open {
            places.leftovers = try await leftovers(besides: runID)
            for name in [frozen, open] { try await make(name, isImmutable: name == frozen) }
        } else {
            let found = try await send(.get, "\(project.path)/repositories/\(frozen)")
            guard found.status == 200 else { throw found.failure }
            if found.body?["dockerConfig"]?["immutableTags"] != .bool(true) {
                isSwitched.withLock { $0 = true }
                try await setImmutable(true, frozen, [200])
            }
        }
        return places
    }

    /// Pushes make them.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        images.withLock { if !$0.contains(name) { $0.append(name) } }
    }

    var untestedPolicies: String? { "a repository has one switch, and no policy for single tags" }

    func restore() async throws(SetupError) {
        try await putBack()
        try await made.removeAll { name throws(SetupError) in
            // What is immutable may not be deletable.
            try await self.setImmutable(false, name, [200, 404])
            let answer = try await self.send(.delete, "\(self.project.path)/repositories/\(name)")
            if answer.status == 404 { return }
            guard answer.status == 200 else { throw answer.failure }
            _ = try await self.ended(answer)
        }
    }

    /// Only what this run has switched on: where tags were immutable before, the images stay.
    private func putBack() async throws(SetupError) {
        guard let existing, isSwitched.withLock({ $0 }) else { return }
        do throws(SetupError) {
            try await setImmutable(false, existing, [200, 404])
            isSwitched.withLock { $0 = false }
            let packages = "\(project.path)/repositories/\(existing)/packages"
            for image in images.withLock({ $0 }) {
                let name = image.rawValue.dropFirst("\(project.imagePrefix)/\(existing)/".utf8.count)
                let answer = try await send(.delete, "\(packages)/\(name.replacing("/", with: "%2F"))")
                if answer.status == 404 { continue }
                guard answer.status == 200 else { throw answer.failure }
                _ = try await ended(answer)
            }
        } catch {
            throw SetupError("the repository \(existing): \(error.clause)")
        }
    }
}

extension GARSetup {
    private func leftovers(besides runID: String) async throws(SetupError) -> [String] {
        let all = "\(project.path)/repositories"
        return try await Leftovers(noun: "repository", runID: runID).lines { mark throws(SetupError) in
            let page = mark.map { "&pageToken=\(HTTPURL.encode($0))" } ?? ""
            return try await self.send(.get, "\(all)?pageSize=1000\(page)")
        } read: { list in
            let names = list["repositories"]?.array?.compactMap { $0["name"]?.string } ?? []
            let own = names.compactMap { $0.split(separator: "/").last.map(String.init) }
            return (own, list["nextPageToken"]?.string)
        }
    }

    private func make(_ name: String, isImmutable: Bool) async throws(SetupError) {
        let path = "\(project.path)/repositories?repositoryId=\(name)"
        let answer = try await made.make(name, [200]) { () throws(SetupError) in
            try await self.send(
                .post, path,
                .object([
                    "format": .string("DOCKER"), "description": .string("made by stet certify"),
                    "dockerConfig": .object(["immutableTags": .bool(isImmutable)]),
                ]))
        }
        _ = try await ended(answer)
    }

    private func setImmutable(
        _ isImmutable: Bool, _ name: String, _ statuses: Set<Int>
    ) async throws(SetupError) {
        let answer = try await send(
            .patch, "\(project.path)/repositories/\(name)?updateMask=dockerConfig.immutableTags",
            .object(["dockerConfig": .object(["immutableTags": .bool(isImmutable)])]))
        guard statuses.contains(answer.status) else { throw answer.failure }
    }

    /// Waits for the end of what an answer says has begun, for two minutes.
    ///
    /// Source: Google API Improvement Proposal 151.
    private func ended(_ first: AdminAPI.Answer) async throws(SetupError) -> AdminAPI.Answer {
        var answer = first
        var polls = 0
        while answer.body?["done"] != .bool(true) {
            let name = try answer.text("name")
            guard polls < 60, !Task.isCancelled else {
                throw SetupError("\(first.place) has not ended after two minutes")
            }
            polls += 1
            await api.pause(.seconds(2))
            answer = try await send(.get, "/\(name)")
            guard answer.status == 200 else { throw answer.failure }
        }
        guard answer.body?["error"] == nil else {
            throw SetupError("\(first.place) has failed: \(answer.words)")
        }
        return answer
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws(SetupError) -> AdminAPI.Answer {
        var api = api
        api.headers = AdminAPI.bearer(try await tokens.current())
        return try await api.send(method, path, body)
    }
}
