"""Dutch verbs whose forms the stemmer keeps apart: the parts of "vult … in", "ingevuld" and "in te vullen", "spreken" and "besproken"."""

import re
from collections.abc import Callable, Iterator
from functools import cache

# These stand apart from their verb anywhere behind it; the others are mostly prepositions, and count at the end of a clause alone.
_PARTICLES = "af mee toe terug weg samen vast los neer bijeen klaar".split()
_PREPOSITIONS = "in uit op aan door over om bij na voor tegen achter rond".split()
_PREFIXES = ("", "be", "ver", "ont", "her", *_PARTICLES, *_PREPOSITIONS)
_JOINED = re.compile(rf"({'|'.join((*_PARTICLES, *_PREPOSITIONS))})ge(\w{{3,}})")
_CLAUSE = re.compile(r"[.;:!?,()‘’“”]+\s*|\b(?:en|of|maar|want|omdat|zodat|waardoor|waarbij|terwijl|om)\b")
_TO = re.compile(rf"\b({'|'.join((*_PARTICLES, *_PREPOSITIONS))}) te (\w+)")
# Infinitive, past and participle. Without those whose past is a noun or adverb too ("vroeg", "week", "leed", "bond").
_STRONG = """spreken sprak spraken gesproken|nemen nam namen genomen|geven gaf gaven gegeven|vinden vond vonden gevonden
bieden bood boden geboden|trekken trok trokken getrokken|helpen hielp hielpen geholpen|krijgen kreeg kregen gekregen
blijven bleef bleven gebleven|schrijven schreef schreven geschreven|kiezen koos kozen gekozen|beginnen begon begonnen
verdwijnen verdween verdwenen|stijgen steeg stegen gestegen|komen kwam kwamen gekomen|brengen bracht brachten gebracht
denken dacht dachten gedacht|zoeken zocht zochten gezocht|staan stond stonden gestaan|gaan ging gingen gegaan|lopen liep liepen gelopen
laten liet lieten gelaten|houden hield hielden gehouden|vallen viel vielen gevallen|werven wierf wierven geworven
sluiten sloot sloten gesloten|verliezen verloor verloren|treffen trof troffen getroffen|wijzen wees wezen gewezen
blijken bleek bleken gebleken|dragen droeg droegen gedragen|lezen las lazen gelezen|zitten zat zaten gezeten|liggen lag lagen gelegen
kopen kocht kochten gekocht|winnen won wonnen gewonnen|begrijpen begreep begrepen|bewegen bewoog bewogen|krimpen kromp krompen gekrompen"""
# Nouns that are not the verb with a -t.
_NO_VERB = frozenset(("plant", "tent", "kaart", "sport", "start", "poort", "beurt", "part", "post"))


class Verbs:
    """The roots of the verbs of a text, by the stemmer `stem`."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._strong: dict[str, str] = {}
        for line in re.split(r"[|\n]", _STRONG):
            first, *others = line.split()
            self._strong |= {stem(other): stem(first) for other in others}
        self.roots = cache(self._roots)

    def joined(self, text: str) -> dict[str, frozenset[str]]:
        """For each word of a text that stands apart from its particle the roots of the whole verb: "vult" of "vult de lijst in"."""
        found: dict[str, set[str]] = {}
        for word, particle in self._pairs(text.lower()):
            found.setdefault(word, set()).update(particle + root for root in self.roots(word))
        return {word: frozenset(roots) for word, roots in found.items()}

    def _pairs(self, text: str) -> Iterator[tuple[str, str]]:
        yield from ((word, particle) for particle, word in _TO.findall(text))
        for clause in _CLAUSE.split(text):
            words = re.findall(r"[^\W\d_]+", clause)
            for at, particle in enumerate(words):
                if particle in _PARTICLES or (particle in _PREPOSITIONS and at == len(words) - 1):
                    yield from ((word, particle) for word in words[:at] if len(word) > 2)

    def _roots(self, word: str) -> frozenset[str]:
        """The stem of `word`, as a verb's too: without the -t of "vult", with the vowel of "besproken" as in "bespreken"."""
        own = self._stem(word)
        stems = {own}
        if len(own) > 3 and own.endswith("t") and own not in _NO_VERB:
            stems.add(own[:-1])
        participle = _JOINED.fullmatch(word)
        if participle:
            particle, rest = participle.groups()
            stems |= {particle + self._stem(part) for part in (rest, rest[:-1]) if rest[-1] in "dt"}
        for stem in (own, own.removeprefix("ge")):
            for prefix in _PREFIXES:
                if stem.startswith(prefix) and stem[len(prefix) :] in self._strong:
                    stems.add(prefix + self._strong[stem[len(prefix) :]])
        return frozenset(stems)
