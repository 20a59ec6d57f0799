"""A real web server on loopback, and the policy that reaches it: by the look-up and the check of addresses only."""

import contextlib
import http.server
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from index.web.transport import Policy

PAGE = b"<html><body><p>Een praktijkverhaal.</p></body></html>"
Answer = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the server's table of paths; notes each request with its time."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers), time.monotonic()))
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self.say(404, b"weg")
        else:
            answer(self)

    def say(self, status: int, body: bytes = b"", content_type: str | None = "text/html", **headers: str) -> None:
        self.send_response(status)
        if content_type:
            self.send_header("Content-Type", content_type)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {"/pagina": lambda h: h.say(200, PAGE)}
        self.seen: list[tuple[str, dict[str, str], float]] = []
        self.host = f"verhalen.test:{self.server_address[1]}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves halfway is what many tests do."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def policy(server: Server) -> Policy:
    return Policy(
        frozenset({server.host}),
        delay=0.0,
        seconds=2.0,
        resolve=lambda _host, _port: ["127.0.0.1"],
        is_allowed_address=lambda address: address == "127.0.0.1",
    )
