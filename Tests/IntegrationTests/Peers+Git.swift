// SPDX-License-Identifier: Apache-2.0

import SystemPackage

extension Peers {
    /// The repositories in a folder, as git itself serves them over HTTP.
    ///
    /// `body` gets `host:port`.
    static func withGitServer<Value: Sendable>(
        of folder: FilePath, _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let script = """
            import http.server, os, subprocess, sys
            class Git(http.server.BaseHTTPRequestHandler):
                def answer(self):
                    path, _, query = self.path.partition('?')
                    body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
                    names = {'CONTENT_TYPE': 'Content-Type', 'GIT_PROTOCOL': 'Git-Protocol',
                             'HTTP_CONTENT_ENCODING': 'Content-Encoding'}
                    said = {name: self.headers.get(field, '') for name, field in names.items()}
                    about = dict(os.environ, GIT_PROJECT_ROOT=sys.argv[1], GIT_HTTP_EXPORT_ALL='1',
                                 PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                                 CONTENT_LENGTH=str(len(body)), **said)
                    git = subprocess.run(['git', 'http-backend'], input=body, env=about, capture_output=True)
                    head, _, content = git.stdout.partition(b'\\r\\n\\r\\n')
                    fields = [line.partition(': ')[::2] for line in head.decode().split('\\r\\n')]
                    self.send_response(int(dict(fields).get('Status', '200').split()[0]))
                    for name, value in fields:
                        if name != 'Status': self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(content)
                do_GET = do_POST = answer
                def log_message(self, *words): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Git)
            print(f'listening on 127.0.0.1:{server.server_port}', file=sys.stderr, flush=True)
            server.serve_forever()
            """
        return try await Program("python3").serving(
            ["-c", script, folder.string],
            address: { line in
                line.hasPrefix("listening on ") ? String(line.dropFirst("listening on ".count)) : nil
            }, body)
    }
}
