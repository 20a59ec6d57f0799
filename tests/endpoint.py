"""An OpenAI-compatible server on loopback that says what a script tells it to: the seam where a model leaves the machine."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server answers: a text, or a status with a body; after `wait` seconds."""

    text: str = ""
    status: int = 200
    wait: float = 0.0


@dataclass
class Endpoint:
    """A running server: its address, and the requests that came."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def endpoint(script: Callable[[list[dict[str, str]]], Reply]) -> Iterator[Endpoint]:
    """A server whose replies `script` makes from the messages of each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is that of the standard library
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.requests.append(body)
            reply = script(body["messages"])
            time.sleep(reply.wait)
            message = {"role": "assistant", "content": reply.text}
            answer = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            }
            sent = json.dumps(answer if reply.status == 200 else {"error": {"message": reply.text}}).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
