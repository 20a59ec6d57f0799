"""What a sentence must hold to fill the slot that is asked for: a number, a time, how long, money. Sources are Dutch, also for English."""

import re

from praktijkbaken.dates import MONTHS

_DIGITS = "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen"
_TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_TEENS = "(?:der|veer|vijf|zes|zeven|acht|negen)?tien|elf|twaalf"
_TO_99 = rf"(?:(?:{_DIGITS})(?:en|ën)(?:{_TENS})|{_TENS}|{_TEENS}|twee|drie|vier|vijf|zes|zeven|acht|negen)"
# As Dutch writes a number in one word: "negentien", "vijfentwintig", "driehonderd", "elfduizend". "Een" alone is an article.
_NUMBER_WORDS = (
    rf"(?:{_TO_99})?honderd(?:en)?(?:{_TO_99})?|(?:{_TO_99}|(?:{_DIGITS})?honderd)?duizend(?:en)?|{_TO_99}|"
    "tientallen|miljoen|miljoenen|dozijn|helft|kwart|derde|driemaal|tweemaal"
)
_MONTHS = "|".join(MONTHS["nl"])
NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
# A year or a span is a number too, and counts nothing.
_NO_COUNT = re.compile(
    rf"\b(?:19|20)\d{{2}}\b|\b(?:\d+|{_NUMBER_WORDS})\s+(?:half)?(?:jaar|jaren|maand|maanden|week|weken|dag|dagen|uur|uren)\b",
    re.IGNORECASE,
)
TIME = re.compile(rf"\b(?:19|20)\d{{2}}\b|\b(?:{_MONTHS})\b", re.IGNORECASE)
# A span with its unit ("drie maanden", "halfjaar", "veertigjarig"), a year that it runs from or to, or a word for how long or how soon.
DURATION = re.compile(
    r"\b(?:half|school|werk|week|kwart)?(?:jaar|jaren|maanden?|maandelijks\w*|week|weken|dag|dagen|daags\w*|uur|uren|minuten|kwartier)\b|"
    r"\b\w*jarige?\b|\b(?:19|20)\d{2}\b|\b(?:kortdurend\w*|langdurig\w*|tijdelijk\w*|permanent\w*|blijvend\w*|afzienbare|"
    r"(?:zo|al)\s+snel|vroegtijdig|daarna|meteen|direct)\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"€|\b(?:euro'?s?|gratis|kosteloos|\w*kosten|kost|kostte|\w*bedrag\w*|miljoen|\w*budget\w*|geld|geldbedrag\w*|gefinancierd|invester\w+|"
    r"\w*(?:salaris|loon)|aanneemsom)\b",
    re.IGNORECASE,
)


def counts(text: str) -> bool:
    """Does `text` hold a number of something, not only a year or a span of time?"""
    return bool(NUMBER.search(_NO_COUNT.sub(" ", text)))
