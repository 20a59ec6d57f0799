"""Understands a question: language, what is asked for, regions, years, and the words to look for."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from index.dutch import Analyser, Thesaurus, fold, words
from index.regions import Area, Regions
from rag.answer import Language
from rag.listing import listed
from rag.naming import called, to_be_named
from rag.terms import Term, is_filler, telling

Intent = Literal["fact", "howto", "list", "compare", "region", "story", "stories", "regions", "themes", "elements"]
# What the catalogue answers, whole and counted, and not the best ten passages.
CATALOGUE: tuple[Intent, ...] = ("stories", "regions", "themes")
MAX_CHARACTERS = 4000
# Of a text that is far too long so much is looked at: for personal data a word of a hundred thousand letters takes twenty seconds.
MOST_READ = 5 * MAX_CHARACTERS
_ENGLISH = frozenset(
    """the is are was what which how do does did who where when why of and in for with about many much their they there
    can you me tell show have has these those that this people from to while it long raise others""".split()
)
_DUTCH = frozenset(
    """de het een is zijn wat welke hoe doet doen wie waar wanneer waarom van en in voor met over veel hun ze er kan kun
    je mij vertel hebben heeft deze die dat dit mensen uit naar op bij te worden wordt niet daar hoeveel aan ook of om als verhaal
    verhalen werk werken geen wel er tussen door""".split()
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_AMOUNT = re.compile(
    r"\b(?:hoeveel|hoe\s+veel|aantal(?:len)?|percentage|procent|welk\s+(?:deel|cijfer|bedrag)|bedrag|kosten?|kostte|budget|"
    r"how\s+many|how\s+much|percent(?:age)?|number\s+of|budget|cost)\b"
)
_ASKS_NUMBER = re.compile(
    r"\b(?:hoeveel|hoe\s+veel|hoe\s+hoog|percentage|welk\s+(?:deel|cijfer|bedrag)|wat\s+(?:kost|kostte|was\s+het\s+budget)|budget|"
    r"(?:wat|what)\s+(?:is|was|are|zijn)\s+(?:de|het|the)\s+(?:gemiddelde|average)|how\s+many|how\s+much|how\s+high|percentage|cost)\b"
)
_WHEN = re.compile(
    r"\b(?:wanneer|welk(?:e)?\s+(?:jaar|maand|datum)|sinds\s+welk|when\s+(?:was|were|did|do|does|is|are|will|has|have)|what\s+year|which\s+year)\b"
)
# How much of something, in words or figures: a fact, no way of doing things.
_MEASURE = re.compile(r"\b(?:hoe\s+(?:vaak|groot|lang|oud|ver|diep|druk)|hoelang|how\s+(?:often|big|large|long|old|far))\b")
_SPAN = r"(?:tijd|uur|uren|minuut|minuten|dag|dagen|week|weken|maand|maanden|jaar|jaren)"
# Of 22,540 wordings that a sentence answers 57 ask so; of 19,949 that none answers 873.
_DURATION = re.compile(
    rf"(?<!ongeacht )(?<!uit )(?<!matter )\b(?:hoe\s*lang|hoe\s+snel\b(?!\s+(?:mensen|je|we|kandidaten)\b)|hoeveel\s+{_SPAN}|"
    rf"binnen\s+(?:hoeveel|welke)\s+(?:termijn|periode|{_SPAN})|how\s+(?:long|soon|quickly|fast)|"
    r"how\s+(?:much\s+time|many\s+(?:hours|minutes|days|weeks|months|years)))\b"
)
# What deserves attention, or takes time or effort, is no money.
_MONEY = re.compile(
    r"\b(?:hoeveel\s+(?:\w+\s+)?(?:euro'?s?|geld)|welk\s+bedrag|hoe\s+duur|"
    r"(?:wat|hoeveel)\s+(?:kost|kosten|kostte|verdien\w*)\b(?!.*\b(?:tijd|moeite|energie|inspanning|aandacht)\b)|"
    r"how\s+much\s+(?:\w+\s+)?money|(?:how\s+much|what)\s+(?:does|did|do)\s+(?:(?!do\b|need\b|to\b)[\w'-]+\s+){1,5}(?:cost|earn)\b)"
)
_ROLE = (
    r"(?:\w+-?)?(?:leiders?|leidsters?|directeur(?:en)?|directrice|directors?|baas|bazen|boss|hoofd|head|wethouders?|managers?|contactpers\w+|"
    r"voorzitters?|minister|burgemeesters?|mayor|bestuurders?|alderman|chair\w*|coordinator\w*|consulent\w*|coach(?:es)?|trekkers?|"
    r"initiatiefnemers?|medewerkers?|auteurs?|schrijvers?|eigena\w+|founders?|oprichters?|authors?|leaders?|persoon|person|man|vrouw)(?![\w-])"
)
# "Hoe heet die aanpak?" asks for no person.
_WHO = re.compile(
    rf"\b(?:(?:heet|heette|heetten|heten|naam\s+van|names?\s+of)\s+(?:de|het|die|the)\s+(?:[\w-]+\s+)?{_ROLE}|"
    rf"(?<!aan )(?<!bij )(?<!met )(?<!door )(?:wie|who)\s+(?:is|was|waren|zijn|are|were)\s+(?:(?:de|the|onze|jullie)\s+)?"
    rf"(?:[\w-]+\s+)?{_ROLE}|"
    r"telefoonnummer|phone\s+number|contactpersoon\s+(?:van|bij|voor))|^(?:en\s+)?hoe\s+heet\s+(?:hij|zij|ze)\W*$"
)
_NOW = re.compile(
    r"\b(?:huidige?|actuele?|op\s+dit\s+moment|momenteel|vandaag|dit\s+jaar|vorig\s+jaar|current(?:ly)?|today|this\s+year|last\s+year|right\s+now|"
    r"eerst\s?volgende|volgend\s+jaar|komende?|upcoming|next)\b"
)
_ADDRESS = re.compile(r"\b(?:e-?mail\w*|mail(?:en)?|mailadres\w*)\b")
_WHY = re.compile(r"\b(?:waarom|waardoor|hoe\s+komt\s+het|why|how\s+come)\b")
_STORY = re.compile(
    r"(?<![\w-])(?:link|url|verhaal|praktijkverhaal|artikel|story|article|pagina|webpagina|(?<!\bop\s)stuk)\b|"
    r"\b(?:waar\s+(?:kan\s+ik|lees\s+ik|vind\s+ik|staat(?!\b.*\bvoor\b))|meer\s+(?:over\s+)?lezen|where\s+(?:can|do)\s+i\s+(?:read|find)|read\s+more)\b"
)
_LIST = re.compile(
    r"^(?:welke|noem|geef|lijst|opsomming|overzicht|wat\s+zijn\s+de|in\s+welke|which|list|name|what\s+are\s+the)\b|"
    r"\b(?:allemaal|alle\s+(?:regio|cijfers?|punten|factoren|onderdelen|redenen|\w+en\b)|(?:hele|complete|volledige)\s+(?:lijst\w*|rij\w*)|lijstje|checklist|"
    r"op\s+een\s+rij\w*|som\s+\w+\s+op|opsommen|full\s+list|all\s+the)\b"
)
_HOWTO = re.compile(r"\b(?:hoe|how|aanpak\w*|manier\w*|tips?|wat\s+helpt|wat\s+werkt|what\s+works|what\s+helps|help\w*)\b")
_ELEMENTS = re.compile(
    r"\b(?:werkzame\s+element\w*|wat\s+werkt|effective\s+elements?|what\s+works|what\s+makes\b.*\b(?:work|difference)|verschil\s+ma(?:ken|akt)|success\s+factors?|succes\s?factor\w*|lessen)\b"
)
_RAISE = re.compile(r"\b(?:verho\w+|vergro\w+|meer|toename|stijg\w*|effect\w*|resulta\w+|oplever\w*|increase\w*|raise\w*|more|uptake)\b")
# What came of it, in the past or at all: not what one wants to come of it.
_RESULT = re.compile(
    r"\b(?:effecten?|resultaten|resultaat|uitkomsten?|opbrengsten?|opgeleverd|(?:lever(?:t|den|de|en))\b.{0,50}\bop(?=\W*$)|"
    r"effects?|results?|outcomes?|impact|(?:achieve|yield)(?:d|s|ed)?|come\s+of\s+it)\b"
)
_OTHERS = re.compile(r"\b(?:andere\w*|elders|others?|elsewhere)\b")
# Where a place is named: after "in" or "gemeente", or as who does something.
_PLACE_NAMED = re.compile(
    r"\b(?:[Ii]n|[Gg]emeente|[Rr]egio|[Pp]rovincie|[Ss]tad|[Rr]ond|[Nn]abij|[Nn]ear|doet|doen|pakt|regelt|does)\s+(?:de\s+|het\s+|the\s+)?"
    r"([A-Z][a-zà-ÿ]{2,}(?:-[A-Z][a-zà-ÿ]+)*)(?![\w-])"
)
_NO_PLACE = frozenset("nederland netherlands holland nederlandse dutch english nederlands engels".split())
_GREETING = re.compile(
    r"^(?:hallo|hoi|hey|hi|hello|goede\s?(?:morgen|middag|avond)|dag|bedankt|dank\s?(?:je|u)(?:\s?wel)?|thanks|thank\s+you|ok|oke|test|"
    r"(?:hoi|hallo)?\W*ik\s+heb\s+een\s+vraag(?:je)?|i\s+have\s+a\s+question|"
    r"hoe\s+gaat\s+het(?:\s+met\s+(?:je|u))?|how\s+are\s+you)\b"
    r"[\s,]*(?:allemaal|iedereen|daar|there|all|everyone|praktijkbaken)?[\s.!?]*$"
)


# How a standalone question says what it takes from the turns before.
CONTEXT: dict[Language, str] = {"nl": "over", "en": "about"}
# What a word from the turns before counts beside one of the question's own.
CONTEXT_WEIGHT = 0.4


@dataclass(frozen=True)
class Understood:
    """What a standalone question asks for.

    `focus` is the part of `text` that asks; `context` are the words that the rest of it brings from the turns before. `to_be_named`: of
    "aan welke school" the school; None where no noun is asked for so. `names`: what a Dutch question calls by a name of more words, but no
    place.
    """

    text: str
    focus: str
    context: str
    language: Language
    intent: Intent
    regions: tuple[str, ...]
    region_words: tuple[str, ...]
    areas: tuple[Area, ...]
    ambiguous: tuple[tuple[str, str], ...]
    misspelt: tuple[tuple[str, str], ...]
    unknown_places: tuple[str, ...]
    years: tuple[str, ...]
    to_be_named: Term | None
    names: tuple[str, ...]
    asks_amount: bool
    asks_when: bool
    asks_duration: bool
    asks_money: bool
    asks_person: bool
    asks_now: bool
    asks_why: bool
    asks_address: bool
    asks_others: bool
    asks_effect: bool
    asks_result: bool
    wants_link: bool
    terms: tuple[Term, ...]
    synonyms: tuple[str, ...]
    translations: tuple[str, ...]


class Reader:
    """Reads questions with one analyser, thesaurus, set of regions and list of common words."""

    def __init__(self, analyser: Analyser, thesaurus: Thesaurus, regions: Regions, common: Mapping[str, float]) -> None:
        self.analyser, self.thesaurus, self.regions, self._common = analyser, thesaurus, regions, common

    def read(self, text: str, focus: str | None = None) -> Understood:
        """What `text`, a standalone question, asks for. Where only a part of it asks and the rest is context, that part is `focus`."""
        asking = focus or text
        plain = " ".join(fold(asking).split())
        language = self.language(asking)
        places = self.regions.find(text, areas=True) or self.regions.misspelt(text, self.is_known)
        regions = tuple(dict.fromkeys(place.region for place in places))
        region_words = tuple(dict.fromkeys(word for place in places for word in words(place.name)))
        areas = tuple(dict.fromkeys(area for place in places if (area := self.regions.area(place.name))))
        own = self._terms(asking, language, frozenset(region_words))
        known = {term.word for term in own}
        around = [] if asking == text else [t for t in self._terms(text, language, frozenset(region_words)) if t.word not in known]
        terms = (*own, *(replace(term, telling=CONTEXT_WEIGHT * term.telling) for term in around))
        # a province with a subject is one place; without one, its regions side by side are the overview
        named = len({place.start for place in places}) if len(regions) > 1 and terms else len(regions)
        return Understood(
            text=text,
            focus=asking,
            context=" ".join([*(term.word for term in around), *(() if asking == text else region_words)]),
            language=language,
            intent=_intent(plain, named, terms),
            regions=regions,
            region_words=region_words,
            areas=areas,
            ambiguous=tuple(dict.fromkeys((p.name, p.region) for p in places if self.regions.is_ambiguous(p.name))),
            misspelt=tuple(dict.fromkeys((p.name, p.region) for p in places if not self.regions.is_spelt_right(p.name))),
            unknown_places=_unknown_places(text, {word for place in places for word in words(place.name)}),
            years=tuple(dict.fromkeys(_YEAR.findall(asking))),
            to_be_named=to_be_named(plain, own),
            names=tuple(name for name in called(asking) if language == "nl" and not set(words(name)) & set(region_words)),
            asks_amount=bool(_ASKS_NUMBER.search(plain)),
            asks_when=bool(_WHEN.search(plain)),
            asks_duration=bool(_DURATION.search(plain)),
            asks_money=bool(_MONEY.search(plain)),
            asks_person=bool(_WHO.search(plain)),
            asks_now=bool(_NOW.search(plain)),
            asks_why=bool(_WHY.search(plain)),
            asks_address=bool(_ADDRESS.search(plain)),
            asks_others=bool(_OTHERS.search(plain)),
            asks_result=bool(_RESULT.search(plain)),
            asks_effect=bool(_RAISE.search(plain) or _AMOUNT.search(plain)),
            wants_link=bool(re.search(r"\b(?:link|url)s?\b", plain)),
            terms=terms,
            synonyms=tuple(self.thesaurus.expand(text)),
            translations=tuple(self.thesaurus.translate(text)) if language == "en" else (),
        )

    def is_known(self, word: str) -> bool:
        """Is this a word that everybody uses, or one of the domain's thesaurus?"""
        return word in self._common or bool(self.thesaurus.expand(word))

    def language(self, text: str) -> Language:
        """English when more of the question's small words are English than Dutch."""
        return self.spoken(text) or "nl"

    def spoken(self, text: str) -> Language | None:
        """The language that the small words of `text` tell; None where they tell none ("Zwolle?")."""
        tokens = fold(text).replace("?", " ").replace(",", " ").split()
        english = sum(token in _ENGLISH and token not in _DUTCH for token in tokens)
        dutch = sum(token in _DUTCH and token not in _ENGLISH for token in tokens)
        return "en" if english > dutch else "nl" if dutch > english else None

    def _terms(self, text: str, language: Language, places: frozenset[str]) -> tuple[Term, ...]:
        terms: dict[str, Term] = {}
        for phrase, others in self.thesaurus.phrases(text, english=language == "en"):
            content = [word for word in self.analyser.content_words(phrase) if not is_filler(word)]
            if not content or set(content) <= places:
                continue
            variants = [tuple(self.analyser.stem(w) for w in self.analyser.content_words(other)) for other in others]
            stems = tuple(self.analyser.stem(word) for word in content)
            # a word of the domain's thesaurus is telling, however common it is elsewhere
            terms[phrase] = Term(phrase, stems, tuple(v for v in variants if v), 1.0 if others else telling(self._common.get(phrase, 0.0)))
        return tuple(terms.values())


def _unknown_places(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Names where a place stands ("in Xdorp", "wat doet Xdorp") that are no known place; whether the sources hold them is not looked at."""
    found = (match.group(1) for match in _PLACE_NAMED.finditer(text))
    return tuple(dict.fromkeys(name for name in found if not name.isupper() and not set(words(name)) & {*known, *_NO_PLACE}))


def as_typed(asked: Understood) -> list[str]:
    """The names in a question and its other telling words as they were typed, accents and capitals kept."""
    typed = {fold(word): word for word in re.findall(r"[\w'’+@&-]+", asked.text)}
    named = {word for name in asked.names for word in words(name)}
    telling = [
        term.word.split() for term in asked.terms if term.is_telling and not term.word.isdigit() and not set(term.word.split()) <= named
    ]
    return [*asked.names, *(" ".join(typed.get(word, word) for word in parts) for parts in telling)]


def is_greeting(text: str) -> bool:
    """Is this a greeting or a test, and no question?"""
    return bool(_GREETING.match(" ".join(fold(text).split())))


def _intent(plain: str, places: int, terms: tuple[Term, ...]) -> Intent:
    """What a question asks for; `places` is how many places it names (one that is several regions counts once)."""
    of_catalogue = listed(plain, limited=places > 0)
    if of_catalogue:
        return of_catalogue
    if _STORY.search(plain) and not re.match(r"(?:hoe|hoeveel|waarom|how|why|wanneer)\b", plain):
        return "story"
    if places >= 2:  # side by side, whether it says "verschil" or not
        return "compare"
    if places and not terms:
        return "region"
    if _ELEMENTS.search(plain) and not places:
        return "elements"
    if _LIST.search(plain) and not _WHEN.search(plain):
        return "list"
    if _ASKS_NUMBER.search(plain) or _WHEN.search(plain) or _MEASURE.search(plain):
        return "fact"
    return "howto" if _HOWTO.search(plain) else "fact"
