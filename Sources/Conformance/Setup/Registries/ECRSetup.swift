// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Makes repositories in Amazon ECR, each with its setting for tags.
///
/// Source: Amazon ECR API reference: CreateRepository, DeleteRepository, DescribeRepositories.
final class ECRSetup: RegistrySetup {
    private let api: AdminAPI
    private let made = Made<RepositoryName>("the repository")

    init(_ settings: SetupSettings) throws(SetupError) {
        let parts = settings.registry.host.split(separator: ".")
        let region: String
        if let mark = parts.firstIndex(of: "ecr"), parts.indices.contains(mark + 1) {
            region = String(parts[mark + 1])
        } else {
            region = try settings.required("AWS_REGION", "the region of the registry")
        }
        let suffix = settings.registry.host.hasSuffix(".cn") ? "amazonaws.com.cn" : "amazonaws.com"
        var endpoint = try settings.endpoint(
            "AWS_ENDPOINT_URL_ECR", HTTPURL(.https, "api.ecr.\(region).\(suffix)", "/"))
        if endpoint.path.isEmpty { endpoint.path = "/" }
        let signer = AWSSigner(
            accessKey: try settings.required("AWS_ACCESS_KEY_ID", "the access key"),
            secretKey: try settings.required("AWS_SECRET_ACCESS_KEY", "the secret of $AWS_ACCESS_KEY_ID"),
            sessionToken: settings.optional("AWS_SESSION_TOKEN"), region: region, service: "ecr")
        let timestamp = settings.timestamp
        api = AdminAPI(
            base: endpoint, transport: settings.transport,
            headers: ["Content-Type": "application/x-amz-json-1.1"],
            advice: AdminAPI.Advice(
                rights:
                    "$AWS_SECRET_ACCESS_KEY must be the secret of $AWS_ACCESS_KEY_ID, which needs ecr:CreateRepository and ecr:DeleteRepository"
            ),
            sign: { signer.sign(&$0, body: $1, at: timestamp()) }, pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let places = try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("stet-certify-frozen"),
                mutable: try RepositoryName("stet-certify-open"))
        }
        return SetupPlan(places: places)
            .calling(.before, "POST \(api.base) (DescribeRepositories)", Leftovers.purpose)
            .calling(
                .repository, "POST \(api.base) (CreateRepository)",
                "makes it, with the imageTagMutability that the scenario wants"
            )
            .calling(.after, "POST \(api.base) (DeleteRepository)", "removes each repository")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        var places = try plan(runID: runID).places
        places.leftovers = try await Leftovers(noun: "repository", runID: runID).lines {
            mark throws(SetupError) in
            var members: [String: JSONValue] = ["maxResults": .integer(1000)]
            if let mark { members["nextToken"] = .string(mark) }
            return try await self.call("DescribeRepositories", members)
        } read: { list in
            (
                list["repositories"]?.array?.compactMap { $0["repositoryName"]?.string } ?? [],
                list["nextToken"]?.string
            )
        }
        return places
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        guard !made.contains(name) else { return }
        _ = try await made.make(name, [200]) { () throws(SetupError) in
            try await self.call(
                "CreateRepository",
                [
                    "repositoryName": .string(name.rawValue),
                    "imageTagMutability": .string(given == .immutable ? "IMMUTABLE" : "MUTABLE"),
                ])
        }
    }

    var untestedPolicies: String? { "a repository has one setting, and no policy inside it" }

    func restore() async throws(SetupError) {
        try await made.removeAll { name throws(SetupError) in
            let answer = try await self.call(
                "DeleteRepository", ["repositoryName": .string(name.rawValue), "force": .bool(true)])
            let isGone = answer.body?["__type"]?.string?.hasSuffix("RepositoryNotFoundException") == true
            guard answer.status == 200 || isGone else { throw answer.failure }
        }
    }

    private func call(
        _ action: String, _ members: [String: JSONValue]
    ) async throws(SetupError) -> AdminAPI.Answer {
        var api = api
        api.headers["X-Amz-Target"] = "AmazonEC2ContainerRegistry_V20150921.\(action)"
        return try await api.send(.post, "", .object(members))
    }
}
