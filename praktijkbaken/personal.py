"""Personal data in a question: replaced by placeholders before anything is stored, searched or sent."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"(?<![\w.,])\d(?:[ .]?\d){7,8}(?![\w]|[.,]\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+31|0031|0)[ -]?\(?\d{1,3}\)?(?:[ -]?\d){6,8}(?!\d)")
_CAPITAL = "A-ZÀ-ÖØ-ÞČĆĎĐĘĞİŁŃŇÓŘŚŞŠŤŮŹŻŽ"
_BETWEEN = r"(?:(?:van|von|de|den|der|ter|ten|te|el|al|ben|bin|la|le|da|dos|du|(?:in|op|van|aan)\s+['’]t|['’]t)[\s-]+)"
_INITIALS = rf"(?:[{_CAPITAL}]\.\s?)*"
# "van UWV" and "van de WW" say where someone works.
_FAMILY = rf"(?:{_BETWEEN}+(?![A-Z]{{2,}}\b))?[{_CAPITAL}][\w'’-]+(?:\s+(?:{_BETWEEN}+(?![A-Z]{{2,}}\b))?[{_CAPITAL}][\w'’-]+){{0,3}}"
# A function is no name ("mevrouw Wethouder"), and neither is what is said of all clients ("Klant Centraal").
_FUNCTION = r"(?:Wethouder|Burgemeester|Directeur|Voorzitter|Minister|Staatssecretaris|Gedeputeerde|Professor)\b"
_TITLED = re.compile(
    r"\b((?:[Mm]eneer|[Mm]ijnheer|[Mm]evrouw|[Mm]evr\b\.?|[Mm]w\b\.?|[Dd]hr\b\.?|(?:[Dd]e\s+)?[Hh]eer|M(?:r|rs|s)\b\.?|mr\.|mrs\.|ms\.))\s+"
    rf"(?!{_FUNCTION})({_INITIALS}{_FAMILY}|[{_CAPITAL}]\b\.?(?!\w))"
)
# Of clients a place may be said ("de klant van Twente"), an abbreviation ("klant UWV"), and a theme is called "Ken je klant".
_CLIENT = re.compile(
    r"\b(?<![Kk]en je )(?<![Kk]en de )((?:[Kk]lant|[Cc]li[ëe]nte?|[Kk]andidaat))\s+"
    rf"(?!{_FUNCTION}|Centraal\b|[A-Z]{{2,}}\b)({_INITIALS}(?!van\s+[{_CAPITAL}]){_FAMILY})"
)
_ADDRESS = re.compile(r"\b[A-Z][a-zé]+(?:straat|laan|weg|plein|gracht|kade|dijk|hof|singel)\s+\d+\s?[a-zA-Z]?\b")
_BIRTH = re.compile(r"(?i)\b(geboren(?:\s+op)?|geb\.|geboortedatum:?|born(?:\s+on)?)\s+\d{1,2}[-/. ]\w{1,9}[-/. ]\d{2,4}")


@dataclass(frozen=True)
class Cleaned:
    """A question without personal data, and the kinds that were replaced."""

    text: str
    removed: tuple[str, ...]


def _is_bsn(match: re.Match[str]) -> bool:
    """The eleven-test: 9a+8b+…+2h−i divisible by 11 (Logisch Ontwerp BSN)."""
    digits = [int(c) for c in match.group() if c.isdigit()]
    if len(digits) == 8:
        digits = [0, *digits]
    weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
    total = sum(w * d for w, d in zip(weights, digits, strict=True))
    return len(digits) == 9 and total % 11 == 0 and any(digits)


def clean(text: str) -> Cleaned:
    """The text with BSN, IBAN, e-mail, phone, birth date, address and titled names replaced by placeholders."""
    removed: list[str] = []

    def put(kind: str, pattern: re.Pattern[str], text: str) -> str:
        def one(match: re.Match[str]) -> str:
            if kind == "BSN" and not _is_bsn(match):
                return match.group()
            if kind not in removed:
                removed.append(kind)
            if kind == "NAAM":
                return f"{match.group(1)} [NAAM]"
            return f"[{kind}]"

        return pattern.sub(one, text)

    for kind, pattern in (
        ("E-MAIL", _EMAIL),
        ("IBAN", _IBAN),
        ("BSN", _NUMBER),
        ("TELEFOON", _PHONE),
        ("GEBOORTEDATUM", _BIRTH),
        ("ADRES", _ADDRESS),
        ("NAAM", _TITLED),
        ("NAAM", _CLIENT),
    ):
        text = put(kind, pattern, text)
    return Cleaned(text, tuple(removed))
