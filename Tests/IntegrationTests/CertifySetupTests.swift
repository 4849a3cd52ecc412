// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import ScriptedHTTP
import Synchronization
import SystemPackage
import Testing

/// `stet certify --setup`: what vendors' APIs are asked over HTTP.
@Suite struct CertifySetupTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func stet(_ variables: [String: String]) -> Program {
        var stet = Program.stet(home: folder.path)
        stet.environment.merge(variables) { _, given in given }
        return stet
    }

    private static let onePush = ["--only", "first-push", "--flows", "oci-monolithic"]

    /// Certifies with one push, and expects that nothing of a secret is shown.
    private func certify(
        _ server: VendorServer, _ kind: String, _ variables: [String: String]
    ) async throws -> ProgramResult {
        let result = try await stet(variables).run(
            ["certify", server.address, "--setup", kind] + Self.onePush)
        for secret in ["s3cret", "r3fresh", "t0ken"] {
            #expect(!"\(result)".contains(secret), "\(result)")
        }
        #expect(!"\(result)".contains("could not be put back"), "\(result)")
        return result
    }

    @Test func azureLocksEachTagAfterItsPushAndUnlocksIt() async throws {
        let server = try VendorServer { request in
            switch request.line {
            case "POST /oauth2/exchange": (200, #"{"refresh_token": "r3fresh"}"#)
            case "POST /oauth2/token": (200, #"{"access_token": "t0ken"}"#)
            default: request.header("Authorization") == "Bearer t0ken" ? (200, "{}") : (401, "{}")
            }
        }
        _ = try await certify(server, "acr", ["AZURE_ACCESS_TOKEN": "s3cret", "AZURE_TENANT_ID": "t1"])
        let name = "stet-certify/frozen/RUN/first-push-oci-monolithic"
        let lines = server.lines.map { $0.replacing(/sha256:[0-9a-f]{64}/, with: "DIGEST") }
        let locks = ["PATCH /acr/v1/\(name)/_tags/v1", "PATCH /acr/v1/\(name)/_manifests/DIGEST"]
        #expect(
            lines == [
                "POST /oauth2/exchange", "POST /oauth2/token", "POST /oauth2/token",
                "GET /acr/v1/_catalog?n=1000", "POST /oauth2/token",
            ] + locks + locks + ["DELETE /acr/v1/\(name)"])
        let bodies = server.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(
            bodies[0].hasPrefix("grant_type=access_token&service=127.0.0.1%3A")
                || bodies[0].hasPrefix("grant_type=access_token&service=127.0.0.1:"))
        #expect(bodies[0].hasSuffix("&tenant=t1&access_token=s3cret"))
        #expect(bodies[5] == #"{"deleteEnabled":false,"writeEnabled":false}"#)
        #expect(bodies[7] == #"{"deleteEnabled":true,"writeEnabled":true}"#)
    }

    @Test func huaweisNamespacesAreMadeAndRemoved() async throws {
        let base = "/v2/p1/instances/i1"
        let server = try VendorServer { request in
            guard
                request.header("Authorization")?.hasPrefix("SDK-HMAC-SHA256 Access=AK, SignedHeaders=")
                    == true
            else { return (401, "{}") }
            if request.line.hasPrefix("POST") { return (201, #"{"id": 4}"#) }
            guard request.line.hasPrefix("GET") else { return (204, "") }
            return (200, #"{"immutable_rules": []}"#)
        }
        _ = try await certify(
            server, "swr",
            [
                "SWR_ENDPOINT": "\(server.address)/", "HW_PROJECT_ID": "p1", "SWR_INSTANCE_ID": "i1",
                "HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "s3cret",
            ])
        #expect(
            server.lines == [
                "GET \(base)/namespaces?limit=100&offset=0",
                "POST \(base)/namespaces", "POST \(base)/namespaces",
                "POST \(base)/namespaces/stet-certify-RUN-frozen/immutabletagrules",
                "GET \(base)/immutabletagrules?limit=100&offset=0",
                "DELETE \(base)/namespaces/stet-certify-RUN-frozen/repositories/RUN%252Ffirst-push-oci-monolithic",
                "DELETE \(base)/namespaces/stet-certify-RUN-frozen",
                "DELETE \(base)/namespaces/stet-certify-RUN-open",
            ])
        #expect(server.requests.allSatisfy { $0.header("X-Sdk-Date")?.hasSuffix("Z") == true })
    }

    @Test func googlesRepositoriesAreMadeWithATokenOfTheMachine() async throws {
        let base = "/v1/projects/p1/locations/europe-west1"
        let server = try VendorServer { request in
            if request.line.hasPrefix("GET /computeMetadata/") {
                return request.header("Metadata-Flavor") == "Google"
                    ? (200, #"{"access_token": "t0ken", "expires_in": 3599}"#) : (403, "{}")
            }
            return request.header("Authorization") == "Bearer t0ken"
                ? (200, #"{"name": "operations/1", "done": true}"#) : (401, "{}")
        }
        _ = try await certify(
            server, "gar",
            [
                "GAR_PROJECT": "p1", "GAR_LOCATION": "europe-west1",
                "GCE_METADATA_HOST": String(server.address.dropFirst("http://".count)),
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY": server.address,
            ])
        let mask = "?updateMask=dockerConfig.immutableTags"
        #expect(
            server.lines == [
                "GET /computeMetadata/v1/instance/service-accounts/default/token",
                "GET \(base)/repositories?pageSize=1000",
                "POST \(base)/repositories?repositoryId=stet-certify-RUN-frozen",
                "POST \(base)/repositories?repositoryId=stet-certify-RUN-open",
                "PATCH \(base)/repositories/stet-certify-RUN-frozen\(mask)",
                "DELETE \(base)/repositories/stet-certify-RUN-frozen",
                "PATCH \(base)/repositories/stet-certify-RUN-open\(mask)",
                "DELETE \(base)/repositories/stet-certify-RUN-open",
            ])
    }

    @Test func gitLabsProjectsAreMadeAndRemoved() async throws {
        let server = try VendorServer { request in
            guard request.header("PRIVATE-TOKEN") == "s3cret" else { return (401, "{}") }
            let body = String(decoding: request.body, as: UTF8.self)
            switch request.line {
            case "GET /api/v4/namespaces/team": return (200, #"{"id": 9}"#)
            case "POST /api/v4/projects": return (201, #"{"id": \#(body.contains("frozen") ? 1 : 2)}"#)
            case "POST /api/graphql" where body.contains("containerProtectionTagRules"):
                return (
                    200,
                    #"{"data": {"project": {"containerProtectionTagRules": {"nodes": [{"id": "gid://5"}]}}}}"#
                )
            case "POST /api/graphql":
                let name = body.contains("createC") ? "create" : "delete"
                return (
                    200,
                    #"{"data": {"\#(name)ContainerProtectionTagRule": {"containerProtectionTagRule": {"id": "gid://5", "immutable": true}, "errors": []}}}"#
                )
            default: return request.line.hasPrefix("DELETE") ? (202, "{}") : (404, "{}")
            }
        }
        _ = try await certify(
            server, "gitlab",
            ["GITLAB_TOKEN": "s3cret", "GITLAB_GROUP": "team", "GITLAB_URL": server.address])
        #expect(
            server.lines == [
                "GET /api/v4/namespaces/team",
                "GET /api/v4/groups/team/projects?search=stet-certify-&per_page=100",
                "POST /api/v4/projects", "POST /api/v4/projects",
                "POST /api/graphql", "POST /api/graphql", "POST /api/graphql", "DELETE /api/v4/projects/1",
                "GET /api/v4/projects/1", "DELETE /api/v4/projects/2", "GET /api/v4/projects/2",
            ])
        let rule = String(decoding: server.requests[4].body, as: UTF8.self)
        #expect(
            rule.contains(#"projectPath: \"team/stet-certify-"#) && rule.contains(#"tagNamePattern: \".*\""#))
    }

    @Test func anInterruptedRunPutsBackWhatItMade() async throws {
        let pid = folder.path.appending("pid")
        let isInterrupted = Mutex(false)
        let interrupt: @Sendable () -> Void = {
            guard let text = try? WholeFile.read(pid),
                let number = pid_t(String(decoding: text, as: UTF8.self).filter(\.isNumber))
            else { return }
            isInterrupted.withLock { $0 = kill(number, SIGINT) == 0 }
        }
        let server = try VendorServer(onPush: interrupt) { request in
            request.line == "POST /oauth2/token" ? (200, #"{"access_token": "t0ken"}"#) : (200, "{}")
        }
        // With job control, so that the signal is not ignored.
        var bash = Program("bash")
        bash.environment = stet(["ACR_REFRESH_TOKEN": "r3fresh"]).environment
        let script = #""$0" "${@:2}" & echo $! > "$1"; wait $!"#
        let result = try await bash.run(
            ["-mc", script, Program.stetPath.string, pid.string, "certify", server.address, "--setup", "acr"])
        #expect(result.status == 130, "\(result)")
        #expect(isInterrupted.withLock { $0 })
        // The last word on each tag and manifest is that it may be deleted.
        var isOpen: [String: Bool] = [:]
        for request in server.requests where request.line.hasPrefix("PATCH") {
            isOpen[request.line] = String(decoding: request.body, as: UTF8.self).contains("true")
        }
        #expect(isOpen.values.allSatisfy { $0 }, "\(isOpen)")
        #expect(server.lines.last?.hasPrefix("DELETE /acr/v1/stet-certify/") == true, "\(server.lines)")
    }

    @Test func aDryRunAsksNobody() async throws {
        let server = try VendorServer { _ in (200, "{}") }
        let result = try await stet(["HARBOR_USERNAME": "admin", "HARBOR_PASSWORD": "s3cret"])(
            "certify", server.address, "--setup", "harbor", "--dry-run")
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output.hasPrefix(
                "setup, before the run:\n    GET \(server.address)/api/v2.0/projects?name="))
        #expect(result.output.contains("    POST \(server.address)/api/v2.0/projects\n"))
        #expect(result.output.hasSuffix("nothing was sent\n"))
        #expect(!"\(result)".contains("s3cret"))
        #expect(server.requests.isEmpty)
        let missing = try await stet([:])("certify", server.address, "--setup", "harbor", "--dry-run")
        #expect(missing.status == 2, "\(missing)")
        #expect(missing.errors.contains("$HARBOR_USERNAME is not set"), "\(missing)")
    }
}

/// `--setup ecr` against moto.
@Suite struct CertifyECRTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func run(_ moto: Peers.Moto, secret: String, _ registry: String) async throws -> ProgramResult {
        var stet = Program.stet(home: folder.path)
        stet.environment.merge([
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": moto.keyID, "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL_ECR": moto.address,
        ]) { $1 }
        return try await stet(
            "certify", "http://\(registry)", "--setup", "ecr", "--only", "first-push", "--flows",
            "oci-monolithic,docker-schema2", "--require", "protocol")
    }

    /// What was asked of moto in `body`, as its recorder has it.
    private func recorded(
        _ moto: Peers.Moto, _ body: () async throws -> Void
    ) async throws -> [(String, JSONValue)] {
        let recorder = "\(moto.address)/moto-api/recorder"
        _ = try await Program("curl")("-sf", "-X", "POST", "\(recorder)/start-recording")
        try await body()
        let log = try await Program("curl")("-sf", "\(recorder)/download-recording")
        // Bodies are in Base64; Python knows it.
        let script = """
            import base64, json, sys
            for line in filter(None, sys.argv[1].split('\\n')):
                call = json.loads(line)
                if 'X-Amz-Target' in call['headers']:
                    print(call['headers']['X-Amz-Target'].split('.')[1], base64.b64decode(call['body']).decode())
            """
        let calls = try await Program("python3")("-c", script, log.output)
        return try calls.output.split(separator: "\n").map { line in
            let words = line.split(separator: " ", maxSplits: 1)
            return (
                String(words[0]),
                try JSONDocument.decode(JSONValue.self, from: Array(words[1].utf8), noun: "call")
            )
        }
    }

    @Test func repositoriesAreMadeImmutableAndRemoved() async throws {
        let (folder, me) = (folder, self)
        try await Peers.withMoto { moto in
            try await Peers.withStetServe(in: folder.path) { registry in
                let calls = try await me.recorded(moto) {
                    let result = try await me.run(moto, secret: moto.secret, registry)
                    #expect(
                        !"\(result)".contains(moto.secret) && !result.output.contains("could not"),
                        "\(result)")
                    #expect(result.output.contains("passed       first-push"), "\(result)")
                }
                #expect(
                    calls.map(\.0) == [
                        "DescribeRepositories", "CreateRepository", "CreateRepository", "DeleteRepository",
                        "DeleteRepository",
                    ])
                let changes = calls.dropFirst()
                #expect(changes.prefix(2).allSatisfy { $0.1["imageTagMutability"] == .string("IMMUTABLE") })
                let names = changes.map { $0.1["repositoryName"]?.string ?? "" }
                #expect(Array(names.prefix(2)) == Array(names.suffix(2)) && Set(names).count == 2)
                #expect(names.allSatisfy { $0.hasPrefix("stet-certify-frozen/") })
            }
        }
    }

    @Test func aWrongSecretIsSaidToBeOne() async throws {
        let (folder, me) = (folder, self)
        try await Peers.withMoto { moto in
            try await Peers.withStetServe(in: folder.path) { registry in
                let result = try await me.run(moto, secret: "wr0ng", registry)
                #expect(result.status == 3, "\(result)")
                #expect(result.output.contains("403 Forbidden"), "\(result)")
                #expect(result.output.contains("$AWS_SECRET_ACCESS_KEY must be the secret of"), "\(result)")
                #expect(!"\(result)".contains("wr0ng"))
            }
        }
    }
}
