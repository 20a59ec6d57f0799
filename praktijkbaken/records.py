"""What the web app keeps: conversations to reopen, feedback, and a few preferences. By SQLAlchemy, SQLite unless a setting says otherwise.

Nothing is kept longer than the retention says, and personal data is taken out of free text before it is kept.
"""

import json
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ForeignKey, Text, create_engine, delete, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from praktijkbaken.errors import RecordError
from praktijkbaken.personal import clean
from praktijkbaken.settings import Settings

LONGEST_TITLE = 80
LONGEST_REASON = 1000


class _Base(DeclarativeBase):
    pass


class _Conversation(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    changed: Mapped[datetime] = mapped_column(index=True)


class _Turn(_Base):
    __tablename__ = "turns"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(Text)


class _Feedback(_Base):
    __tablename__ = "feedback"
    answer: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    good: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    given: Mapped[datetime] = mapped_column(index=True)


class _Preference(_Base):
    __tablename__ = "preferences"
    visitor: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Conversation:
    """An earlier conversation, by name and by when it last changed (UTC)."""

    id: str
    title: str
    changed: datetime


@dataclass(frozen=True)
class Feedback:
    """What a visitor thought of one answer. `question` and `reason` are without personal data; `given` is UTC."""

    answer: str
    question: str
    good: bool
    reason: str
    given: datetime


class Records:
    """Keeps and gives back; every method raises `RecordError` when the database does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.days = settings.retention_days
        with _told():
            if settings.records_url is None:
                settings.home.mkdir(parents=True, exist_ok=True)
            given = settings.records_url.get_secret_value() if settings.records_url else None
            engine = create_engine(given or f"sqlite:///{settings.home / 'records.db'}")
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
            _Base.metadata.create_all(engine)
        self._open = sessionmaker(engine)
        # two tabs that answer at the same moment would both find the same number free
        self._keeping = threading.Lock()

    def keep_turn(self, visitor: str, conversation: str | None, answers: Sequence[str], title: str) -> str | None:
        """Keeps the last of a conversation's answers (JSON) after what is there; returns the conversation's id. None: nothing is kept.

        Where the conversation is new, wiped or someone else's, all the answers go on in a new one of this visitor.
        """
        if not self.days:
            return None
        with self._keeping, self._session() as session:
            known = self._own(session, visitor, conversation) if conversation else None
            fresh = answers[-1:] if known else answers
            if known is None:
                known = _Conversation(id=secrets.token_urlsafe(16), visitor=visitor, title=title[:LONGEST_TITLE], changed=_now())
                session.add(known)
                session.flush()
            known.changed = _now()
            last = session.scalar(select(func.max(_Turn.number)).where(_Turn.conversation == known.id))
            first = 0 if last is None else last + 1
            session.add_all(_Turn(conversation=known.id, number=at, answer=one) for at, one in enumerate(fresh, first))
            return known.id

    def conversations(self, visitor: str) -> list[Conversation]:
        """The visitor's conversations, newest first; those past the retention are gone for good."""
        self._expire()
        with self._session() as session:
            rows = session.scalars(select(_Conversation).where(_Conversation.visitor == visitor).order_by(_Conversation.changed.desc()))
            return [Conversation(row.id, row.title, row.changed) for row in rows]

    def turns(self, conversation: str, visitor: str | None = None) -> list[str]:
        """The answers of a conversation as JSON, oldest first; none when it is not there, or is not of the `visitor` that is named."""
        self._expire()
        with self._session() as session:
            if visitor is not None and self._own(session, visitor, conversation) is None:
                return []
            return list(session.scalars(select(_Turn.answer).where(_Turn.conversation == conversation).order_by(_Turn.number)))

    def conversation_of(self, visitor: str, answer: str) -> str | None:
        """The conversation of this visitor that holds the answer with this id; None when none of hers does."""
        self._expire()
        with self._session() as session:
            own = select(_Turn).join(_Conversation, _Conversation.id == _Turn.conversation).where(_Conversation.visitor == visitor)
            # the database passes over most; that it is the answer's own id only the JSON tells
            rows = session.scalars(own.where(_Turn.answer.contains(answer, autoescape=True)))
            return next((row.conversation for row in rows if answer and _id_of(row.answer) == answer), None)

    def rename(self, visitor: str, conversation: str, title: str) -> None:
        """Gives a conversation of this visitor another name."""
        with self._session() as session:
            known = self._own(session, visitor, conversation)
            if known is not None and title.strip():
                known.title = clean(title.strip()).text[:LONGEST_TITLE]

    def delete(self, visitor: str, conversation: str) -> None:
        """Deletes a conversation of this visitor, and what she thought of its answers, for good."""
        with self._session() as session:
            known = self._own(session, visitor, conversation)
            if known is not None:
                kept = session.scalars(select(_Turn.answer).where(_Turn.conversation == conversation))
                of_it = _Feedback.answer.in_([_id_of(answer) for answer in kept])
                session.execute(delete(_Feedback).where(_Feedback.visitor == visitor, of_it))
                session.delete(known)

    def judge(self, visitor: str, answer: str, question: str, good: bool, reason: str) -> None:
        """Keeps what a visitor thinks of an answer; a second judgement replaces the first."""
        if not self.days:
            return
        kept = clean(reason.strip()).text[:LONGEST_REASON]
        with self._session() as session:
            session.merge(_Feedback(answer=answer, visitor=visitor, question=question, good=good, reason=kept, given=_now()))

    def judgement(self, visitor: str, answer: str) -> Feedback | None:
        """What this visitor thought of one answer; None where she gave no judgement, or it is past the retention."""
        with self._session() as session:
            row = session.get(_Feedback, (answer, visitor))
            is_kept = row is not None and row.given >= _now() - timedelta(days=self.days)
            return _as_feedback(row) if row is not None and is_kept else None

    def feedback(self, visitor: str | None) -> list[Feedback]:
        """What this visitor thought of answers, newest first: another's questions are not hers to read. None gives everybody's."""
        self._expire()
        with self._session() as session:
            wanted = select(_Feedback).order_by(_Feedback.given.desc())
            rows = session.scalars(wanted if visitor is None else wanted.where(_Feedback.visitor == visitor))
            return [_as_feedback(row) for row in rows]

    def preference(self, visitor: str, name: str) -> str | None:
        """What the visitor chose before; None where nothing was."""
        with self._session() as session:
            row = session.get(_Preference, (visitor, name))
            return row.value if row else None

    def prefer(self, visitor: str, name: str, value: str) -> None:
        """Remembers a choice."""
        with self._session() as session:
            session.merge(_Preference(visitor=visitor, name=name, value=value))

    def _expire(self) -> None:
        before = _now() - timedelta(days=self.days)
        with self._session() as session:
            old = select(_Conversation.id).where(_Conversation.changed < before)
            session.execute(delete(_Turn).where(_Turn.conversation.in_(old)))
            session.execute(delete(_Conversation).where(_Conversation.changed < before))
            session.execute(delete(_Feedback).where(_Feedback.given < before))

    def _own(self, session: Session, visitor: str, conversation: str) -> _Conversation | None:
        known = session.get(_Conversation, conversation)
        return known if known is not None and known.visitor == visitor else None

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with _told(), self._open.begin() as session:
            yield session


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, ImportError, OSError) as error:
        # the address may hold a password: it is not repeated
        raise RecordError(
            f"Gesprekken en feedback zijn niet te bewaren of te lezen ({type(error).__name__}). Controleer PRAKTIJKBAKEN_RECORDS_URL."
        ) from error


def _as_feedback(row: _Feedback) -> Feedback:
    return Feedback(row.answer, row.question, row.good, row.reason, row.given)


def _id_of(answer: str) -> str:
    """The id of an answer that is kept as JSON; empty where an older version kept it otherwise."""
    try:
        return str(json.loads(answer)["id"])
    except (ValueError, KeyError, TypeError):
        return ""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
