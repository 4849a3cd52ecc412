// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ScriptedHTTP
import SystemPackage
import Testing

/// `--setup gar` with the key of a service account: the token that it signs, checked by openssl.
@Suite struct CertifyServiceAccountTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// A key file as Google Cloud writes it, with a key of the test's own; its public half in `public.pem`.
    private func makeKeyFile(tokenServer: String) async throws {
        let script = """
            import json, subprocess, sys
            run = lambda *words: subprocess.run(words, check=True, capture_output=True).stdout
            key = run('openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048').decode()
            open('private.pem', 'w').write(key)
            run('openssl', 'pkey', '-in', 'private.pem', '-pubout', '-out', 'public.pem')
            json.dump({'type': 'service_account', 'client_email': 'stet@p1.test', 'private_key_id': 'k1',
                       'private_key': key, 'token_uri': sys.argv[1]}, open('key.json', 'w'))
            """
        let made = try await Program("env")(
            "-C", folder.path.string, "python3", "-c", script, "\(tokenServer)/token")
        try #require(made.status == 0, "\(made)")
    }

    @Test func theTokenIsSignedWithItsKey() async throws {
        let server = try VendorServer { request in
            if request.line == "POST /token" { return (200, #"{"access_token": "t0ken", "expires_in": 60}"#) }
            return request.header("Authorization") == "Bearer t0ken"
                ? (200, #"{"name": "operations/1", "done": true}"#) : (401, "{}")
        }
        try await makeKeyFile(tokenServer: server.address)
        var stet = Program.stet(home: folder.path)
        stet.environment.merge([
            "GAR_PROJECT": "p1", "GAR_LOCATION": "europe-west1",
            "GOOGLE_APPLICATION_CREDENTIALS": folder.path.appending("key.json").string,
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY": server.address,
        ]) { $1 }
        let result = try await stet(
            "certify", server.address, "--setup", "gar", "--only", "first-push", "--flows", "oci-monolithic")
        #expect(!"\(result)".contains("PRIVATE KEY") && !"\(result)".contains("t0ken"), "\(result)")
        let first = try #require(server.requests.first { $0.line == "POST /token" }, "\(result)")
        let form = String(decoding: first.body, as: UTF8.self)
        let script = """
            import base64, json, subprocess, sys, urllib.parse
            form = dict(urllib.parse.parse_qsl(sys.argv[1]))
            assert form['grant_type'] == 'urn:ietf:params:oauth:grant-type:jwt-bearer'
            text, signature = form['assertion'].rsplit('.', 1)
            decode = lambda part: base64.urlsafe_b64decode(part + '=' * (-len(part) % 4))
            head, claims = [json.loads(decode(part)) for part in text.split('.')]
            assert head == {'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1'}, head
            assert claims['iss'] == 'stet@p1.test' and claims['aud'] == sys.argv[2], claims
            assert claims['exp'] - claims['iat'] == 3600, claims
            open('text', 'w').write(text)
            open('signature', 'wb').write(decode(signature))
            subprocess.run(['openssl', 'dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature', 'text'],
                           check=True)
            """
        let checked = try await Program("env")(
            "-C", folder.path.string, "python3", "-c", script, form, "\(server.address)/token")
        #expect(checked.status == 0 && checked.output.contains("Verified OK"), "\(checked)")
    }
}
