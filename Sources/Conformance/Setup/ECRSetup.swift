// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Makes repositories in Amazon ECR, each with its setting for tags.
///
/// Source: Amazon ECR API reference: CreateRepository, DeleteRepository.
final class ECRSetup: RegistrySetup {
    private let endpoint: HTTPURL
    private let transport: any HTTPTransport
    private let signer: AWSSigner
    private let timestamp: @Sendable () -> String
    private let made = MadeRepositories()

    init(_ settings: SetupSettings) throws(SetupError) {
        let parts = settings.registry.host.split(separator: ".")
        let region: String
        if let mark = parts.firstIndex(of: "ecr"), parts.indices.contains(mark + 1) {
            region = String(parts[mark + 1])
        } else {
            region = try settings.required("AWS_REGION", "the region of the registry")
        }
        let suffix = settings.registry.host.hasSuffix(".cn") ? "amazonaws.com.cn" : "amazonaws.com"
        endpoint =
            try settings.variable("AWS_ENDPOINT_URL_ECR").map { text throws(SetupError) in
                try SetupError.wrap { try HTTPURL(text) }
            } ?? HTTPURL(.https, "api.ecr.\(region).\(suffix)", "/")
        signer = AWSSigner(
            accessKey: try settings.required("AWS_ACCESS_KEY_ID", "the access key"),
            secretKey: try settings.required("AWS_SECRET_ACCESS_KEY", "the secret of $AWS_ACCESS_KEY_ID"),
            sessionToken: settings.variable("AWS_SESSION_TOKEN"), region: region, service: "ecr")
        (transport, timestamp) = (settings.transport, settings.timestamp)
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("stet-certify-frozen"),
                mutable: try RepositoryName("stet-certify-open"))
        }
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        guard !made.contains(name) else { return }
        let answer = try await call(
            "CreateRepository",
            [
                "repositoryName": .string(name.rawValue),
                "imageTagMutability": .string(given == .immutable ? "IMMUTABLE" : "MUTABLE"),
            ])
        guard answer.status == 200 else { throw answer.failure }
        made.append(name)
    }

    /// A repository has one setting, and no policy inside it; there is nothing to put to the test.
    func offers(_ action: PolicyAction) -> Bool { false }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        throw SetupError("Amazon ECR's settings are not changed for single scenarios")
    }

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
        let body = try SetupError.wrap { try JSONDocument.encode(JSONValue.object(members)) }
        var request = HTTPRequest(.post, endpoint, body: .bytes(body))
        request.headers["Content-Type"] = "application/x-amz-json-1.1"
        request.headers["X-Amz-Target"] = "AmazonEC2ContainerRegistry_V20150921.\(action)"
        signer.sign(&request, body: body, at: timestamp())
        let api = AdminAPI(base: endpoint, transport: transport, headers: request.headers)
        return try await api.send(.post, "", .object(members))
    }
}
