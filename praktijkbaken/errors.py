"""The error tree, whole on one page. Terminal and screen catch `BakenError` and nothing else of ours."""


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


class BatchError(BakenError):
    """A batch of questions cannot be read or written at all."""


class CaseError(BakenError):
    """A file of evaluation cases cannot be used."""
