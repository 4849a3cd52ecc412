// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// An authority of a test's own, with certificates for a server on 127.0.0.1 and for a client.
struct Certificates: Sendable {
    let authority: FilePath
    let server: (certificate: FilePath, key: FilePath)
    let client: (certificate: FilePath, key: FilePath)

    /// Makes them with openssl.
    init(in folder: FilePath) async throws {
        let folder = folder.appending("certificates")
        try Folder.create(folder)
        let script = """
            set -e
            cd "$1"
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
            for name in server client; do
                openssl req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name.key -out $name.csr
                openssl x509 -req -days 2 -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $name.pem \
                    -extfile <(echo subjectAltName=IP:127.0.0.1,DNS:localhost)
            done
            """
        let result = try await Program("bash")("-c", script, "certificates", folder.string)
        #expect(result.status == 0, "\(result)")
        authority = folder.appending("ca.pem")
        server = (folder.appending("server.pem"), folder.appending("server.key"))
        client = (folder.appending("client.pem"), folder.appending("client.key"))
    }
}
