"""A question's way through the assistant in lines for who tunes it: understood, looked for, found, decided."""

from collections.abc import Iterator

from rag.question import Understood
from rag.work import Trace

SHOWN = 10
EVIDENCE = 5
WIDTH = 100
_FLAGS = {
    "asks_amount": "een getal",
    "asks_when": "een tijdstip",
    "asks_duration": "een tijdsduur",
    "asks_money": "een bedrag",
    "asks_person": "een persoon",
    "asks_address": "een adres",
    "asks_now": "nu",
    "asks_why": "een reden",
    "asks_others": "anderen",
    "asks_effect": "een effect",
    "asks_result": "een resultaat",
    "wants_link": "een link",
}


def explain(trace: Trace) -> Iterator[str]:
    """The lines, in Dutch."""
    asked = trace.asked
    yield f"Begrepen: {asked.text}"
    yield f"  soort {asked.intent}, taal {asked.language}" + "".join(f", {label}" for label in _asks(asked))
    for label, values in (("regio", asked.regions), ("jaar", asked.years)):
        if values:
            yield f"  {label}: {', '.join(values)}"
    for term in asked.terms:
        others = "; ".join(" ".join(variant) for variant in term.variants)
        yield f"  woord: {term.word} (telt {term.telling:.2f}{', breed' if term.is_broad else ''})" + (f", ook: {others}" if others else "")
    for label, added in (("synoniemen erbij", asked.synonyms), ("vertaling erbij", asked.translations)):
        if added:
            yield f"  {label}: {'; '.join(added)}"
    for one in trace.filters:
        yield f"  alleen {one.facet}: {one.value}"
    yield "Gevonden passages (plaats: woorden, betekenis; score):"
    for at, hit in enumerate(trace.found.hits[:SHOWN], start=1):
        dense = "–" if hit.dense_rank is None else hit.dense_rank
        section = " > ".join(hit.passage.section)[-40:]
        again = "" if hit.reranked is None else f" herordend {hit.reranked:>2}"
        yield f"{at:3}. {hit.lexical_rank:>3} {dense:>3}{again} {hit.score:8.3f}  {section} | {hit.passage.text[:WIDTH]}"
    yield "Zinnen (score; gelijkenis met de zin, met de naaste andere woorden):"
    for evidence in trace.evidence[:EVIDENCE]:
        yield f"     {evidence.score:7.3f}  {evidence.similarity:.3f} {evidence.nearest:.3f}  {evidence.core.text[:WIDTH]}"
    signals = trace.signals
    yield (
        f"Gedragen door de bronnen: {trace.confidence:.2f} (woorden in het bewijs {signals.held:.2f}, gemist {signals.lacks:.2f}, "
        f"nergens {signals.absent:.2f}, naaste {signals.nearest:.3f}, dichter bij wat beantwoord wordt dan bij wat niet "
        f"{'–' if signals.nearer is None else f'{signals.nearer:+.3f}'}, "
        f"een zin die het beantwoordt "
        f"{'–' if signals.answers is None else f'{signals.answers:+.1f}'}, naam die ontbreekt {'ja' if signals.named else 'nee'})"
    )


def _asks(asked: Understood) -> list[str]:
    return [label for name, label in _FLAGS.items() if getattr(asked, name)]
