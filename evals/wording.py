"""Fits what a question wants of the catalogue by its wording (`rag.wording`) on the examples: `python -m evals.wording`.

Prints how well each fold is told from the others, and writes the weights beside the examples.
"""

from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from index.build import open_index
from index.dutch import fold
from index.embedding import embeddings_for
from index.regions import rows
from praktijkbaken.settings import DEFAULT_MODEL, Settings, load_settings
from rag.assistant import Assistant
from rag.listing import listed
from rag.wording import EXAMPLES, PLACE, THEME, WEIGHTS, fingerprint, hashed, plain, vector_columns, word_columns

FOLDS = 10
SEED = 20190612
RIDGE = 20.0
MOST_STEPS = 3000
OTHER = "other"
# Of the questions that one sentence answers, and of those that nothing answers, every so many-th is an example of something else.
EVERY = {"vragen.csv": 5, "buitenvragen.csv": 9}


def read_ordinary(settings: Settings, assistant: Assistant) -> list[str]:
    """Wordings of questions that no list answers, apart from those that ask for one by the rules."""
    found = []
    for name, every in EVERY.items():
        lines = rows(settings.data / "catalogue" / name, "nr", "vraag", "gewoon", "engels")
        texts = (line[("vraag", "gewoon", "engels")[at % 3]] for at, line in enumerate(lines) if at % every == 0)
        found += [assistant.wording(text) for text in texts if text and not listed(fold(text), limited=True)]
    return found


def read_examples(folder: Path) -> list[tuple[str, str]]:
    """The examples in `folder` with what they want; a free subject becomes one of the domain's words, another in each."""
    subjects = [line["woorden"].split(";")[0] for line in rows(folder / "synoniemen.csv", "woorden")]
    found = []
    for at, line in enumerate(rows(folder / EXAMPLES, "soort", "vraag")):
        wording = line["vraag"].replace("{thema}", THEME).replace("{regio}", PLACE)
        found.append((line["soort"], wording.replace("{onderwerp}", subjects[at % len(subjects)])))
    return found


def report(name: str, columns: NDArray[np.float32], labels: NDArray[np.str_]) -> LogisticRegression:
    """Prints how well unseen examples are told apart; gives the regression over all of them."""
    model = LogisticRegression(C=RIDGE, max_iter=MOST_STEPS)
    told = cross_val_predict(model, columns, labels, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED))
    wants, said = labels != OTHER, told != OTHER
    right, lists, mistaken = (told == labels).mean(), (told == labels)[wants].mean(), said[~wants].mean()
    typer.echo(
        f"{name}: right {right:.3f}; of {wants.sum()} lists and counts {lists:.3f}; of {(~wants).sum()} others taken for one {mistaken:.3f}"
    )
    return model.fit(columns, labels)


def main() -> None:
    """Fits, reports and writes."""
    settings = load_settings()
    folder = settings.data / "language"
    engine = embeddings_for(DEFAULT_MODEL)
    if engine is None:
        raise SystemExit("the default model is not here")
    assistant = Assistant(open_index(settings), settings, engine)
    examples = [*read_examples(folder), *((OTHER, wording) for wording in read_ordinary(settings, assistant))]
    labels = np.array([wanted for wanted, _ in examples])
    counts = np.stack([hashed(wording) for _, wording in examples])
    idf = (np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1).astype(np.float32)
    words = np.stack([word_columns(wording, idf) for _, wording in examples])
    vectors = np.array([engine.embed_query(plain(wording)) for _, wording in examples], np.float32)
    centre = vectors.mean(axis=0)
    both = np.hstack([np.stack([vector_columns(vector.tolist(), centre) for vector in vectors]), words])
    by_words, by_vector = report("words", words, labels), report("words and vector", both, labels)
    np.savez_compressed(
        folder / WEIGHTS,
        classes=by_words.classes_.astype(str),
        examples=np.array(fingerprint(folder)),
        centre=centre,
        idf=idf,
        words=by_words.coef_.astype(np.float16),
        words_bias=by_words.intercept_.astype(np.float32),
        vector=by_vector.coef_.astype(np.float16),
        vector_bias=by_vector.intercept_.astype(np.float32),
    )


if __name__ == "__main__":
    typer.run(main)
