"""A web server on loopback that does what a test tells it to, and remembers what it was sent."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROWS = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"x"}}]}}'
JSON = "application/sparql-results+json"


@dataclass
class Request:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Notes the request and lets the test answer."""

    server: Server

    def log_message(self, *args: object) -> None:
        """Nothing."""

    def answer(self) -> None:
        """Note and answer a request of any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Request(self.command, self.path, headers, body))
        self.server.play(self)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def give(self, content: bytes = ROWS, status: int = 200, **headers: str) -> None:
        """A whole answer; headers are given with _ for -."""
        self.send_response(status)
        given = {"Content_Type": JSON, "Content_Length": str(len(content)), **headers}
        for name, value in given.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    """The server and its memory."""

    daemon_threads = True

    def __init__(self, play: Callable[[Handler], None]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.play = play
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}/query"

    def handle_error(self, *args: object) -> None:
        """A client that went away is no news."""


@contextmanager
def serving(play: Callable[[Handler], None] = Handler.give) -> Iterator[Server]:
    """Serve in a thread while the block runs."""
    # Results of the engine may be collected in the thread only that made them.
    gc.collect()
    gc.disable()
    with Server(play) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            gc.enable()
