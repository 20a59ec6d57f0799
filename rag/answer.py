"""The answer, as everything outside this room sees it: one frozen model, the contract's schema in Python."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["nl", "en"]
Status = Literal["answered", "not_found"]
Reason = Literal["off_topic", "not_in_sources", "false_premise", "instruction", "empty", "too_long"]
What = Literal["year", "amount", "region", "person", "date", "subject", "story", "link", "comparison", "effect"]
Facet = Literal["region", "theme", "target_group", "year", "story", "document"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextPart(_Frozen):
    """A heading of the report, or a sentence of our own."""

    kind: Literal["heading", "frame"]
    text: str


class StatementPart(_Frozen):
    """A claim; `statement` is its place in `Answer.statements`."""

    kind: Literal["statement"] = "statement"
    statement: int = Field(ge=0)
    label: str | None = None


class TableRow(_Frozen):
    """One row; each cell holds places in `Answer.statements`, none where the sources are silent."""

    label: str
    cells: tuple[tuple[int, ...], ...]


class TablePart(_Frozen):
    """A comparison: one column a region."""

    kind: Literal["table"] = "table"
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


class StoryPart(_Frozen):
    """A story to read on."""

    kind: Literal["story"] = "story"
    story_id: str


Part = TextPart | StatementPart | TablePart | StoryPart


class Statement(_Frozen):
    """A claim with the numbers of its citations."""

    text: str
    citations: tuple[int, ...] = Field(min_length=1)


class Citation(_Frozen):
    """A quote of whole sentences, `[start, end)` in its document's text."""

    n: int = Field(ge=1)
    quote: str
    passage_id: str
    document_id: str
    document_title: str
    source_date: str | None
    section: tuple[str, ...]
    page: int | None
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    story_ids: tuple[str, ...]
    regions: tuple[str, ...]
    url: str | None


class AnswerStory(_Frozen):
    """A story of this answer, with what is known of its link."""

    id: str
    title: str
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    url: str | None
    link: Literal["live", "archived", "dead", "unchecked", "none"]
    checked: str | None
    archive_url: str | None
    search_url: str | None
    found_at: tuple[str, ...]


class Listing(_Frozen):
    """For lists: how many there are, how many are shown, and whether that is all."""

    found: int = Field(ge=0)
    shown: int = Field(ge=0)
    complete: bool


class Missing(_Frozen):
    """What was asked and the sources do not hold."""

    what: What
    value: str


class Filter(_Frozen):
    """A limit on what was searched, and where it came from."""

    facet: Facet
    value: str
    origin: Literal["question", "history", "call"] = Field(serialization_alias="from")


class RetrievedPassage(_Frozen):
    """What retrieval returned; `text` has its white space collapsed."""

    passage_id: str
    document_id: str
    text: str
    score: float


class IndexUsed(_Frozen):
    """Which index and which embedding model answered."""

    snapshot: str
    embedding: str


class Answer(_Frozen):
    """An answer; `contract/answer.schema.json` explains the fields. `text` is `parts` written out."""

    id: str
    question: str
    standalone_question: str
    language: Language
    status: Status
    reason: Reason | None
    mode: Literal["extractive", "generated"]
    model: str | None
    text: str
    parts: tuple[Part, ...]
    statements: tuple[Statement, ...]
    frame: tuple[str, ...]
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    stories: tuple[AnswerStory, ...]
    listing: Listing | None
    missing: tuple[Missing, ...]
    filters: tuple[Filter, ...]
    own_region: str | None
    suggestions: tuple[str, ...]
    removed: tuple[str, ...]
    notices: tuple[str, ...]
    retrieved: tuple[RetrievedPassage, ...] = Field(max_length=10)
    seconds: dict[str, float]
    index: IndexUsed

    def to_json(self) -> str:
        """One line of JSON, as the contract has it."""
        return self.model_dump_json(by_alias=True)
