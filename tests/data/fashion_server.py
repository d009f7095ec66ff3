"""A real HTTP server on loopback that gives the files of Fashion-MNIST, or misbehaves in all known ways."""

import gzip
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np


def idx(values):
    """Pack a uint8 array as a gzipped idx file, as the data set's authors do."""
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.tobytes())


def small_set():
    """Make a well-formed set of the same four files: 30 training and 20 test images."""
    rng = np.random.default_rng(0)
    for count in (30, 20):
        yield idx(rng.integers(0, 256, (count, 28, 28), np.uint8))
        yield idx(rng.integers(0, 10, count, np.uint8))


# What a server can do to a request: each takes the handler and the right content.


def whole(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def not_found(handler, content):
    handler.send_error(404)


def cut_off(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def cut_off_unannounced(handler, content):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def other_content(handler, content):
    whole(handler, content[:-1] + bytes([content[-1] ^ 1]))


def login_page(handler, content):
    whole(handler, b"<html>Please log in to this network</html>")


def silent(handler, content):
    handler.server.closing.wait(5)


def stalled(handler, content):
    cut_off(handler, content)
    handler.server.closing.wait(5)


FAULTS = {
    not_found: "404",
    cut_off: "IncompleteRead|Connection",
    cut_off_unannounced: "MD5",
    other_content: "MD5",
    login_page: "MD5",
    silent: "[Tt]imed? ?out",
    stalled: "[Tt]imed? ?out",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.strip("/")
        self.server.asked.append(name)
        self.server.faults.get(name, whole)(self, self.server.files[name])

    def log_message(self, *args):
        """Keep the tests' output clean."""


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that hangs up is part of the tests."""


@contextmanager
def serve(files):
    server = Server(("127.0.0.1", 0), Handler)
    server.files, server.asked, server.faults, server.closing = files, [], {}, threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()


def put(directory, files, **other):
    """Write the files into the directory, some of them with other content."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in (files | other).items():
        (directory / name).write_bytes(content)
