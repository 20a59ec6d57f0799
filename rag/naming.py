"""Names in a question: what it wants to be named ("aan welke school": the school), and what it calls by a name ("Simpel Switchen")."""

import re
from collections.abc import Sequence

from rag.terms import Term

_NAMED = re.compile(
    r"\b(?P<asks>welke?|wat\s+voor(?:\s+een)?|which|what\s+(?:kind|sort|type)s?\s+of|(?:at|by|for|from|in|on|to|under|with)\s+what|"
    r"what(?=\s+\w+\s+(?:is|are|was|were|do|does|did|has|have|had)\b))\s+(?P<first>\w[\w-]*)(?:\s+(?P<second>\w[\w-]*))?"
)
# Nouns that anything may be an instance of, and places: these an answer seldom calls by the question's own word.
_ANY = re.compile(
    r"(?:manier|wijze|vorm|soort|streek|regio|gemeente|stad|plaats|plek|hoek|gebied|deel|organisatie|partij|bedrij|naam|punt|ding|zaak|way|form|"
    r"kind|sort|type|region|area|place|part|town|cit(?:y|ies)|municipalit|organisation|compan|name|thing|one)\w*"
)
# So many longer words, each with a capital, are a way to write and no name.
EVERY_WORD = 4
# Words with a capital in a row, or with such a word between: not "in" or "en", which join two names.
_CAPITALS = re.compile(
    r"[A-ZÀ-Ý][a-zà-ÿ][\w'’-]*(?:\s+(?:(?:op|aan|van|voor|naar|met|tot|bij|zonder|for|at|of|to)\s+(?:(?:de|het|een|the)\s+)?)?[A-ZÀ-Ý][a-zà-ÿ][\w'’-]*)+"
)
_SENTENCE_BEGINS = re.compile(r"(?:^|[.?!:;\n])\W*$")


def called(text: str) -> list[str]:
    """The names of more than one word in a question: words with a capital inside a sentence. None where every longer word has one."""
    longer = re.findall(r"[^\W\d_][\w'’-]{3,}", text)
    if len(longer) >= EVERY_WORD and all(word[0].isupper() for word in longer):
        return []
    found = []
    for name in _CAPITALS.finditer(text):
        given = name.group()
        if _SENTENCE_BEGINS.search(text[: name.start()]):
            # the first word of a sentence has its capital for that
            given = given.split(maxsplit=1)[1]
            given = given[next((at for at, c in enumerate(given) if c.isupper()), 0) :]
        if len(given.split()) > 1:
            found.append(given)
    return found


def to_be_named(plain: str, terms: Sequence[Term]) -> Term | None:
    """The noun after "welke" or "which" in a question in lower case, one of its `terms`; None where it names none, or anything would do."""
    by_word = {word: term for term in terms for word in term.word.split()}
    for found in _NAMED.finditer(plain):
        first, second = found["first"], found["second"]
        is_adjective = found["asks"] == "welke" and first.endswith("e") and second in by_word and second.endswith(("en", "s"))
        noun = second if is_adjective else first
        term = by_word.get(noun)
        if term is not None and not _ANY.fullmatch(noun):
            return term
    return None
