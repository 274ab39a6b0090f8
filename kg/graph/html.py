"""Tables for notebooks: everything that comes from data is escaped, links lead to http only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kg.evidence import Evidence
from kg.namespace import curie
from kg.query import Unknown

SHOWN = 20
_STYLE = (
    "border-collapse:collapse;text-align:left",
    "padding:2px 10px;text-align:left;vertical-align:top;border-bottom:1px solid #ddd",
)
_TEXT = {
    "zh": {
        "of": "显示 {shown:,} / {all:,} 行",
        "sources": "依据",
        "none": "没有结果",
        "unknown": "{written} 不是本体里的词",
        "meant": "；是否指 {near}（{label}）？",
    },
    "en": {
        "of": "{shown:,} of {all:,} rows",
        "sources": "What the rows rest on",
        "none": "No rows",
        "unknown": "{written} is not a term of the ontology",
        "meant": "; did you mean {near} ({label})?",
    },
}


def cell(text: str, *, iri: str = "", title: str = "") -> str:
    """A cell's content; with an IRI of http(s) a link to it.

    >>> cell("<b>", iri="javascript:x")
    '&lt;b&gt;'
    >>> cell("联盟", iri="https://example.org/a?b&c")
    '<a href="https://example.org/a?b&amp;c" target="_blank" rel="noopener noreferrer">联盟</a>'
    """
    shown = escape(text)
    if iri.lower().startswith(("http://", "https://")):
        ref = f'href="{escape(iri)}" target="_blank" rel="noopener noreferrer"'
        return f"<a {ref}>{shown}</a>"
    return f'<span title="{escape(title)}">{shown}</span>' if title else shown


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "") -> str:
    """A table; cells are HTML already, heads and caption are text."""
    outer, inner = _STYLE
    lines = [f'<table style="{outer}">']
    if caption:
        top = "caption-side:top;text-align:left;font-weight:bold"
        lines.append(f'<caption style="{top}">{escape(caption)}</caption>')
    titles = "".join(f'<th scope="col" style="{inner}">{escape(head)}</th>' for head in heads)
    lines.append(f"<thead><tr>{titles}</tr></thead><tbody>")
    for row in rows:
        cells = "".join(f'<td style="{inner}">{content}</td>' for content in row)
        lines.append(f"<tr>{cells}</tr>")
    lines.append("</tbody></table>")
    return "\n".join(lines)


def counted(shown: int, count: int, lang: str) -> str:
    """A line below a table that shows some of the rows, or says that there is none."""
    if not count:
        return f"<p>{_TEXT[lang]['none']}</p>"
    return f"<p>{_TEXT[lang]['of'].format(shown=shown, all=count)}</p>" if shown < count else ""


def misspelt(unknown: Unknown, lang: str) -> str:
    """A sentence on a term that the ontology does not have, with the nearest that it has."""
    said, near = _TEXT[lang]["unknown"].format(written=unknown.written), unknown.nearest
    if near is None:
        return said
    label = near.labels.get(lang, "")
    return said + _TEXT[lang]["meant"].format(near=curie(near.iri), label=label)


def sources(numbered: Sequence[tuple[int, Evidence]], lang: str) -> str:
    """The places that rows rest on, folded away."""
    if not numbered:
        return ""
    lines = []
    for number, one in numbered:
        said = escape(one.quote or one.source.title)
        about = escape(" · ".join(filter(None, (one.place, one.source.title, one.source.date))))
        lines.append(f"<li value={number}>{said}<br><small>{about}</small></li>")
    head = f"<summary>{_TEXT[lang]['sources']} ({len(numbered)})</summary>"
    return f"<details>{head}<ol>{''.join(lines)}</ol></details>"
