// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// A published certificate in the hands of other clients.
@Suite struct CertificatePeerTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// Certifies a registry of ours, publishes there, and hands the certificate's bytes and its reference to `body`.
    private func published(
        _ body: @escaping @Sendable (_ certificate: [UInt8], _ reference: String) async throws -> Void
    ) async throws {
        let home = folder.path
        let key = home.appending("key.pem").string
        let made = try await Program("openssl")(
            "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        try #require(made.status == 0, "\(made)")
        try await Peers.withStetServe(in: home) { registry in
            let target = "\(registry)/certificates:1"
            let certified = try await Program.stet(home: home)(
                "certify", registry, "--only", "protocol", "--require", "protocol", "--sign-key", key,
                "--report", home.appending("report").string, "--publish", target)
            try #require(certified.status == 0, "\(certified)")
            try await body(try WholeFile.read(home.pushing("report/certificate.json")), target)
        }
    }

    @Test(.needs(.oras)) func orasWritesTheFile() async throws {
        let target = folder.path.appending("pulled")
        try await published { certificate, reference in
            let pulled = try await Program(.oras)("pull", "--plain-http", "-o", target.string, reference)
            #expect(pulled.status == 0, "\(pulled)")
            #expect(try WholeFile.read(target.appending("certificate.json")) == certificate)
        }
    }

    @Test(.needs(.crane)) func craneReadsTheLayer() async throws {
        try await published { certificate, reference in
            let script = #"""
                digest=$("$1" manifest --insecure "$2" | jq -er '.layers[0].digest')
                "$1" blob --insecure "${2%:*}@$digest"
                """#
            let read = try await Program("bash")(
                "-euo", "pipefail", "-c", script, "bash", NewerPeer.crane.path.string, reference)
            #expect(read.status == 0 && Array(read.output.utf8) == certificate, "\(read)")
        }
    }

    @Test func skopeoCopiesIt() async throws {
        let target = folder.path.appending("copied")
        try await published { certificate, reference in
            let copied = try await Program("skopeo")(
                "copy", "--src-tls-verify=false", "docker://\(reference)", "dir:\(target)")
            #expect(copied.status == 0, "\(copied)")
            let names = try Folder.names(in: target)
            #expect(
                try names.contains { try WholeFile.read(target.appending($0)) == certificate }, "\(names)")
        }
    }
}
