"""The dense half: passages and their vectors in Chroma. The one module that imports Chroma.

Vectors are always passed in: Chroma's own embedding functions go to the network.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.passages import Passage
from index.vectors import Progress, Vector
from praktijkbaken.errors import SnapshotError

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

COLLECTION = "passages"
BATCH = 150
# So many neighbours are looked at that the report's passages are searched whole: the default leaves some out, others in each build.
HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_construction": 500, "ef_search": 500}
# Chroma measures cosine distance in single precision.
TOLERANCE = 1e-3
# AttributeError: what chromadb 1.5 ends in when its database file is no database
_BROKEN = (ChromaError, ValueError, OSError, RuntimeError, AttributeError)


@dataclass(frozen=True)
class PassageStore:
    """The passages of one snapshot in Chroma, read through LangChain's vector store."""

    vector_store: Chroma
    count: int

    @classmethod
    def build(cls, folder: Path, passages: Sequence[Passage], vectors: Vector, snapshot: str, progress: Progress) -> None:
        """Writes all passages into a new collection in `folder`."""
        collection = _client(folder).create_collection(
            COLLECTION, embedding_function=None, metadata={"snapshot": snapshot}, configuration={"hnsw": HNSW}
        )
        for start in range(0, len(passages), BATCH):
            part = passages[start : start + BATCH]
            collection.add(
                ids=[p.id for p in part],
                embeddings=vectors[start : start + BATCH],
                documents=[p.text for p in part],
                metadatas=[
                    {"document": p.document_id, "theme": p.theme, "page": p.page or 0, "section": " > ".join(p.section)} for p in part
                ],
            )
            progress(start + len(part), len(passages))

    @classmethod
    def open(cls, folder: Path, snapshot: str, count: int, engine: Embeddings | None) -> "PassageStore":
        """The store in `folder`.

        Raises `SnapshotError` when it is not there, cannot be read, or is not complete and of this snapshot.
        """
        try:
            client = _client(folder)
            collection = client.get_collection(COLLECTION, embedding_function=None)
            held, of = collection.count(), (collection.metadata or {}).get("snapshot")
            store = Chroma(client=client, collection_name=COLLECTION, embedding_function=engine, create_collection_if_not_exists=False)
        except _BROKEN as error:
            raise SnapshotError(f"De vectoren (Chroma) zijn niet te openen: {type(error).__name__}. Geef: praktijkbaken index") from None
        if held != count or of != snapshot:
            raise SnapshotError(
                f"De vectoren (Chroma) horen niet bij deze index ({held} in plaats van {count} passages). Geef: praktijkbaken index"
            )
        return cls(store, count)

    def nearest(self, vector: Sequence[float], k: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the `k` passages nearest to `vector`, best first.

        Raises `SnapshotError` when Chroma cannot answer.
        """
        try:
            found = self.vector_store.similarity_search_by_vector_with_relevance_scores(list(vector), k=min(k, self.count))
        except (*_BROKEN, TypeError) as error:  # TypeError: a passage whose text is gone
            raise SnapshotError(f"De vectoren (Chroma) zijn beschadigd: {type(error).__name__}. Geef: praktijkbaken index") from None
        return [(str(document.id), 1.0 - distance) for document, distance in found]

    def check(self, passages: Sequence[Passage], vectors: Vector) -> str | None:
        """What is wrong with the store when held against the snapshot's own passages and vectors; None when nothing is."""
        try:
            held = self.vector_store.get(include=["embeddings", "documents"])
        except _BROKEN as error:
            return f"niet te lezen ({type(error).__name__})"
        rows = {name: (row, text) for name, row, text in zip(held["ids"], held["embeddings"], held["documents"], strict=True)}
        for passage, vector in zip(passages, vectors, strict=True):
            if passage.id not in rows:
                return f"passage {passage.id} ontbreekt"
            row, text = rows[passage.id]
            if text != passage.text or float(np.abs(np.asarray(row) - vector).max()) > TOLERANCE:
                return f"passage {passage.id} is veranderd"
        return None


def _client(folder: Path) -> ClientAPI:
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
