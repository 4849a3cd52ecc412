// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport

/// Registries whose rules are of a repository: ECR, Quay.
extension Vendor {
    static let ecr = Vendor(
        name: "ecr", kind: .ecr, host: "1.dkr.ecr.eu-west-1.amazonaws.com",
        variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret"],
        header: (
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/ecr/aws4_request"
        )
    ) { request, things in
        guard request.host == "api.ecr.eu-west-1.amazonaws.com", request.line == "POST /",
            request.headers["Content-Type"] == "application/x-amz-json-1.1"
        else { return (400, "{}") }
        if request.headers["X-Amz-Target"] == "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories" {
            return (200, #"{"repositories": [\#(list(things, #"{"repositoryName": "*"}"#))]}"#)
        }
        guard let name = request.body?["repositoryName"]?.string else { return (400, "{}") }
        switch request.headers["X-Amz-Target"] {
        case "AmazonEC2ContainerRegistry_V20150921.CreateRepository":
            guard ["IMMUTABLE", "MUTABLE"].contains(request.body?["imageTagMutability"]?.string ?? "") else {
                return (400, #"{"__type": "InvalidParameterException"}"#)
            }
            return things.insert(name).inserted
                ? (200, "{}") : (400, #"{"__type": "RepositoryAlreadyExistsException"}"#)
        case "AmazonEC2ContainerRegistry_V20150921.DeleteRepository":
            guard request.body?["force"] == .bool(true) else {
                return (400, #"{"__type": "RepositoryNotEmptyException"}"#)
            }
            return things.remove(name) == nil
                ? (400, #"{"__type": "com.amazonaws.ecr#RepositoryNotFoundException"}"#) : (200, "{}")
        default: return (400, #"{"__type": "UnknownOperationException"}"#)
        }
    }

    static let quay = Vendor(
        name: "quay", kind: .quay, variables: ["QUAY_ORGANIZATION": "team", "QUAY_TOKEN": "s3cret"]
    ) { request, things in
        if request.line == "GET /api/v1/organization/team" { return (200, "{}") }
        if request.line == "POST /api/v1/repository", let name = request.body?["repository"]?.string {
            guard request.body?["namespace"] == .string("team") else { return (400, "{}") }
            return things.insert("team/\(name)").inserted
                ? (201, "{}") : (400, #"{"error_message": "it exists already"}"#)
        }
        if request.line == "GET /api/v1/repository?namespace=team" {
            let names = things.filter { !$0.contains("#") }.map { String($0.dropFirst("team/".count)) }
            return (200, #"{"repositories": [\#(list(names, #"{"namespace": "team", "name": "*"}"#))]}"#)
        }
        if request.target.contains("/immutabilitypolicy/") { return quayPolicy(request, &things) }
        guard let name = request.after("DELETE /api/v1/repository/") else { return (400, "{}") }
        things = things.filter { !$0.hasPrefix("\(name)#") }
        return things.remove(name) == nil ? (404, "{}") : (204, "")
    }

    /// A policy is `REPOSITORY#PATTERN#true`; its number goes by its pattern.
    private static func quayPolicy(_ request: VendorRequest, _ things: inout Things) -> (Int, String) {
        let parts = request.target.dropFirst("/api/v1/repository/".count).split(separator: "/")
        guard let mark = parts.lastIndex(of: "immutabilitypolicy") else { return (400, "{}") }
        let repository = parts[..<mark].joined(separator: "/")
        guard things.contains(repository) else { return (404, "{}") }
        let pattern = request.body?["tagPattern"]?.string ?? ""
        let thing = "\(repository)#\(pattern)#\(request.body?["tagPatternMatches"] == .bool(true))"
        let all = things.filter { $0.hasPrefix("\(repository)#") }
        let named = all.filter { "\($0.hasPrefix("\(repository)#.*") ? 1 : 2)" == parts.last ?? "" }
        switch request.method {
        case "GET":
            let numbers = all.map { $0.hasPrefix("\(repository)#.*") ? "1" : "2" }
            return (200, #"{"policies": [\#(list(numbers, #"{"uuid": "*"}"#))]}"#)
        case "POST":
            return things.insert(thing).inserted
                ? (201, #"{"uuid": "1"}"#) : (400, #"{"error_message": "there is one"}"#)
        case "PUT":
            things.subtract(named)
            things.insert(thing)
            return (204, "")
        default:
            things.subtract(named)
            return named.isEmpty ? (404, "{}") : (200, #"{"uuid": "1"}"#)
        }
    }
}
