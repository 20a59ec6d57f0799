"""120 texts that want to run, load or look like something: what a source, a title or a question may hold."""

HOST = "evil.invalid"
_TARGETS = (f"http://{HOST}/p?d=1", f"https://{HOST}/q", f"//{HOST}/r", "javascript:window.ran=1")
_TEMPLATES = (
    "![beeld]({0})",
    "![beeld][ref]\n\n[ref]: {0}",
    "[klik]({0})",
    "[klik][ref]\n\n[ref]: {0}",
    "<{0}>",
    '<img src="{0}" onerror="window.ran=1">',
    '<script src="{0}"></script>',
    "<script>window.ran=1; fetch('{0}')</script>",
    '<iframe src="{0}"></iframe>',
    '<svg onload="window.ran=1"><image href="{0}"/></svg>',
    '<a href="{0}" onclick="window.ran=1">klik</a>',
    '<style>@import "{0}"; body{{background:url({0})}}</style>',
    '<div style="background:url({0})">x</div>',
    '<link rel="stylesheet" href="{0}">',
    '<object data="{0}"></object>',
    '<video src="{0}" autoplay></video>',
    '<form action="{0}"><button formaction="{0}">x</button></form>',
    '<meta http-equiv="refresh" content="0;url={0}">',
    '"><img src={0} onerror=window.ran=1>',
    '\'><a class="pb-in" href="{0}">x</a>',
    "$\\href{{{0}}}{{x}}$ en $$\\includegraphics{{{0}}}$$",
    ":red[rood] :blue-background[{0}] :small[klein]",
    ":material/home: :streamlit: {0}",
    ":bed: :smile: :skull_and_crossbones: {0}",
    "| a | b |\n|---|---|\n| ![x]({0}) | [y]({0}) |",
    "# kop\n\n- [ ] taak {0}\n\n> citaat ![x]({0})",
    '```mermaid\ngraph TD; A-->B; click A "{0}"\n```',
    "~~door~~ **vet** _schuin_ `code` ![x]({0})",
    "&lt;img src=x onerror=window.ran=1&gt; &#60;script&#62;window.ran=1&#60;/script&#62; {0}",
    "\u202e[klik]({0})\u202c <img\tsrc={0}\nonerror=window.ran=1>",
)
PAYLOADS = tuple(template.format(target) for template in _TEMPLATES for target in _TARGETS)
