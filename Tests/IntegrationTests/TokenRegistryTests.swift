// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import FoundationEssentials
import ScriptedHTTP
import SystemPackage
import Testing

/// docker-registry that takes signed Bearer tokens, from a token server of the test's own.
@Suite struct TokenRegistryTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private static func urlSafe(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().filter { $0 != "=" }.map { ["+": "-", "/": "_"][$0] ?? $0 }
            .map(String.init).joined()
    }

    /// A JSON Web Token for `actions` on a repository, signed with the server's key.
    private func token(
        _ certificates: Certificates, repository: String, actions: [String]
    ) async throws -> String {
        let der = folder.path.appending("server.der")
        let export = try await Program("openssl")(
            "x509", "-in", certificates.server.certificate.string, "-outform", "DER", "-out", der.string)
        #expect(export.status == 0, "\(export)")
        let chain = Data(try WholeFile.read(der)).base64EncodedString()
        let now = Int(Date().timeIntervalSince1970)
        let names = actions.map { "\"\($0)\"" }.joined(separator: ",")
        let header = #"{"typ":"JWT","alg":"RS256","x5c":["\#(chain)"]}"#
        let claims = """
            {"iss":"test","sub":"ann","aud":"registry","exp":\(now + 3600),"nbf":\(now - 60),"iat":\(now),"jti":"1",\
            "access":[{"type":"repository","name":"\(repository)","actions":[\(names)]}]}
            """
        let payload = "\(Self.urlSafe(header.utf8)).\(Self.urlSafe(claims.utf8))"
        try folder.write(payload, "payload")
        let signature = folder.path.appending("signature")
        let sign = try await Program("openssl")(
            "dgst", "-sha256", "-sign", certificates.server.key.string, "-out", signature.string,
            folder.path.appending("payload").string)
        #expect(sign.status == 0, "\(sign)")
        return "\(payload).\(Self.urlSafe(try WholeFile.read(signature)))"
    }

    /// Gives ann a token for what she asks, as far as `tokens` has one for the scope; to others, 401.
    private func tokenServer(_ tokens: [String: String]) throws -> ScriptedServer {
        let ann = "Basic " + Data("ann:s3cret".utf8).base64EncodedString()
        return try ScriptedServer { request in
            guard request.header("Authorization") == ann else { return ScriptedServer.answer(401) }
            let line = request.line.replacing("%3A", with: ":").replacing("%2C", with: ",").replacing(
                "%2F", with: "/")
            let token = tokens.first {
                line.contains("scope=\($0.key)&") || line.hasSuffix("scope=\($0.key)")
            }
            guard let token else { return ScriptedServer.answer(403) }
            return ScriptedServer.answer(
                200, ["Content-Type: application/json"], #"{"token":"\#(token.value)","expires_in":3600}"#)
        }
    }

    private func settings(_ certificates: Certificates, _ server: ScriptedServer) -> String {
        """
        auth:
          token:
            realm: http://127.0.0.1:\(server.port)/token
            service: registry
            issuer: test
            rootcertbundle: \(certificates.authority)
        """
    }

    @Test func pushAndPullGoThroughTokens() async throws {
        let (folder, stet) = (folder, stet)
        let certificates = try await Certificates(in: folder.path)
        let scopes = [["pull"], ["push", "pull"], ["pull", "push"]]
        var tokens: [String: String] = [:]
        for actions in scopes {
            tokens["repository:team/app:\(actions.joined(separator: ","))"] = try await token(
                certificates, repository: "team/app", actions: actions)
        }
        let server = try tokenServer(tokens)
        let built = try await stet("build", "-t", "r.io/app:1", folder.makeContext().string)
        #expect(built.status == 0, "\(built)")
        let (settings, secrets) = (settings(certificates, server), Array(tokens.values) + ["s3cret"])
        try await Peers.withDockerRegistry(in: folder.path, settings: settings) { address in
            let anonymous = try await stet("push", "store:r.io/app:1", "\(address)/team/app:1")
            #expect(anonymous.status == 1, "\(anonymous)")

            let auth = Data("ann:s3cret".utf8).base64EncodedString()
            try folder.write(#"{"auths":{"\#(address)":{"auth":"\#(auth)"}}}"#, ".docker/config.json")
            let push = try await stet("push", "store:r.io/app:1", "\(address)/team/app:1")
            #expect(push.status == 0, "\(push)")
            let pull = try await stet("pull", "\(address)/team/app:1", "oci:\(folder.path)/in:1")
            #expect(pull.status == 0 && pull.output == push.output, "\(pull)")
            #expect(try LayoutContents(folder: folder.path.appending("in")).wrongOnes() == [])

            let foreign = try await stet("push", "store:r.io/app:1", "\(address)/other/app:1")
            #expect(foreign.status == 1 && foreign.errors.contains("403"), "\(foreign)")
            for result in [anonymous, push, pull, foreign] {
                for secret in secrets + [auth] { #expect(!result.errors.contains(secret)) }
            }
        }
    }
}
