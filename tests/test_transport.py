"""The guarded way to the web, against real servers on loopback, which tests reach by the look-up and the check of addresses only."""

import contextlib
import gzip
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import PAGE, Handler, Server

from index.web.archive import find_copy
from index.web.network import is_public
from index.web.transport import Policy, Transport
from praktijkbaken.errors import FetchError
from praktijkbaken.settings import CHECKOUT


def refused(policy: Policy, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught, Transport(policy) as transport:
        transport.get(url)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1_000
    return caught.value


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says exactly what `talk` writes, after robots.txt was refused with 404."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if b"/robots.txt" in connection.recv(65_536):
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield f"verhalen.test:{listener.getsockname()[1]}"
    listener.close()


def test_a_page_comes_with_its_type_and_marks(server: Server, policy: Policy) -> None:
    server.answers["/pagina"] = lambda h: h.say(200, PAGE, "text/html; charset=iso-8859-1", ETag='"een"', Last_Modified="gisteren")
    with Transport(policy) as transport:
        page = transport.get(server.url("/pagina"))
    assert (page.status, page.content, page.content_type, page.charset) == (200, PAGE, "text/html", "iso-8859-1")
    assert (page.etag, page.last_modified) == ('"een"', "gisteren")
    assert "Praktijkbaken/" in server.seen[-1][1]["User-Agent"]
    assert server.seen[-1][1]["Host"] == server.host


@pytest.mark.parametrize("mark", ['"\xe9"', '"a"\r\nX: y', "\x00"])
def test_a_mark_that_a_header_cannot_carry_is_not_sent_back(server: Server, policy: Policy, mark: str) -> None:
    with Transport(policy) as transport:
        assert transport.get(server.url("/pagina"), etag=mark).status == 200
    assert "If-None-Match" not in server.seen[-1][1]


def test_unchanged_is_no_answer_to_a_first_question(server: Server, policy: Policy) -> None:
    server.answers["/pagina"] = lambda h: h.say(304, b"", None)
    assert refused(policy, server.url("/pagina")).kind == "server"


def test_an_unchanged_page_is_not_sent_again(server: Server, policy: Policy) -> None:
    server.answers["/pagina"] = lambda h: h.say(304 if h.headers["If-None-Match"] == '"een"' else 200, b"", None)
    with Transport(policy) as transport:
        page = transport.get(server.url("/pagina"), etag='"een"', last_modified="gisteren")
    assert (page.status, page.content) == (304, b"")
    assert server.seen[-1][1]["If-Modified-Since"] == "gisteren"


def test_a_packed_page_is_unpacked(server: Server, policy: Policy) -> None:
    server.answers["/pagina"] = lambda h: h.say(200, gzip.compress(PAGE * 50), Content_Encoding="gzip")
    with Transport(policy) as transport:
        assert transport.get(server.url("/pagina")).content == PAGE * 50


def test_a_page_that_robots_forbids_is_left_alone(server: Server, policy: Policy) -> None:
    server.answers["/robots.txt"] = lambda h: h.say(200, b"User-agent: *\nDisallow: /pagina\n", "text/plain")
    assert refused(policy, server.url("/pagina")).kind == "refused"
    assert [path for path, _, _ in server.seen] == ["/robots.txt"]


def test_robots_are_asked_once_and_a_site_without_them_is_open(server: Server, policy: Policy) -> None:
    with Transport(policy) as transport:
        transport.get(server.url("/pagina"))
        transport.get(server.url("/pagina"))
    assert [path for path, _, _ in server.seen] == ["/robots.txt", "/pagina", "/pagina"]


def test_a_site_that_cannot_give_its_robots_is_closed_for_now(server: Server, policy: Policy) -> None:
    server.answers["/robots.txt"] = lambda h: h.say(503)
    assert refused(policy, server.url("/pagina")).kind == "unreachable"


def test_a_site_that_cannot_give_its_robots_is_not_asked_again_without_a_pause(server: Server, policy: Policy) -> None:
    server.answers["/robots.txt"] = lambda h: h.say(503)
    with Transport(replace(policy, delay=0.3)) as transport:
        for _ in range(3):
            with pytest.raises(FetchError):
                transport.get(server.url("/pagina"))
    times = [at for _, _, at in server.seen]
    assert len(times) == 3
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


@pytest.mark.parametrize(("name", "closed"), [("praktijkbaken", True), ("*", True), ("reads", False), ("assistant", False), ("x", False)])
def test_only_rules_for_our_own_name_or_for_everyone_count(server: Server, policy: Policy, name: str, closed: bool) -> None:
    server.answers["/robots.txt"] = lambda h: h.say(200, f"User-agent: {name}\nDisallow: /\n".encode(), "text/plain")
    if closed:
        assert refused(policy, server.url("/pagina")).kind == "refused"
    else:
        with Transport(policy) as transport:
            assert transport.get(server.url("/pagina")).status == 200


def test_there_is_a_pause_between_two_requests_to_one_host(server: Server, policy: Policy) -> None:
    with Transport(replace(policy, delay=0.3)) as transport:
        transport.get(server.url("/pagina"))
        transport.get(server.url("/pagina"))
    times = [at for _, _, at in server.seen]
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


def test_a_site_s_own_longer_pause_is_kept(server: Server, policy: Policy) -> None:
    server.answers["/robots.txt"] = lambda h: h.say(200, b"User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    with Transport(policy) as transport:
        transport.get(server.url("/pagina"))
    assert server.seen[1][2] - server.seen[0][2] >= 0.39


def test_one_host_gets_one_request_at_a_time(server: Server, policy: Policy) -> None:
    busy = threading.Semaphore(1)
    overlaps: list[str] = []

    def slow(handler: Handler) -> None:
        if not busy.acquire(blocking=False):
            overlaps.append(handler.path)
        time.sleep(0.05)
        handler.say(200, PAGE)
        busy.release()

    server.answers["/traag"] = slow
    with Transport(policy) as transport:
        threads = [threading.Thread(target=transport.get, args=(server.url("/traag"),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert overlaps == []
    assert len(server.seen) == 5


def test_waiting_for_a_turn_does_not_use_up_the_time_of_a_request(server: Server, policy: Policy) -> None:
    with Transport(replace(policy, delay=0.6, seconds=0.5)) as transport:
        assert transport.get(server.url("/pagina")).status == 200


def test_waiting_for_another_thread_does_not_use_up_the_time_of_a_request(server: Server, policy: Policy) -> None:
    def slow(handler: Handler) -> None:
        time.sleep(0.3)
        handler.say(200, PAGE)

    server.answers["/traag"] = slow
    with Transport(replace(policy, seconds=0.8)) as transport, ThreadPoolExecutor(5) as threads:
        pages = list(threads.map(transport.get, [server.url("/traag")] * 5))
    assert [page.status for page in pages] == [200] * 5


def test_one_site_written_in_two_ways_is_one_host(policy: Policy) -> None:
    transport = Transport(policy)
    ways = ("http://verhalen.test/a", "http://VERHALEN.test:80/", "https://verhalen.test:443/b", "http://@verhalen.test/")
    assert len({id(transport._host(transport._address(way))) for way in ways}) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(404, "gone"), (410, "gone"), (403, "server"), (429, "server"), (500, "server"), (503, "server")]
)
def test_a_status_that_is_no_page_says_what_sort_of_problem_it_is(server: Server, policy: Policy, status: int, kind: str) -> None:
    server.answers["/pagina"] = lambda h: h.say(status)
    assert refused(policy, server.url("/pagina")).kind == kind


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://verhalen.test/x",
        "gopher://verhalen.test/",
        "//verhalen.test/x",
        "http://",
        "http://[::1",
        "http://verhalen.test:99999/",
        "http://naam:woord@verhalen.test/",
        "http://elders.test/",
        "http://verhalen.test.elders.test/",
        "http://verhalen.test:22/",
        "javascript:alert(1)",
        "",
        "http://verhalen.test/a\nb",
        "http://verhalen.test/\x00",
        "http://verhalen.test/\ud800",
        "http://verhalen.test/" + "a" * 70_000,
        "http://:@verhalen.test/",
        "http://verhalen.test\\@elders.test/",
        "http://xn--99999999/",
        "http://elders.test/\x1b[2J",
    ],
)
def test_an_address_outside_the_policy_is_refused_before_anything_is_looked_up(policy: Policy, url: str) -> None:
    looked_up: list[str] = []
    guarded = replace(policy, allowed_hosts=frozenset({"verhalen.test"}), resolve=lambda host, _: looked_up.append(host) or ["127.0.0.1"])
    assert refused(guarded, url).kind == "refused"
    assert looked_up == []


def test_a_host_that_was_visited_before_is_checked_again(server: Server, policy: Policy) -> None:
    with Transport(policy) as transport:
        transport.get(server.url("/pagina"))
        with pytest.raises(FetchError, match="naam of wachtwoord") as caught:
            transport.get(f"http://naam:woord@{server.host}/pagina")
    assert caught.value.kind == "refused"
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "2001:db8::1", "fe80::1%eth0", "::127.0.0.1", "geen adres",
        "fec0::1", "3fff::1", "192.88.99.1", "192.0.0.8",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(server: Server, policy: Policy, address: str) -> None:
    assert not is_public(address)
    guarded = replace(policy, resolve=lambda _h, _p: [address], is_allowed_address=is_public)
    assert refused(guarded, server.url("/pagina")).kind == "refused"
    assert server.seen == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(address)


def test_a_name_with_a_private_address_among_its_public_ones_is_refused(server: Server, policy: Policy) -> None:
    guarded = replace(policy, resolve=lambda _h, _p: ["8.8.8.8", "10.0.0.1"], is_allowed_address=is_public)
    assert refused(guarded, server.url("/pagina")).kind == "refused"


def test_a_name_that_changes_its_address_between_check_and_connection_changes_nothing(server: Server, policy: Policy) -> None:
    """Rebinding: each connection goes to the address that was checked for it; the next look-up is checked again."""
    answers = iter(["127.0.0.1", "127.0.0.1", "127.0.0.99"])
    guarded = replace(policy, resolve=lambda _h, _p: [next(answers)])
    with Transport(guarded) as transport:
        assert transport.get(server.url("/pagina")).status == 200  # robots.txt and the page: one look-up each, no more
        with pytest.raises(FetchError) as caught:
            transport.get(server.url("/pagina"))
    assert caught.value.kind == "refused"
    assert next(answers, None) is None


def test_a_redirect_within_the_policy_is_followed(server: Server, policy: Policy) -> None:
    server.answers["/oud"] = lambda h: h.say(301, Location="/pagina")
    with Transport(policy) as transport:
        page = transport.get(server.url("/oud"))
    assert (page.url, page.final_url) == (server.url("/oud"), server.url("/pagina"))


def test_ten_redirects_and_a_loop_end(server: Server, policy: Policy) -> None:
    for at in range(10):
        server.answers[f"/{at}"] = lambda h, to=at + 1: h.say(302, Location=f"/{to}")  # type: ignore[misc]
    server.answers["/rond"] = lambda h: h.say(302, Location="/rond")
    assert refused(policy, server.url("/0")).kind == "unusable"
    assert refused(policy, server.url("/rond")).kind == "unusable"


@pytest.mark.parametrize(
    "to", ["http://elders.test/", "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"]
)
def test_a_redirect_out_of_the_policy_is_refused(server: Server, policy: Policy, to: str) -> None:
    server.answers["/weg"] = lambda h: h.say(302, Location=to)
    assert refused(policy, server.url("/weg")).kind == "refused"


def test_a_redirect_to_a_private_address_is_refused(server: Server, policy: Policy) -> None:
    inside = server.host.replace("verhalen", "binnen")
    server.answers["/weg"] = lambda h: h.say(302, Location=f"http://{inside}/pagina")
    guarded = replace(
        policy,
        allowed_hosts=policy.allowed_hosts | {inside},
        resolve=lambda host, _: ["127.0.0.1" if host.startswith("verhalen") else "10.0.0.1"],
    )
    assert refused(guarded, server.url("/weg")).kind == "refused"


def test_an_endless_body_is_cut_off(server: Server, policy: Policy) -> None:
    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(b"x" * 65_536)

    server.answers["/eindeloos"] = endless
    assert refused(replace(policy, max_bytes=1_000_000, seconds=10.0), server.url("/eindeloos")).kind == "unusable"


def test_a_body_larger_than_it_may_be_is_refused_by_its_own_word(server: Server, policy: Policy) -> None:
    server.answers["/groot"] = lambda h: h.say(200, b"x", Content_Length="99999999999")
    assert refused(policy, server.url("/groot")).kind == "unusable"


def test_a_gzip_bomb_takes_no_more_memory_than_a_page_may(server: Server, policy: Policy) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()
    server.answers["/bom"] = lambda h: h.say(200, bomb, Content_Encoding="gzip")
    # traced: the process's own peak says nothing once another test has made it large
    tracemalloc.start()
    try:
        assert refused(replace(policy, seconds=10.0), server.url("/bom")).kind == "unusable"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000  # bytes; the bomb is 1 GB unpacked, one read of it 64 MB


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE * 100)[:-20], {"Content_Encoding": "gzip"}),
        (b"geen gzip", {"Content_Encoding": "gzip"}),
        (gzip.compress(PAGE) + gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
        (PAGE, {"content_type": "text/\x1b[31mx"}),
        (PAGE, {"Content_Encoding": "br"}),
        (PAGE, {"content_type": "image/png"}),
        (PAGE, {"content_type": "application/x-msdownload"}),
        (PAGE, {"content_type": None}),
    ],
)
def test_what_cannot_be_used_is_refused(server: Server, policy: Policy, body: bytes, headers: dict[str, str]) -> None:
    server.answers["/raar"] = lambda h: h.say(200, body, **headers)  # type: ignore[arg-type]
    assert refused(policy, server.url("/raar")).kind == "unusable"


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nkort",
        b"dit is geen HTTP\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X-Veel: " + b"x" * 2_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % at for at in range(50_000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nx\r\n",
    ],
)
def test_a_server_that_breaks_the_rules_is_one_clear_line(policy: Policy, words: bytes) -> None:
    with raw_server(lambda connection: connection.sendall(words)) as host:
        error = refused(replace(policy, allowed_hosts=frozenset({host})), f"http://{host}/pagina")
    assert error.kind in ("unreachable", "unusable")


@pytest.mark.parametrize(
    "to", [b"http://[x", b"http://[::1", b"/a\x01b", b"/" + b"a" * 70_000, b"http://xn--99999999/", b"\xff\xfe://\x80"]
)
def test_a_redirect_to_what_is_no_address_is_one_clear_line(policy: Policy, to: bytes) -> None:
    words = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + b"\r\n\r\n"
    with raw_server(lambda connection: connection.sendall(words)) as host:
        error = refused(replace(policy, allowed_hosts=frozenset({host})), f"http://{host}/pagina")
    assert error.kind in ("refused", "unusable")


def test_a_type_with_letters_beyond_ascii_is_read(policy: Policy) -> None:
    words = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\xe9\r\nContent-Length: 2\r\n\r\nja"
    with raw_server(lambda connection: connection.sendall(words)) as host:
        page = Transport(replace(policy, allowed_hosts=frozenset({host}))).get(f"http://{host}/pagina")
    assert (page.content, page.content_type) == (b"ja", "text/html")


def test_a_file_of_the_wrong_type_is_refused_before_it_is_read(server: Server, policy: Policy) -> None:
    server.answers["/film"] = lambda h: h.say(200, b"", "video/mp4", Content_Length="9000000")
    started = time.monotonic()
    assert refused(policy, server.url("/film")).kind == "unusable"
    assert time.monotonic() - started < 1.0  # the bytes it speaks of never come


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90\r\n\r\n"])
def test_a_server_that_drips_is_left_in_time(policy: Policy, drip: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(drip)
        for _ in range(60):
            connection.sendall(b"x")
            time.sleep(0.2)

    with raw_server(talk) as host:
        started = time.monotonic()
        error = refused(replace(policy, allowed_hosts=frozenset({host}), seconds=1.0), f"http://{host}/pagina")
    assert error.kind == "unreachable"
    assert time.monotonic() - started < 1.6


def test_a_server_that_says_nothing_is_left_in_time(policy: Policy) -> None:
    with raw_server(lambda _: time.sleep(5)) as host:
        started = time.monotonic()
        refused(replace(policy, allowed_hosts=frozenset({host}), seconds=0.8), f"http://{host}/pagina")
    assert time.monotonic() - started < 1.4


def test_a_name_that_takes_too_long_to_find_is_left_in_time(policy: Policy, server: Server) -> None:
    started = time.monotonic()
    error = refused(replace(policy, seconds=0.5, resolve=lambda _h, _p: time.sleep(3) or []), server.url("/pagina"))
    assert error.kind == "unreachable"
    assert time.monotonic() - started < 1.0


def test_a_name_that_takes_too_long_to_find_does_not_hold_up_the_end_of_the_program() -> None:
    program = (
        "import time\nfrom index.web.transport import Policy, Transport\nfrom praktijkbaken.errors import FetchError\n"
        "try:\n    Transport(Policy(frozenset({'a.test'}), seconds=0.2, resolve=lambda h, p: time.sleep(30) or [])).get('http://a.test/')\n"
        "except FetchError:\n    print('klaar')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, cwd=CHECKOUT)
    assert done.stdout.strip() == "klaar", done.stderr


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has one loopback address until another is added")
def test_an_address_that_takes_no_connection_leaves_time_for_the_next(server: Server, policy: Policy) -> None:
    port = server.server_address[1]
    with contextlib.ExitStack() as open_sockets:
        full = open_sockets.enter_context(socket.socket())
        full.bind(("127.0.0.2", port))
        full.listen(0)
        for _ in range(4):  # its queue is full: the next connection waits
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.2", port))
        both = replace(policy, resolve=lambda _h, _p: ["127.0.0.2", "127.0.0.1"], is_allowed_address=lambda _: True)
        with Transport(both) as transport:
            assert transport.get(server.url("/pagina")).status == 200


def test_a_name_that_does_not_exist_and_a_closed_port_are_unreachable(policy: Policy) -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"verhalen.test:{taken.getsockname()[1]}"
    assert (
        refused(replace(policy, allowed_hosts=frozenset({"verhalen.test"}), resolve=nowhere), "http://verhalen.test/").kind == "unreachable"
    )
    assert refused(replace(policy, allowed_hosts=frozenset({closed})), f"http://{closed}/").kind == "unreachable"


def test_an_address_beyond_ascii_is_written_as_the_web_wants_it(server: Server, policy: Policy) -> None:
    server.answers["/caf%C3%A9"] = lambda h: h.say(200, PAGE)
    with Transport(policy) as transport:
        assert transport.get(server.url("/café")).status == 200


@pytest.mark.parametrize(("asked", "allowed"), [("café", "café"), ("café", "xn--caf-dma"), ("xn--caf-dma", "café")])
def test_a_name_beyond_ascii_may_be_written_either_way(server: Server, policy: Policy, asked: str, allowed: str) -> None:
    port = server.server_address[1]
    with Transport(replace(policy, allowed_hosts=frozenset({f"{allowed}.test:{port}"}))) as transport:
        assert transport.get(f"http://{asked}.test:{port}/pagina").status == 200
    assert server.seen[-1][1]["Host"] == f"xn--caf-dma.test:{port}"


def test_tls_is_checked_against_the_name_and_a_downgrade_is_refused(server: Server, policy: Policy, tmp_path: Path) -> None:
    key, certificate = tmp_path / "sleutel.pem", tmp_path / "certificaat.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=verhalen.test"]
    subprocess.run(
        [*command, "-addext", "subjectAltName=DNS:verhalen.test", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secure = Server()
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    threading.Thread(target=secure.serve_forever, args=(0.02,), daemon=True).start()
    secure.answers["/omlaag"] = lambda h: h.say(302, Location=server.url("/pagina"))
    other = secure.host.replace("verhalen", "elders")
    hosts = policy.allowed_hosts | {secure.host, other}
    trusting = replace(policy, allowed_hosts=hosts, ssl_context=ssl.create_default_context(cafile=str(certificate)))
    with Transport(trusting) as transport:
        assert transport.get(f"https://{secure.host}/pagina").content == PAGE
    assert refused(trusting, f"https://{secure.host}/omlaag").kind == "refused"
    assert refused(trusting, f"HTTPS://{secure.host}/omlaag").kind == "refused"
    assert refused(trusting, f"https://{other}/pagina").kind == "unreachable"  # another name than the certificate's
    assert refused(replace(trusting, ssl_context=None), f"https://{secure.host}/pagina").kind == "unreachable"  # nobody vouches for it
    secure.shutdown()
    secure.server_close()


GONE = "https://www.samenvoordeklant.nl/praktijk/verhaal"
STAMP = "20190611120000"
COPY = {"available": True, "status": "200", "timestamp": STAMP, "url": "{archive}/web/" + f"{STAMP}/{GONE}"}


@pytest.mark.parametrize(
    ("closest", "found"),
    [
        (COPY, True),
        ({**COPY, "url": "{archive}/web/" + f"{STAMP}/http://samenvoordeklant.nl:80/praktijk/verhaal/"}, True),
        ({**COPY, "status": "404"}, False),
        ({**COPY, "available": False}, False),
        ({**COPY, "url": f"http://elders.test/web/{STAMP}/{GONE}"}, False),
        ({**COPY, "url": "{archive}/web/" + f"{STAMP}/https://elders.test/"}, False),
        ({**COPY, "timestamp": "20191399000000", "url": "{archive}/web/" + f"20191399000000/{GONE}"}, False),
        ({**COPY, "timestamp": 5, "url": ["x"]}, False),
        ({**COPY, "timestamp": "("}, False),
        ({**COPY, "timestamp": "２０１９０６１１１２００００", "url": "{archive}/web/" + f"２０１９０６１１１２００００/{GONE}"}, False),
        ({**COPY, "url": "{archive}/web/" + f"{STAMP}/{GONE.replace('verhaal', 'Verhaal')}"}, False),
        ({**COPY, "url": "{archive}/web/" + f"{STAMP}/{GONE.replace('www.', 'WWW.')}"}, True),
        (None, False),
        ("tekst", False),
    ],
)
def test_only_a_working_copy_of_the_page_itself_counts(server: Server, policy: Policy, closest: object, found: bool) -> None:
    archive = f"http://{server.host}"
    answer = json.dumps({"archived_snapshots": {"closest": closest}}).replace("{archive}", archive)
    server.answers["/wayback/available"] = lambda h: h.say(200, answer.encode(), "application/json")
    with Transport(policy) as transport:
        copy = find_copy(transport, GONE, api=f"{archive}/wayback/available", archive=archive)
    assert (copy is not None) is found
    if copy:
        assert copy.url == f"{archive}/web/20190611120000/{GONE}"
        assert copy.raw_url == f"{archive}/web/20190611120000id_/{GONE}"
        assert str(copy.taken) == "2019-06-11"


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"archived_snapshots": []}'])
def test_an_answer_without_a_copy_is_none(server: Server, policy: Policy, body: bytes) -> None:
    server.answers["/wayback/available"] = lambda h: h.say(200, body, "application/json")
    with Transport(policy) as transport:
        assert find_copy(transport, GONE, api=server.url("/wayback/available"), archive=f"http://{server.host}") is None


@pytest.mark.parametrize("body", [b"geen json", b"[" * 100_000])
def test_an_unreadable_answer_of_the_archive_is_one_clear_line(server: Server, policy: Policy, body: bytes) -> None:
    server.answers["/wayback/available"] = lambda h: h.say(200, body, "application/json")
    with Transport(policy) as transport, pytest.raises(FetchError) as caught:
        find_copy(transport, GONE, api=server.url("/wayback/available"), archive=f"http://{server.host}")
    assert caught.value.kind == "unusable"
