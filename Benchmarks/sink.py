#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A registry that takes every blob and manifest and keeps none: sink.py PORT. Says READY when it listens."""

import re
import socket
import sys
import threading

ANSWERS = {
    "HEAD": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "GET": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "POST": b"HTTP/1.1 202 Accepted\r\nLocation: /v2/upload/1\r\nContent-Length: 0\r\n\r\n",
    "PUT": b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
}


def serve(connection):
    rest, buffer = b"", memoryview(bytearray(1 << 20))
    while True:
        while b"\r\n\r\n" not in rest:
            piece = connection.recv(65_536)
            if not piece:
                return
            rest += piece
        head, rest = rest.split(b"\r\n\r\n", 1)
        found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        left = int(found.group(1)) if found else 0
        left, rest = left - min(left, len(rest)), rest[min(left, len(rest)):]
        while left > 0:
            count = connection.recv_into(buffer, min(len(buffer), left))
            if count == 0:
                return
            left -= count
        connection.sendall(ANSWERS[head.split(b" ", 1)[0].decode()])


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(64)
print("READY", flush=True)
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
