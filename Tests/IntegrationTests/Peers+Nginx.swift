// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ScriptedHTTP
import SystemPackage
import Testing

extension Peers {
    /// What nginx asks of its clients.
    struct Gate: Sendable {
        var user: (name: String, password: String)?
        var needsClientCertificate = false
        /// Longer bodies are refused with 413; 0 for no limit.
        var bodyLimitBytes = 0
    }

    /// nginx with TLS and HTTP/2 before a registry.
    ///
    /// Answers carry the protocol that was spoken in `X-Protocol`.
    static func withNginx<Value: Sendable>(
        before registry: String, in folder: FilePath, _ certificates: Certificates, gate: Gate = Gate(),
        _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let reservation = try PortReservation()
        let folder = folder.appending("nginx-\(reservation.port)")
        try Folder.create(folder)
        let address = "127.0.0.1:\(reservation.port)"
        let configuration = """
            daemon off;
            user root;
            worker_processes 1;
            pid \(folder)/nginx.pid;
            error_log stderr notice;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path \(folder)/body;
              proxy_temp_path \(folder)/proxy;
              fastcgi_temp_path \(folder)/fastcgi;
              uwsgi_temp_path \(folder)/uwsgi;
              scgi_temp_path \(folder)/scgi;
              server {
                listen \(address) ssl http2 reuseport;
                ssl_certificate \(certificates.server.certificate);
                ssl_certificate_key \(certificates.server.key);
                client_max_body_size \(gate.bodyLimitBytes);
                add_header X-Protocol $server_protocol always;
                \(try await directives(of: gate, in: folder, certificates))
                location / {
                  proxy_pass http://\(registry);
                  proxy_http_version 1.1;
                  proxy_request_buffering off;
                  proxy_set_header Host $http_host;
                  proxy_set_header X-Forwarded-Proto $scheme;
                }
              }
            }
            """
        let file = folder.appending("nginx.conf")
        try WholeFile.write(Array(configuration.utf8), to: file)
        defer { withExtendedLifetime(reservation) {} }
        return try await Program("nginx").serving(
            ["-c", file.string, "-p", folder.string, "-e", "stderr"],
            // Workers start when the port is open.
            address: { $0.contains("start worker process ") ? address : nil }, body)
    }

    private static func directives(
        of gate: Gate, in folder: FilePath, _ certificates: Certificates
    ) async throws -> String {
        var lines: [String] = []
        if let (name, password) = gate.user {
            let hash = try await Program("openssl")("passwd", "-apr1", password)
            #expect(hash.status == 0, "\(hash)")
            let file = folder.appending("htpasswd")
            try WholeFile.write(Array("\(name):\(hash.output)\n".utf8), to: file)
            lines += ["auth_basic registry;", "auth_basic_user_file \(file);"]
        }
        if gate.needsClientCertificate {
            lines += ["ssl_verify_client on;", "ssl_client_certificate \(certificates.authority);"]
        }
        return lines.joined(separator: "\n    ")
    }
}
