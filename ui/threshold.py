"""Before the door: the page to log in, and the page of who does not come in. They hold nothing of the app."""

from ui.markup import text

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --do: #1f4e79; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #fafafa; --paper: #0e1117; --do: #8ec5ff; --on: #0e1117; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 "Source Sans", system-ui, sans-serif; }
main { max-width: 38rem; margin: 0 auto; padding: 12vh 1rem 2rem; overflow-wrap: anywhere; }
h1 { font-size: 2.2rem; line-height: 1.2; margin: 0 0 .5em; } h1:focus { outline: none; }
.do { display: inline-block; padding: .7rem 1.6rem; border-radius: .5rem; background: var(--do); color: var(--on); font-weight: 600; }
.do:focus-visible { outline: 3px solid var(--do); outline-offset: 3px; }
.line { border: 2px solid currentColor; border-radius: .5rem; padding: .6rem 1rem; }
"""


def login_page(address: str, line: str = "") -> str:
    """The page with one thing to do: log in, by the address. `line` says what went wrong before."""
    told = f'<p class="line" role="alert">{text(line)}</p>' if line else ""
    return _page(
        "Inloggen",
        "<p>Praktijkbaken zoekt in praktijkverhalen over werk. Log in met het account van uw organisatie.</p>"
        f'{told}<p><a class="do" href="{text(address)}">Log in</a></p>',
    )


def closed_page(line: str) -> str:
    """The page of who does not come in, with why."""
    return _page("Geen toegang", f'<p class="line">{text(line)}</p>')


def _page(title: str, content: str) -> str:
    return (
        '<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{text(title)} – Praktijkbaken</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        f'<body><main><h1 id="inhoud" tabindex="-1">Praktijkbaken</h1>{content}</main></body></html>'
    )
