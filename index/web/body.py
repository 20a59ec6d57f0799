"""What a response holds, within limits: the guarded transport's step from bytes on the line to a page.

A packed body is unpacked a bounded piece at a time, so a small one that unpacks to a gigabyte costs no more memory than a page may.
"""

import zlib
from collections.abc import Iterable

import httpx

from praktijkbaken.errors import FetchError

_UNPACKED_AT_A_TIME = 65_536


def read_body(url: httpx.URL, headers: httpx.Headers, stream: Iterable[bytes], most: int, types: frozenset[str] | None) -> bytes:
    """The body, unpacked, of at most `most` bytes. `types` None (robots.txt): any type will do, and a longer body is cut off.

    Raises `FetchError`; on type, packing and announced length before anything is read.
    """
    kind, _ = content_kind(headers)
    if types is not None and kind not in types:
        raise FetchError(f"{url} is van het soort {kind or 'onbekend'!r}; dat kan niet gelezen worden.", kind="unusable")
    packing = headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(f"{url} is ingepakt als {packing!r}; dat wordt niet uitgepakt.", kind="unusable")
    length = headers.get("content-length", "")
    if types is not None and length.isdecimal() and int(length) > most:
        raise _too_large(url, most)
    unpack = zlib.decompressobj(wbits=31) if packing.endswith("gzip") else None
    body = bytearray()
    try:
        for chunk in stream:
            for piece in _pieces(unpack, chunk):
                body += piece
                if len(body) > most:
                    if types is None:
                        return bytes(body[:most])
                    raise _too_large(url, most)
    except zlib.error:
        raise FetchError(f"{url} is niet goed ingepakt (gzip). Probeer het later opnieuw.", kind="unusable") from None
    if unpack is not None and not unpack.eof:
        raise FetchError(f"{url} brak halverwege af. Probeer het later opnieuw.", kind="unusable")
    return bytes(body)


def content_kind(headers: httpx.Headers) -> tuple[str, str | None]:
    """The content type, empty where there is none, and its charset."""
    given = headers.get("content-type", "")
    # what stands there may be beyond ASCII, which httpx would refuse to write
    charset = httpx.Response(200, headers=httpx.Headers({"content-type": given}, encoding="utf-8")).charset_encoding
    return given.partition(";")[0].strip().lower(), charset


def _too_large(url: httpx.URL, most: int) -> FetchError:
    return FetchError(f"{url} is groter dan {most / 1_000_000:g} MB.", kind="unusable")


def _pieces(unpack: "zlib._Decompress | None", chunk: bytes) -> Iterable[bytes]:
    """The chunk unpacked, a bounded piece at a time."""
    if unpack is None:
        yield chunk
        return
    while chunk:
        if unpack.eof:  # a second packed part, or rubbish: the page would be cut short without a word
            raise zlib.error
        yield unpack.decompress(chunk, _UNPACKED_AT_A_TIME)
        chunk = unpack.unconsumed_tail or unpack.unused_data
