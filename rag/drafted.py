"""Reads what a model wrote: a statement a line with the numbers of its evidence. What has another form is no statement."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WORD = r"(?:bron|bronnen|source|sources|citaat|zin|nr\.?|no\.?)\s*:?\s*"
_LIST = r"\d{1,4}(?:\s*(?:,|;|&|en|and|-|–)\s*(?:bron|source)?\s*\d{1,4})*"
_MARK = re.compile(
    rf"[\[【]\s*(?:{_WORD})?({_LIST})(?:†[^\]】]*)?\s*[\]】]|\(\s*{_WORD}({_LIST})\s*\)|(?<=[.\s]){_WORD}({_LIST})(?=\W*$)", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)](?=\s))\s+")
_NO_STATEMENT = re.compile(r"^\s*(?:#|\||>|```|[{\[\]}\"]|<|\*\*[^*]+\*\*:?\s*$)")
_CLOSED = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,])[*_](?!\w)")
MOST_LINE = 2000


@dataclass(frozen=True)
class Drafted:
    """A statement as a model wrote it, and the numbers that it names. What has no number is no statement."""

    text: str
    numbers: tuple[int, ...]


def statements(line: str) -> Iterator[Drafted]:
    """The statements of one line; several where sentences with marks follow each other."""
    if not line.strip() or len(line) > MOST_LINE or _NO_STATEMENT.match(line):
        return
    plain = _EMPHASIS.sub("", _BULLET.sub("", line)).strip()
    text, numbers, at = "", [], 0
    marks = list(_MARK.finditer(plain))
    for mark, following in zip(marks, [*marks[1:], None][: len(marks)], strict=True):
        text += plain[at : mark.start()]
        numbers += _numbers(mark)
        at = mark.end()
        rest = plain[at : following.start() if following else len(plain)]
        stop = re.match(r"\s*[.!?]", rest)
        if stop and text.rstrip()[-1:] not in ".!?":
            text = text.rstrip() + stop.group().strip()
            at += stop.end()
            rest = rest[stop.end() :]
        goes_on = rest.strip() and (rest.lstrip()[:1].islower() or rest.lstrip()[:1] in ",;") and not stop
        if goes_on and following is None:
            return  # words after the last mark stand on no number
        if (not goes_on and rest.strip()) or following is None:
            if numbers and _tidy(text):
                yield Drafted(_tidy(text), tuple(dict.fromkeys(numbers)))
            text, numbers = "", []


def lines(pieces: Iterable[str]) -> Iterator[str]:
    """The whole lines of a text that comes in pieces; thinking aloud is left out."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        if _OPEN.search(_CLOSED.sub("", waiting)):
            continue
        waiting = _CLOSED.sub("", waiting)
        *whole, waiting = re.split(r"\r\n|\r|\n", waiting)
        yield from whole
    waiting = _OPEN.split(_CLOSED.sub("", waiting))[0]
    if waiting:
        yield waiting


def _numbers(mark: re.Match[str]) -> list[int]:
    found: list[int] = []
    for part in re.finditer(r"(\d+)\s*[-–]\s*(\d+)|(\d+)", next(group for group in mark.groups() if group)):
        first, last, alone = part.groups()
        found += [int(alone)] if alone else list(range(int(first), min(int(last), int(first) + 9) + 1))
    return found


def _tidy(text: str) -> str:
    plain = " ".join(text.split()).strip(' "“”')
    plain = re.sub(r"\s+([.,;!?])", r"\1", plain)
    if plain and plain[-1] not in ".!?…":
        plain += "."
    return plain[:1].upper() + plain[1:]
