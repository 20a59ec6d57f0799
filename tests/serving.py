"""The real server and a real browser, for tests that look at the app as a person does."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect, sync_playwright

from praktijkbaken.settings import CHECKOUT, Settings

# for every expectation that names no time of its own: the machine may be busy
expect.set_options(timeout=30_000)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def moved(settings: Settings, folder: Path) -> Settings:
    """Settings with a home in `folder`: the same index, and none of the conversations that other tests kept."""
    home = folder / "home"
    shutil.copytree(settings.home, home, ignore=shutil.ignore_patterns("records.db*"))
    return settings.model_copy(update={"home": home})


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(settings: Settings, at: int | None = None, **env: str) -> Iterator[str]:
    """The address of the app on these settings' home."""
    port = at or free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "praktijkbaken", "serve", "--port", str(port)],
        env={**os.environ, "PRAKTIJKBAKEN_HOME": str(settings.home), **env},
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}{urlsplit(env.get('PRAKTIJKBAKEN_PUBLIC_URL', '')).path}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def provided(port: int, callback: str, folder: Path) -> Iterator[str]:
    """The address of a provider's metadata; see `provider`."""
    folder.mkdir(exist_ok=True)
    server = subprocess.Popen([sys.executable, str(CHECKOUT / "tests" / "provider.py"), str(port), callback, str(folder)])
    url = f"http://localhost:{port}/o/.well-known/openid-configuration"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(url, timeout=1).close()
                break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def launched(chromium: str) -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()
