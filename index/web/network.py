"""Connections that can only go to addresses that were checked: the lowest step of the guarded transport.

A name is looked up once, every address it has is checked, and the connection goes to a checked address: a second
look-up (rebinding) cannot change it. Each read and write has what is left of the whole request's time.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

Resolve = Callable[[str, int], list[str]]
IsAllowed = Callable[[str], bool]
# Prefixes that carry an IPv4 address inside an IPv6 one: NAT64 and 6to4, with the place of the four bytes.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")
# Not for the public (IANA's special-purpose registries), yet `is_global` in Python 3.11 says they are.
_SPECIAL = tuple(ipaddress.ip_network(block) for block in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "fec0::/10"))


class RefusedAddressError(Exception):
    """A name leads to an address that is not public."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of `host`. Raises `OSError`."""
    return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Is this an address on the public internet, also when it is wrapped in an IPv6 one?"""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(ip.packed[-4:])))
        if ip in _SIX_TO_FOUR:
            return is_public(str(ipaddress.IPv4Address(ip.packed[2:6])))
        if ip in _TEREDO:
            return False
    special = any(ip in block for block in _SPECIAL)
    return ip.is_global and not (special or ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class Deadline:
    """The moment a request must be done. Raises `httpcore.TimeoutException` when asked for time that is not there."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def later(self, seconds: float) -> "Deadline":
        """The same deadline, put off by the seconds that were spent waiting for a turn."""
        put_off = Deadline(0.0)
        put_off._at = self._at + seconds
        return put_off

    def left(self) -> float:
        """Seconds that remain."""
        remaining = self._at - time.monotonic()
        if remaining <= 0:
            raise httpcore.ReadTimeout("no time left")
        return remaining


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, within `deadline`."""

    def __init__(self, resolve: Resolve, is_allowed: IsAllowed, deadline: Deadline) -> None:
        self._resolve, self._is_allowed, self._deadline = resolve, is_allowed, deadline
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of `host` that answers. Raises `RefusedAddressError` when one of them is not allowed."""
        addresses = self._look_up(host, port)
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            if not self._is_allowed(address):
                raise RefusedAddressError(address)
        for at, address in enumerate(addresses[:-1]):
            try:
                # an address that says nothing (a broken IPv6 route) leaves the others their share of the time
                return self._connect(address, port, self._deadline.left() / (len(addresses) - at))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, self._deadline.left())

    def _connect(self, address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        return _TimedStream(self._real.connect_tcp(address, port, timeout=seconds), self._deadline)

    def _look_up(self, host: str, port: int) -> list[str]:
        # the system's resolver takes no time limit; a thread that hangs in it is left behind, and as a daemon: a thread
        # of concurrent.futures is waited for when the program ends
        found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def look() -> None:
            try:
                found.put(self._resolve(host, port))
            except Exception as error:
                found.put(error)

        threading.Thread(target=look, daemon=True).start()
        try:
            result = found.get(timeout=self._deadline.left())
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"{host}: the name was not found in time") from None
        if isinstance(result, (OSError, UnicodeError)):
            raise httpcore.ConnectError(str(result))
        if isinstance(result, Exception):
            raise result
        return result


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every step has only the time that is left."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
