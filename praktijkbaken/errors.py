"""The error tree, whole on one page. Terminal and screen catch `BakenError` and nothing else of ours."""

from typing import Literal

FetchProblem = Literal["refused", "gone", "unreachable", "server", "unusable"]


class BakenError(Exception):
    """Something a person can mend: one Dutch line that says what happened, to what, and the next step."""


class SettingError(BakenError):
    """A setting is unknown or holds a value that cannot be used."""


class SourceError(BakenError):
    """A source in `data/` is missing, changed, or cannot be read."""


class SnapshotError(BakenError):
    """There is no usable index: none yet, damaged, foreign, or made with other parts."""


class EmbeddingError(BakenError):
    """The embedding model that the settings name cannot be used here."""


class ModelError(BakenError):
    """A language model cannot be used: unknown, its package missing, or it does not answer."""


class BatchError(BakenError):
    """A batch of questions cannot be read or written at all."""


class CaseError(BakenError):
    """A file of evaluation cases cannot be used."""


class RecordError(BakenError):
    """Conversations and feedback cannot be kept or read."""


class RerankError(BakenError):
    """The reranker that the setting names cannot be used."""


class FetchError(BakenError):
    """Something cannot be fetched from the web.

    `kind`: "refused" by our own rules or the site's robots.txt, "gone" (404, 410), "unreachable" (name, connection, time,
    TLS), "server" (another status), or "unusable" (too large, wrong type, badly packed, too many redirects).
    """

    def __init__(self, message: str, kind: FetchProblem) -> None:
        super().__init__(message)
        self.kind: FetchProblem = kind
