"""The numbers of a text, in digits or in words, Dutch or English: what a statement of a model may not get wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

_UNITS = {
    **dict(
        zip("nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien".split(), range(16), strict=True)
    ),
    **dict(zip("zestien zeventien achttien negentien".split(), range(16, 20), strict=True)),
    **dict(
        zip("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), range(16), strict=True)
    ),
    **dict(zip("sixteen seventeen eighteen nineteen".split(), range(16, 20), strict=True)),
}
_TENS = {
    **dict(zip("twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(), range(20, 100, 10), strict=True)),
    **dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)),
}
_DUTCH_UNITS = "een twee drie vier vijf zes zeven acht negen".split()
_SMALL = {
    **_UNITS,
    **_TENS,
    **{f"{unit}en{ten}": _UNITS[unit] + value for unit, (ten, value) in product(_DUTCH_UNITS, _TENS.items())},
}
_SCALES = {"honderd": 100, "hundred": 100, "duizend": 1000, "thousand": 1000, "miljoen": 1_000_000, "million": 1_000_000}
_VAGUE = {
    **dict.fromkeys(("tientallen", "dozens"), "tens"),
    **dict.fromkeys(("honderden", "hundreds"), "hundreds"),
    **dict.fromkeys(("duizenden", "thousands"), "thousands"),
    **dict.fromkeys(("helft", "half", "halve"), "1/2"),
    **dict.fromkeys(("kwart", "quarter", "quarters"), "1/4"),
    **dict.fromkeys(("derde", "third", "thirds"), "3rd"),
    **dict.fromkeys(("tweede", "second"), "2nd"),
    **dict.fromkeys(("vierde", "fourth"), "4th"),
    **dict.fromkeys(("vijfde", "fifth"), "5th"),
    **dict.fromkeys(("tiende", "tenth"), "10th"),
    **dict.fromkeys(("eenmaal", "once"), "1"),
    **dict.fromkeys(("tweemaal", "twice"), "2"),
    **dict.fromkeys(("driemaal",), "3"),
    **dict.fromkeys(
        ("dubbel", "dubbele", "verdubbeling", "verdubbeld", "verdubbelt", "verdubbelen", "double", "doubled", "doubling"), "double"
    ),
    **dict.fromkeys(("verdrievoudigd", "verdrievoudigt", "triple", "tripled"), "triple"),
    **dict.fromkeys(("gehalveerd", "halveert", "halved", "halve"), "halved"),
    **dict.fromkeys(("beide", "beiden", "both"), "2"),
}
_MONTHS = {
    name: f"month {at}"
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "january february march april may june july august september october november december",
    )
    for at, name in enumerate(names.split(), start=1)
}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?![\w@])|[^\W\d_]+|€|%|[.;:!?]", re.UNICODE)
_GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_PERCENT = frozenset(("%", "procent", "percent", "percentage"))
_EURO = frozenset(("€", "euro", "euros"))
# How many words after a number may be what it counts.
COUNTED = 3


@dataclass(frozen=True)
class Amount:
    """A number as it is comparable: `value` in digits ("7.8", "11000") or a name ("hundreds"), `unit` "percent", "euro" or
    empty, and `counted`: the words that follow it, among them what it counts."""

    value: str
    unit: str
    counted: tuple[str, ...]


def amounts(text: str, plain: Callable[[str], str]) -> list[Amount]:
    """The numbers of `text`, in order; `plain` folds a word. A number inside a name ("Podium24") is none."""
    tokens = [plain(token) or token for token in _TOKEN.findall(_without_names(text))]
    accented = {at for at, token in enumerate(_TOKEN.findall(_without_names(text))) if token.lower() in ("één", "eén")}
    found, at = [], 0
    while at < len(tokens):
        value, used = _value(tokens, at, at in accented)
        if value is None:
            at += 1
            continue
        after = tokens[at + used : at + used + COUNTED + 1]
        unit = "percent" if after[:1] and after[0] in _PERCENT else "euro" if _is_money(tokens, at, after) else ""
        counted = []
        for word in after:
            if word in ".;:!?" or _value([word], 0, False)[0] is not None:
                break
            counted.append(word)
        found.append(Amount(value, unit, tuple(counted)))
        at += used
    return found


def _without_names(text: str) -> str:
    """The text without what holds letters and digits together, and with the parts of a number word apart."""
    return re.sub(r"(?<!\w)(?=[\w@+]*\d)(?=[\w@+]*[^\W\d_])[\w@+]+", " ", text.replace("-", " "))


def _is_money(tokens: list[str], at: int, after: list[str]) -> bool:
    return bool((after and after[0] in _EURO) or (at and tokens[at - 1] in _EURO))


def _value(tokens: list[str], at: int, accented: bool) -> tuple[str | None, int]:
    """The number that begins at `at` and how many tokens it takes; None where there is none."""
    token = tokens[at]
    if token[0].isdigit():
        return _digits(token), 1
    if token in _VAGUE:
        return _VAGUE[token], 1
    if token in _MONTHS and (token not in ("may", "march", "mei", "maart") or (at + 1 < len(tokens) and tokens[at + 1][0].isdigit())):
        return _MONTHS[token], 1
    if token in ("een", "one") and not accented:  # "een" is an article, "one of the" counts nothing
        return None, 1
    total, used = 0, 0
    while at + used < len(tokens):
        part = _word(tokens[at + used])
        if part is None:
            break
        scale = _SCALES.get(tokens[at + used])
        total = max(1, total) * scale if scale and used else total + part
        used += 1
    return (str(total), used) if used else (None, 1)


def _digits(token: str) -> str:
    plain = token.strip(".,")
    if _GROUPED.match(plain):
        return re.sub(r"[.,]", "", plain)
    whole, _, rest = plain.replace(",", ".").partition(".")
    return f"{int(whole)}.{rest}" if rest else str(int(whole))


def _word(word: str) -> int | None:
    """The value of one word, also a Dutch compound ("tweehonderd", "elfduizend"); None where it is no number."""
    if word in _SMALL:
        return _SMALL[word]
    for name, scale in (("duizend", 1000), ("honderd", 100)):
        before, found, after = word.partition(name)
        if found:
            first = _word(before) if before else 1
            rest = _word(after) if after else 0
            if first is not None and rest is not None:
                return first * scale + rest
    return _SCALES.get(word)
