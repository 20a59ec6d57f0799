"""Reads web pages: trafilatura finds the text of the page and what the page says of itself."""

import re
from urllib.parse import urlsplit

import trafilatura
from lxml import etree, html

from index.builder import DocumentBuilder, Metadata
from index.readers import Read, decoded
from praktijkbaken.errors import SourceError

MOST_NESTED = 400
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]+)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(\w+)[^>]*?(/?)>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


def read_html(content: bytes, name: str) -> Read:
    """Headings, paragraphs and lists of the page's own text. Raises `SourceError` when there is none."""
    match = _CHARSET.search(content[:4096])
    text = decoded(content, match.group(1).decode("ascii") if match else None).replace("\0", " ")
    return read_page(text, name)


def read_page(text: str, name: str) -> Read:
    """The same for a page, or a fragment of one, that is text already."""
    if _too_deep(text):
        raise SourceError(f"{name}: te diep genest om te lezen. Bewaar de pagina opnieuw, zo eenvoudig mogelijk.")
    found = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False, include_tables=True, favor_recall=True)
    builder = DocumentBuilder()
    body = getattr(found, "body", None)
    if body is not None:
        _blocks(body, builder)
    if builder.characters == 0:
        _, plain, _ = trafilatura.baseline(text)
        for paragraph in plain.split("\n"):
            builder.paragraph(paragraph)
    return Read(builder, _own(found, text))


def _own(found: object, text: str) -> Metadata:
    """What the page says of itself."""
    language = re.search(r"<html[^>]{0,300}\blang=[\"']?([a-zA-Z]{2})", text[:4096])

    def said(key: str) -> str | None:
        value = getattr(found, key, None)
        return value if isinstance(value, str) and value.strip() else None

    url = said("url")
    return Metadata(
        title=said("title"),
        url=url if url and urlsplit(url).scheme in ("http", "https") else None,
        date=said("date"),
        language=language.group(1).lower() if language else None,
    )


def _blocks(node: etree._Element, builder: DocumentBuilder) -> None:
    """Trafilatura's tree (head, p, list and item, quote, table and row) as blocks, in reading order."""
    for child in node:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "head":
            level = re.sub(r"\D", "", child.get("rend") or "") or "2"
            builder.heading(int(level[0]), _words(child))
        elif tag == "item":
            builder.bullet(_words(child))
        elif tag == "row":
            builder.paragraph(" | ".join(filter(None, (_words(cell) for cell in child))))
        elif tag in ("list", "table", "div", "quote") and len(child):
            if (child.text or "").strip():
                builder.paragraph(child.text or "")
            _blocks(child, builder)
        elif tag:
            builder.paragraph(_words(child))
        if (child.tail or "").strip():
            builder.paragraph(child.tail or "")


def _words(node: etree._Element) -> str:
    return " ".join(str(piece) for piece in node.itertext())


def _too_deep(text: str) -> bool:
    """Is the page nested deeper than any page is written? The parsers that follow recurse."""
    depth = deepest = 0
    for match in _TAG.finditer(text):
        closing, tag, empty = match.groups()
        if empty or tag.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
        # paragraphs and items may be left open: only a run of opening tags is nesting
        if not closing and tag.lower() in ("p", "li", "tr", "td", "th", "dt", "dd", "option"):
            depth -= 1
        if deepest > MOST_NESTED:
            return True
    return False


def has_tags(text: str) -> bool:
    """Does this text hold markup?"""
    return bool(re.search(r"</?(?:p|br|div|h[1-6]|ul|ol|li|strong|em|a|span)\b[^>]*>", text, re.IGNORECASE))


def read_fragment(text: str, name: str, builder: DocumentBuilder) -> None:
    """A piece of a page, as an export holds it, into `builder`: all of its text, in order."""
    if _too_deep(text):
        raise SourceError(f"{name}: te diep genest om te lezen.")
    root = html.fragment_fromstring(text.replace("\0", " "), create_parent="div")
    for unwanted in root.xpath("//script|//style|//noscript|//comment()"):
        unwanted.drop_tree() if hasattr(unwanted, "drop_tree") else unwanted.getparent().remove(unwanted)
    run: list[str] = []

    def close() -> None:
        if run:
            builder.paragraph(" ".join(run))
            run.clear()

    def walk(node: html.HtmlElement) -> None:
        tag = node.tag if isinstance(node.tag, str) else ""
        if re.fullmatch(r"h[1-6]", tag):
            close()
            builder.heading(int(tag[1]), node.text_content())
        elif tag == "li":
            close()
            builder.bullet(node.text_content())
        else:
            block = tag in ("p", "div", "ul", "ol", "blockquote", "tr", "table", "section", "article", "br")
            if block:
                close()
            if node.text and node.text.strip():
                run.append(node.text)
            for child in node:
                walk(child)
                if child.tail and child.tail.strip():
                    run.append(child.tail)
            if block:
                close()

    walk(root)
    close()
