// SPDX-License-Identifier: Apache-2.0

extension Peers {
    /// A rule before a registry: it asks whether the tag is there, and refuses a PUT when it is.
    ///
    /// It is how a registry without policies is made write-once by hand, and it has no lock.
    static func withLookFirstRule<Value: Sendable>(
        before registry: String, _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let script = """
            import http.client, http.server, json, re, sys
            TAG = re.compile(r'^/v2/.+/manifests/[^:?]+$')
            class Rule(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def ask(self, method, body=None, headers={}):
                    peer = http.client.HTTPConnection(sys.argv[1])
                    peer.request(method, self.path, body, headers)
                    answer = peer.getresponse()
                    return answer.status, answer.getheaders(), answer.read()
                def body(self):
                    if 'chunked' not in self.headers.get('Transfer-Encoding', ''):
                        return self.rfile.read(int(self.headers.get('Content-Length', 0)))
                    body = b''
                    while True:
                        size = int(self.rfile.readline(), 16)
                        body += self.rfile.read(size)
                        self.rfile.readline()
                        if size == 0: return body
                def tell(self, status, headers, body):
                    self.send_response(status)
                    for name, value in headers:
                        if name.lower() not in ('content-length', 'transfer-encoding', 'connection'):
                            self.send_header(name, value)
                    length = dict(headers).get('Content-Length', '0') if self.command == 'HEAD' else len(body)
                    self.send_header('Content-Length', str(length))
                    self.end_headers()
                    if self.command != 'HEAD': self.wfile.write(body)
                def do_GET(self):
                    body = self.body()
                    if self.command == 'PUT' and TAG.match(self.path):
                        accept = {'Accept': ', '.join([
                            'application/vnd.oci.image.manifest.v1+json',
                            'application/vnd.docker.distribution.manifest.v2+json'])}
                        if self.ask('HEAD', None, accept)[0] == 200:
                            words = {'code': 'DENIED', 'message': f'immutable tag: {self.path}', 'detail': {}}
                            answer = json.dumps({'errors': [words]}).encode()
                            return self.tell(409, [('Content-Type', 'application/json')], answer)
                    headers = {name: value for name, value in self.headers.items()
                               if name.lower() not in ('content-length', 'transfer-encoding')}
                    self.tell(*self.ask(self.command, body, headers))
                do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET
                def log_message(self, *words): pass
            class Server(http.server.ThreadingHTTPServer):
                request_queue_size = 128
            server = Server(('127.0.0.1', 0), Rule)
            print(f'listening on 127.0.0.1:{server.server_port}', file=sys.stderr, flush=True)
            server.serve_forever()
            """
        return try await Program("python3").serving(
            ["-c", script, registry],
            address: { line in
                line.hasPrefix("listening on ") ? String(line.dropFirst("listening on ".count)) : nil
            }, body)
    }
}
