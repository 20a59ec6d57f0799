"""What a model's statement is held against, and what may be wrong with it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["form", "leans", "citation", "link", "language", "instruction", "number", "place", "name", "words", "meaning", "turned"]


@dataclass(frozen=True)
class Told:
    """One sentence of the evidence: its text, the regions that it is about, the headings it stands under, and whether it was
    named itself or comes along with one that was. A part of one that names several places has its own `places`."""

    text: str
    regions: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    is_core: bool = True
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Why a statement may not be shown: `what` is the word or number at fault."""

    kind: Kind
    what: str
