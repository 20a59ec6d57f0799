"""Reads files in a process of its own, so that a hostile file can neither hang nor fill the machine.

A program of its own (`python -m index.reading`) rather than multiprocessing: that would run the caller's main module
again, which may be Streamlit's or a test's. The two speak in length-prefixed pickles over pipes; both ends are ours.
"""

import contextlib
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from index.builder import Metadata
from index.documents import Document
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import CHECKOUT

SECONDS = 60.0
MEMORY = 2 * 1024**3
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Reading:
    """What a file held, and what was odd about it (Dutch lines)."""

    documents: tuple[Document, ...]
    warnings: tuple[str, ...] = ()


class FileReader:
    """Reads one file after another; the process is started for the first and started again after one that stopped it."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.Queue[bytes | None] = queue.Queue()

    def __enter__(self) -> "FileReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Ends the process."""
        self._stop()

    def read(self, path: Path, origin: str, given: Metadata) -> Reading:
        """What `path` holds. `origin` names it for good, `given` is what is known of it beside its text.

        Raises `SourceError` when it cannot be read, took too long, or stopped the process.
        """
        process = self._started()
        try:
            _send(process.stdin, (str(path), origin, given))
            reply = self._replies.get(timeout=self._seconds)
        except queue.Empty:
            self._stop()
            raise SourceError(f"{path.name}: lezen duurde langer dan {self._seconds:g} seconden. Maak het bestand kleiner.") from None
        except OSError:
            reply = None
        if reply is None:
            self._stop()
            raise SourceError(f"{path.name}: de lezer stopte (te groot of beschadigd). Maak het bestand kleiner of bewaar het opnieuw.")
        result = pickle.loads(reply)  # written by our own process
        if isinstance(result, str):
            raise SourceError(result)
        reading: Reading = result
        return reading

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._replies = queue.Queue()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "index.reading", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            )
            # a thread, because a pipe cannot be read with a time limit on every system
            threading.Thread(target=_listen, args=(self._process.stdout, self._replies), daemon=True).start()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


def _listen(pipe: IO[bytes] | None, replies: "queue.Queue[bytes | None]") -> None:
    """Hands on each reply; None when the process is gone."""
    try:
        while pipe and (head := pipe.read(_LENGTH.size)):
            replies.put(pipe.read(_LENGTH.unpack(head)[0]))
    except (OSError, ValueError, struct.error):
        pass
    replies.put(None)


def _send(pipe: IO[bytes] | None, message: Any) -> None:
    assert pipe is not None
    packed = pickle.dumps(message)
    pipe.write(_LENGTH.pack(len(packed)) + packed)
    pipe.flush()


def _serve(memory: int) -> None:
    """The process's own loop: a file's name in, a `Reading` or a line that says what is wrong out."""
    from index.readers import read_file

    # a library's own chatter must not come between the replies
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    requests = sys.stdin.buffer
    while head := requests.read(_LENGTH.size):
        path, origin, given = pickle.loads(requests.read(_LENGTH.unpack(head)[0]))
        result: Reading | str
        try:
            result = read_file(Path(path), origin, given)
        except SourceError as error:
            result = str(error)
        except MemoryError:
            result = f"{Path(path).name}: te groot om te lezen. Maak het bestand kleiner."
        except RecursionError:
            result = f"{Path(path).name}: te diep genest om te lezen. Bewaar het opnieuw, zo eenvoudig mogelijk."
        except Exception as error:  # whatever a reader's library meets in a hostile file: one line, and on to the next
            result = f"{Path(path).name}: is beschadigd of geen geldig bestand ({type(error).__name__}). Bewaar het opnieuw."
        _send(replies, result)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
