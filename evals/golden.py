"""The few questions that a new index must pass before it is put to use."""

from index.embedding import embeddings_for
from index.snapshot import CheckSnapshot, Snapshot
from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question
from rag.verify import problems

ANSWERABLE = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Welke regio's werken met Boris?",
    "Wat doet Twente?",
)
UNANSWERABLE = "Hoeveel inwoners heeft Parijs in 2031?"


def golden_check(settings: Settings) -> CheckSnapshot:
    """A check for `build_index`: asks the golden questions and says what is wrong, or None."""

    def check(snapshot: Snapshot) -> str | None:
        assistant = Assistant(snapshot, settings, embeddings_for(settings.embedding_model))
        for text in ANSWERABLE:
            answer = assistant.invoke(Question(text))
            wrong = problems(answer, snapshot, assistant.links)
            if wrong or not answer.citations:
                return f"controlevraag {text!r}: {wrong[0] if wrong else 'geen citaat'}"
        if assistant.invoke(Question(UNANSWERABLE)).status == "answered":
            return f"controlevraag {UNANSWERABLE!r} kreeg ten onrechte een antwoord"
        return None

    return check
