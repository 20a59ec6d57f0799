"""A proxy on loopback that has logged somebody in: it passes everything on, websockets too, with its own headers over those that came."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def proxied(port: int, headers: dict[str, str]) -> Iterator[str]:
    """The address of a proxy before the app on this port."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                more = self.request.recv(65536)
                if not more:
                    return
                head += more
            top, _, body = head.partition(b"\r\n\r\n")
            first, *lines = top.decode("latin-1").split("\r\n")
            own = dict(headers) if "upgrade: websocket" in top.decode("latin-1").lower() else {**headers, "Connection": "close"}
            names = {name.lower() for name in own}
            kept = [line for line in lines if line.split(":")[0].lower() not in names]
            sent = "\r\n".join([first, *kept, *(f"{name}: {value}" for name, value in own.items())])
            with socket.create_connection(("localhost", port)) as app:
                app.sendall(sent.encode("latin-1") + b"\r\n\r\n" + body)
                Thread(target=_pump, args=(self.request, app), daemon=True).start()
                _pump(app, self.request)

    with _Server(("localhost", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
