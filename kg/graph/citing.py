"""A citation as a notebook shows it."""

from __future__ import annotations

from kg.export import citing
from kg.graph import html

_HEADS = {
    "zh": ("来源", "发布方", "日期", "权利", "内容摘要"),
    "en": ("source", "publisher", "date", "rights", "digest"),
}


class Citation(citing.Citation):
    """What a paper needs to say; ``str()`` gives it as text, a notebook shows a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        rows = []
        for one in self.sources:
            said = (one.title or one.id, one.publisher, one.date, one.rights, one.digest[:12])
            rows.append([html.cell(text) for text in said])
        above = "".join(f"<p>{html.cell(line)}</p>" for line in self.head)
        return above + html.table(_HEADS[self.lang], rows)
