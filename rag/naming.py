"""What a question wants to be named: the school of "aan welke school", the country of "from which country"."""

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
