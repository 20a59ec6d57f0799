"""Splits running text into sentences and keeps the offsets.

Ours, because the well-kept splitters (simplemma, nltk) return strings: a quote needs its place, and looking the
strings up again fails where the report's white space is irregular.
"""

import re

_END = re.compile(r"[.!?]+[”\"’')\]]*(?=\s+(?:[\"“‘'’(]?[A-ZÀ-Þ0-9]|\())")
_ABBREVIATION = re.compile(r"(?:\b(?:bijv|ca|dhr|mevr|mw|nr|art|o\.a|m\.n|t\.a\.v|d\.w\.z|i\.v\.m|vgl|mr|dr|drs)|\b[A-Z])\.$")


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """`[start, end)` of each sentence in `text[start:end]`, without the white space around it."""
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text, begin, match.end()) or text[begin : match.end()].rstrip().endswith(" nl."):
            continue
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, end))
    trimmed: list[tuple[int, int]] = []
    for a, b in spans:
        piece = text[a:b]
        a += len(piece) - len(piece.lstrip())
        b -= len(piece) - len(piece.rstrip())
        if trimmed and a < b and _is_remnant(text[a:b]):
            trimmed[-1] = (trimmed[-1][0], b)
        elif a < b:
            trimmed.append((a, b))
    return trimmed


def _is_remnant(piece: str) -> bool:
    """A number that closes a row ("toolbox.  4") or a source in brackets ("(Zwolle)"): no sentence of its own."""
    return not any(char.isalpha() for char in piece) or (piece[0] == "(" and piece[-1] == ")" and len(piece.split()) <= 2)
