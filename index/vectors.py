"""Vectors that need not be computed again: addressed by model and content, shipped in `data/` or kept by a snapshot."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Progress = Callable[[int, int], None]


class _Embeds(Protocol):
    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


def one_blas_thread() -> None:
    """From here on this process multiplies matrices on one thread: eight questions at a time must not each take all cores.

    Seen on two cores: eight questions together took 0.46 s with a thread a core for each product, and less than 0.4 s with one.
    """
    import threadpoolctl

    threadpoolctl.threadpool_limits(limits=1, user_api="blas")


def address(model: str, text: str) -> bytes:
    """The 16-byte address of a text's vector under one model."""
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()[:16]


def addresses(model: str, texts: Sequence[str]) -> NDArray[np.uint8]:
    """The addresses of `texts`, a row of 16 bytes each."""
    return np.frombuffer(b"".join(address(model, text) for text in texts), dtype=np.uint8).reshape(-1, 16)


class VectorCache:
    """Known vectors by address. On disk a byte a number and a scale a vector: half the size of half precision.

    The cosine of each with its original is at least 0.9999 (checked by a test).
    """

    def __init__(self, known: dict[bytes, Vector] | None = None) -> None:
        self._known = known or {}

    def __len__(self) -> int:
        return len(self._known)

    @classmethod
    def read(cls, files: Iterable[Path]) -> "VectorCache":
        """The vectors of those `files` that exist and can be read: a cache may be absent, never fatal."""
        known: dict[bytes, Vector] = {}
        for file in files:
            try:
                with np.load(file, allow_pickle=False) as stored:
                    vectors = stored["vectors"] * stored["scales"].astype(np.float32)
                    known.update(zip((bytes(key) for key in stored["keys"]), vectors, strict=True))
            except (OSError, KeyError, ValueError, EOFError, BadZipFile):
                continue
        return cls(known)

    def take(self, keys: NDArray[np.uint8], vectors: Vector) -> None:
        """Knows these vectors too; one that is known already stays as it is."""
        for key, vector in zip(keys, vectors, strict=True):
            self._known.setdefault(bytes(key), vector)

    def embed(self, texts: Sequence[str], model: str, engine: _Embeds | None, batch: int, progress: Progress) -> tuple[Vector, int] | None:
        """A unit-length row a text, and how many were computed now; None when some are unknown and there is no engine."""
        keys = [address(model, text) for text in texts]
        unknown = [at for at, key in enumerate(keys) if key not in self._known]
        if unknown and engine is None:
            return None
        progress(len(texts) - len(unknown), len(texts))
        for start in range(0, len(unknown), batch):
            part = unknown[start : start + batch]
            for at, vector in zip(part, engine.embed_documents([texts[at] for at in part]) if engine else [], strict=True):
                self._known[keys[at]] = np.asarray(vector, dtype=np.float32)
            progress(len(texts) - len(unknown) + start + len(part), len(texts))
        rows = np.stack([self._known[key] for key in keys]).astype(np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(norms == 0, 1, norms)).astype(np.float32), len(unknown)

    def write(self, file: Path, texts: Sequence[str], model: str) -> None:
        """Writes the vectors of `texts` to `file`."""
        keys = sorted({address(model, text) for text in texts})
        file.parent.mkdir(parents=True, exist_ok=True)
        vectors = np.stack([self._known[key] for key in keys])
        scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), np.finfo(np.float32).tiny) / np.iinfo(np.int8).max
        np.savez_compressed(
            file,
            keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, 16),
            vectors=np.rint(vectors / scales).astype(np.int8),
            scales=scales.astype(np.float32),
        )


def shipped_file(data: Path, model: str) -> Path:
    """Where the shipped vectors of a model lie."""
    return data / "vectors" / (re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-") + ".npz")
