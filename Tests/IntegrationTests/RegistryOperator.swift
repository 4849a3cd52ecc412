// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Somebody who runs a registry and does to it what `certify --hooks` asks for.
struct RegistryOperator: Sendable {
    /// Of the registry, which keeps it also when it is started anew.
    let address: String
    /// For `--hooks`.
    let hooks: FilePath
}

extension Peers {
    /// Runs `stet serve` on a volume, behind an address that outlives its processes.
    static func withOperatedRegistry<Value: Sendable>(
        on volume: TestVolume, home: FilePath,
        _ body: @escaping @Sendable (RegistryOperator) async throws -> Value
    ) async throws -> Value {
        let (control, hooks) = (home.appending("control"), home.appending("hooks"))
        let hook = """
            #!/usr/bin/env python3
            import socket, sys
            door = socket.socket(socket.AF_UNIX)
            door.connect('\(control)')
            door.sendall(sys.argv[1].encode())
            answer = door.recv(4096).decode()
            sys.exit({'done': 0, 'unknown': 64}.get(answer, answer))
            """
        try WholeFile.write(Array(hook.utf8), to: hooks, mode: 0o755)
        var python = Program("python3")
        python.environment = Program.stet(home: home).environment
        let address = { @Sendable (line: String) in
            line.hasPrefix("operating ") ? String(line.dropFirst("operating ".count)) : nil
        }
        let arguments = ["-c", operating, Program.stetPath.string, volume.path.string, control.string]
        return try await python.serving(arguments, address: address) { address in
            try await body(RegistryOperator(address: address, hooks: hooks))
        }
    }

    /// Keeps a server, a door for orders, and a front that passes connections on to the server of the moment.
    private static let operating = """
        import errno, os, re, signal, socket, socketserver, subprocess, sys, threading
        program, volume, control = sys.argv[1:]
        server, port = None, 0
        def start():
            global server, port
            server = subprocess.Popen([program, 'serve', '--listen', '127.0.0.1:0', '--data', volume + '/data'],
                                      stderr=subprocess.PIPE, text=True)
            for line in server.stderr:
                found = re.search(r'serving http://127[.]0[.]0[.]1:([0-9]+)', line)
                if found:
                    port = int(found[1])
                    threading.Thread(target=server.stderr.read, daemon=True).start()
                    return
            raise RuntimeError('the registry does not start')
        def stop(how):
            server.send_signal(how)
            server.wait()
        def run(*command, check=True):
            subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        def perform(order):
            if order in ('restart', 'kill'):
                stop(signal.SIGTERM if order == 'restart' else signal.SIGKILL)
                start()
            elif order == 'read-only':
                run('mount', '-o', 'remount,abort', volume)
            elif order == 'writable':
                stop(signal.SIGKILL)
                run('umount', volume)
                # A copy: whatever keeps the failed file system alive, a mount namespace for one, has the old file.
                run('cp', '--sparse=always', volume + '.img', volume + '.copy')
                os.replace(volume + '.copy', volume + '.img')
                run('e2fsck', '-fy', volume + '.img', check=False)
                run('mount', '-o', 'loop', volume + '.img', volume)
                start()
            elif order == 'full-disk':
                with open(volume + '/filler', 'wb', buffering=0) as filler:
                    try:
                        while True: filler.write(b'x' * 4096)
                    except OSError as fault:
                        if fault.errno != errno.ENOSPC: raise
            elif order == 'free-disk':
                os.unlink(volume + '/filler')
            else: return 'unknown'
            return 'done'
        class Front(socketserver.BaseRequestHandler):
            def handle(self):
                try: peer = socket.create_connection(('127.0.0.1', port))
                except OSError: return
                back = threading.Thread(target=self.pump, args=(peer, self.request), daemon=True)
                back.start()
                self.pump(self.request, peer)
                back.join()
                peer.close()
            def pump(self, source, target):
                try:
                    while piece := source.recv(65536): target.sendall(piece)
                except OSError: pass
                for end in (source, target):
                    try: end.shutdown(socket.SHUT_RDWR)
                    except OSError: pass
        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, request_queue_size = True, 128
        start()
        front = Server(('127.0.0.1', 0), Front)
        threading.Thread(target=front.serve_forever, daemon=True).start()
        door = socket.socket(socket.AF_UNIX)
        door.bind(control)
        door.listen()
        def end(*_):
            stop(signal.SIGKILL)
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        print(f'operating 127.0.0.1:{front.server_address[1]}', file=sys.stderr, flush=True)
        while True:
            caller, _ = door.accept()
            with caller:
                order = caller.recv(64).decode()
                try: answer = perform(order)
                except Exception as error: answer = f'{order}: {error}'
                caller.sendall(answer.encode())
        """
}
