"""The form of a statement: one claim in the language of the question, without links, markup or talk about itself."""

import re

from rag.answer import Language
from rag.instruction import split_request
from rag.lexicon import SMALL
from rag.told import Problem

_LINK = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:nl|com|org|net|eu|io|be|de|info|gov|edu)\b|[\w.+-]+@[\w-]+\.\w|!\[|\]\(|<[a-z/!]|&[a-z#0-9]+;",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[`|{}<>\\\[\]]|\*\*|__|[\x00-\x08\x0b-\x1f\x7f\ufffd\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_ABOUT_ITSELF = re.compile(
    r"\b(?:als (?:ai|taalmodel|assistent)|as an ai|language model|taalmodel|mijn instructies|my instructions|system ?prompt|"
    r"ik (?:ben|kan|zal|heb|mag)|i (?:am|can|will|have|cannot)|volgens (?:de )?(?:bron|bronnen) \d)\b",
    re.IGNORECASE,
)
# Who "they" are is in the statement before, and that one may be dropped. "Daarnaast" points at nobody.
_POINTS_BACK = re.compile(
    r"\W*(?:maar|dat|dit|daar(?!naast)\w*|deze|die|hij|zij|ze|hierdoor|hiermee|zo|ook dat|but|that|this|these|those|they|he|she|so|"
    # in "it is important to" it stands for what follows
    r"it(?! (?:(?:helps|pays) to\b|(?:is|was) (?:\w+ly )?"
    r"(?:important|essential|necessary|possible|useful|good|clear|unclear|difficult|easier) (?:to|that)\b)))\b",
    re.IGNORECASE,
)
LEAST_WORDS, MOST_WORDS = 4, 60


def wrong_form(text: str, language: Language) -> tuple[Problem, ...]:
    """Why `text` is no statement to be checked; empty where it is one."""
    length = len(text.split())
    if _LINK.search(text):
        return (Problem("link", "link"),)
    if _MARKUP.search(text) or not LEAST_WORDS <= length <= MOST_WORDS or text.rstrip().endswith(("?", ":")):
        return (Problem("form", text.split()[0] if text.split() else ""),)
    if split_request(text).instructed or _ABOUT_ITSELF.search(text):
        return (Problem("instruction", text.split()[0]),)
    if _POINTS_BACK.match(text):
        return (Problem("leans", text.split()[0]),)
    counts = {name: sum(word in small for word in re.findall(r"[^\W\d_]+", text.lower())) for name, small in SMALL.items()}
    if max(counts.values()) > counts[language] or (length >= 8 and not counts[language]):
        return (Problem("language", language),)
    return ()
