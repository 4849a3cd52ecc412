// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CurlTransport
import FoundationEssentials
import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// docker-registry behind nginx with TLS, Basic authentication and client certificates.
@Suite struct SecuredRegistryTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    /// Runs nginx before docker-registry.
    private func withRegistry(
        _ gate: Peers.Gate, _ body: @escaping @Sendable (String, Certificates) async throws -> Void
    ) async throws {
        let certificates = try await Certificates(in: folder.path)
        let path = folder.path
        try await Peers.withDockerRegistry(in: path) { registry in
            try await Peers.withNginx(before: registry, in: path, certificates, gate: gate) { address in
                try await body(address, certificates)
            }
        }
    }

    private func logIn(_ user: String, _ password: String, at address: String) throws {
        let auth = Data("\(user):\(password)".utf8).base64EncodedString()
        try folder.write(#"{"auths":{"\#(address)":{"auth":"\#(auth)"}}}"#, ".docker/config.json")
    }

    /// Builds an image into the local store, under `r.io/app:1`.
    private func build() async throws -> String {
        let built = try await stet("build", "-t", "r.io/app:1", folder.makeContext().string)
        #expect(built.status == 0, "\(built)")
        return built.output.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func pushAndPullGoThroughTLSAndBasicAuthentication() async throws {
        _ = try await build()
        let (folder, stet) = (folder, stet)
        try await withRegistry(.init(user: ("ann", "s3cret"))) { address, certificates in
            let authority = ["--ca-file", certificates.authority.string]
            try logIn("ann", "s3cret", at: address)
            let push = try await stet.run(
                ["push"] + authority + ["store:r.io/app:1", "\(address)/team/app:1"])
            #expect(push.status == 0, "\(push)")
            let inspect = try await Program("skopeo")(
                "inspect", "--tls-verify=false", "--creds", "ann:s3cret", "--format", "{{.Digest}}",
                "docker://\(address)/team/app:1")
            #expect(inspect.output == push.output, "\(inspect)")
            let pull = try await stet.run(
                ["pull"] + authority + ["\(address)/team/app:1", "oci:\(folder.path)/in:1"])
            #expect(pull.status == 0 && pull.output == push.output, "\(pull)")
            #expect(try LayoutContents(folder: folder.path.appending("in")).wrongOnes() == [])
        }
    }

    @Test func aWrongPasswordIsOneClearErrorWithoutThePassword() async throws {
        _ = try await build()
        let stet = stet
        try await withRegistry(.init(user: ("ann", "s3cret"))) { address, certificates in
            try logIn("ann", "wr0ng", at: address)
            let push = try await stet(
                "push", "--ca-file", certificates.authority.string, "store:r.io/app:1",
                "\(address)/team/app:1")
            #expect(push.status == 1 && push.errors.contains("401"), "\(push)")
            #expect(!push.errors.contains("wr0ng") && !push.errors.contains("YW5u"), "\(push)")
        }
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        _ = try await build()
        let stet = stet
        try await withRegistry(.init()) { address, _ in
            let push = try await stet("push", "store:r.io/app:1", "\(address)/team/app:1")
            #expect(push.status == 1 && push.errors.contains("certificate"), "\(push)")
        }
    }

    @Test func aBodyLimitOnTheWayIsMetWithChunks() async throws {
        try folder.write("FROM scratch\nCOPY noise /\n", "large/Dockerfile")
        try await folder.makeNoise("large/noise", megabytes: 6)
        let built = try await stet("build", "-t", "r.io/large:1", folder.path.appending("large").string)
        #expect(built.status == 0, "\(built)")
        let stet = stet
        try await withRegistry(.init(bodyLimitBytes: 4 << 20)) { address, certificates in
            let push = try await stet(
                "push", "--ca-file", certificates.authority.string, "store:r.io/large:1", "\(address)/large:1"
            )
            #expect(push.status == 0, "\(push)")
            let copy = try await Program("skopeo")(
                "copy", "--src-tls-verify=false", "docker://\(address)/large:1", "oci:\(folder.path)/out:1")
            #expect(copy.status == 0, "\(copy)")
        }
    }

    @Test func aClientsCertificateComesFromTheCommandLineOrItsFolder() async throws {
        _ = try await build()
        let (folder, stet) = (folder, stet)
        try await withRegistry(.init(needsClientCertificate: true)) { address, certificates in
            let (certificate, key) = certificates.client
            let target = ["store:r.io/app:1", "\(address)/app:1"]
            let authority = ["push", "--ca-file", certificates.authority.string]
            let without = try await stet.run(authority + target)
            #expect(without.status == 1 && without.errors.contains("400"), "\(without)")
            let shown = try await stet.run(
                authority + ["--cert", certificate.string, "--key", key.string] + target)
            #expect(shown.status == 0, "\(shown)")
            let alone = try await stet.run(authority + ["--key", key.string] + target)
            #expect(alone.status == 2 && alone.errors.contains("--key needs --cert"), "\(alone)")

            let place = "config/containers/certs.d/\(address)"
            for (file, name) in [
                (certificates.authority, "ca.crt"), (certificate, "client.cert"), (key, "client.key"),
            ] {
                try folder.write(String(decoding: WholeFile.read(file), as: UTF8.self), "\(place)/\(name)")
            }
            let pull = try await stet("pull", "\(address)/app:1", "oci:\(folder.path)/in:1")
            #expect(pull.status == 0 && pull.output == shown.output, "\(pull)")
            try Folder.remove(folder.path.pushing(FilePath("\(place)/client.key")))
            let half = try await stet("pull", "\(address)/app:1", "oci:\(folder.path)/in2:1")
            #expect(half.status == 1 && half.errors.contains("client.key is missing"), "\(half)")
        }
    }

    @Test func theTransportSpeaksHTTP2AndShowsItsCertificate() async throws {
        try await withRegistry(.init(needsClientCertificate: true)) { address, certificates in
            var configuration = CurlConfiguration()
            configuration.caFile = certificates.authority.string
            let ping = HTTPRequest(.get, HTTPURL(.https, address, "/v2/"))
            let refused = try await CurlTransport(configuration).answer(to: ping)
            #expect(refused.status == 400)

            configuration.clientCertificate = ClientCertificate(
                certificate: certificates.client.certificate, key: certificates.client.key)
            let answer = try await CurlTransport(configuration).answer(to: ping)
            #expect(answer.status == 200 && answer.headers["X-Protocol"] == "HTTP/2.0", "\(answer)")

            configuration.usesOnlyHTTP1 = true
            let old = try await CurlTransport(configuration).answer(to: ping)
            #expect(old.status == 200 && old.headers["X-Protocol"] == "HTTP/1.1", "\(old)")
        }
    }

    @Test func aKeyThatIsNotThereIsOneClearError() async throws {
        try await withRegistry(.init(needsClientCertificate: true)) { address, certificates in
            var configuration = CurlConfiguration()
            configuration.caFile = certificates.authority.string
            configuration.clientCertificate = ClientCertificate(
                certificate: certificates.client.certificate, key: "/nonexistent/client.key")
            let transport = try CurlTransport(configuration)
            await #expect {
                _ = try await transport.answer(to: HTTPRequest(.get, HTTPURL(.https, address, "/v2/")))
            } throws: { ($0 as? TransportError)?.kind == .untrusted && "\($0)".contains("client.key") }
        }
    }
}
