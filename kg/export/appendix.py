"""What the appendix of a paper needs: every statement as TriG, the network, a README, checksums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import __version__, trig
from kg.export.citing import Citation
from kg.export.folder import README, exported
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml
from kg.export.net import Net, whole
from kg.export.quads import graphs, without
from kg.export.readme import About, Told, readme
from kg.ingest import MEASURED, ONTOLOGY, RESERVED, read_ontology
from kg.network import linkage
from kg.persons import Names
from kg.reason import SOURCE as ENTAILED
from kg.store import View
from kg.store.digest import pairs_digest, quads_digest

TRIPLES = "triples"
_FILES: dict[str, Told] = {
    ONTOLOGY: {"zh": "本体和规则（形状）", "en": "the ontology, with its shapes and rules"},
    ENTAILED: {
        "zh": "由规则推出的陈述，每条规则一个图",
        "en": "what follows by the rules, a graph a rule",
    },
    MEASURED: {
        "zh": "写回的测度（计算所得，不是来源所载），每项测度一个图",
        "en": "measures that were written back (computed, said by no source), a graph a measure",
    },
}
_SOURCE: Told = {
    "zh": "来源 {id} 的全部陈述，每句（或每表）一个图；`/meta` 图说明出处",
    "en": "all that the source {id} states, a graph a sentence or table; the graph `/meta` says "
    "where it comes from",
}
_NETWORK: Told = {
    "zh": "全部组织、区域、共建及其联系（{n} 个点，{m} 条边）",
    "en": "all organisations, areas and works and what joins them ({n} nodes, {m} edges)",
}
_LOAD: Told = {
    "zh": "这样得到一个新数据库：来源、图名和陈述与此处相同，规则推出的陈述重新推出，"
    "代数和时间是新的。数据违反规则时加 `--unchecked`。",
    "en": "This makes a new store with the same sources, names of graphs and statements; what "
    "follows by the rules is entailed anew, the number and time of the generation are its own. "
    "Where data breaks rules, add `--unchecked`.",
}
_SAME: Told = {
    "zh": "用 kg {version} 载入所得的内容摘要是 `{digest}`。",
    "en": "Loaded with kg {version} it has the digest `{digest}`.",
}
_OTHER: Told = {
    "zh": "本代的本体或 kg 的版本与写出时的（kg {version}）不同，因此内容摘要与本代不同。",
    "en": "This generation is of another ontology or version of kg than that which wrote this "
    "(kg {version}), so the digest is another than that of this generation.",
}
_BLANK: Told = {
    "zh": "空白节点重新编号，因此内容摘要与本代不同。",
    "en": "Blank nodes get new labels, so the digest is another than that of this generation.",
}
_MEASURED: Told = {
    "zh": "测度不随之载入，`kg measure --all --write` 可重新写入。",
    "en": "Measures are not loaded with it; `kg measure --all --write` writes them anew.",
}
_COMMANDS = (f"kg --store again load {TRIPLES}/*.trig", "kg --store again log")


def write_appendix(
    view: View, target: Path, *, lang: str = "zh", names: Names | None = None
) -> Path:
    """Write the folder, or a packed one (.zip), whole or not at all.

    ``lang`` is the language of labels in the network. With names, what names a person is left out.
    Memory is that of the largest source. Raises as `exported` does.
    """
    with exported(target) as place:
        _Appendix(view, place, lang, names).write()
    return target


class _Appendix:
    """Fills a folder."""

    def __init__(self, view: View, place: Path, lang: str, names: Names | None) -> None:
        self._view, self._place, self._lang, self._names = view, place, lang, names
        self._files: list[tuple[str, Told]] = []
        self._written = 0
        self._blank = False

    def write(self) -> None:
        (self._place / TRIPLES).mkdir()
        held = [record.id for record in self._view.manifest.sources]
        for source in sorted(held, key=lambda source: (source in RESERVED, source)):
            self._source(source)
        self._network(whole(linkage(self._view), self._lang, self._names))
        text = readme(self._about())
        (self._place / README).write_text(text, encoding="utf-8")

    def _source(self, source: str) -> None:
        name = f"{source}.trig" if source in RESERVED else f"{TRIPLES}/{source}.trig"
        quads = graphs(self._view, source)
        kept = quads if self._names is None else without(self._names, quads)
        text = trig.text(self._seen(kept, of_source=source not in RESERVED))
        (self._place / name).write_text(text, encoding="utf-8")
        told = _FILES.get(source, {lang: t.format(id=source) for lang, t in _SOURCE.items()})
        self._files.append((name, told))

    def _seen(self, quads: Iterable[ox.Quad], *, of_source: bool) -> Iterator[ox.Quad]:
        for quad in quads:
            self._written += 1
            if of_source and not self._blank:
                self._blank = any(isinstance(term, ox.BlankNode) for term in quad)
            yield quad

    def _network(self, net: Net) -> None:
        counts = {"n": sum(1 for _ in net.nodes()), "m": sum(1 for _ in net.edges())}
        told = {lang: text.format(**counts) for lang, text in _NETWORK.items()}
        with (self._place / "network.graphml").open("wb") as out:
            write_graphml(net, out)
        with (self._place / "network.gexf").open("wb") as out:
            write_gexf(net, out, self._view.manifest.created[:10])
        self._files += [("network.graphml", told), ("network.gexf", told)]

    def _about(self) -> About:
        cited = {lang: Citation.of(self._view, lang, __version__) for lang in ("zh", "en")}
        left_out = None if self._names is None else self._view.manifest.quads - self._written
        load = {lang: " ".join(part[lang] for part in self._load()) for lang in cited}
        return About(
            cited,
            self._files,
            load=load,
            commands=_COMMANDS,
            names=self._names,
            left_out=left_out,
        )

    def _load(self) -> Iterator[Told]:
        yield _LOAD
        records = self._view.manifest.sources
        if self._view.manifest.source(MEASURED):
            yield _MEASURED
        if self._blank:
            yield _BLANK
        elif self._names is None:
            digest = pairs_digest((r.id, r.digest) for r in records if r.id != MEASURED)
            told = _SAME if _is_current(self._view) else _OTHER
            yield {lang: t.format(version=__version__, digest=digest) for lang, t in told.items()}


def _is_current(view: View) -> bool:
    """Whether the same sources give the same generation now: of this version and its ontology."""
    held = view.manifest.source(ONTOLOGY)
    shipped = quads_digest(read_ontology().quads)[1]
    return view.manifest.kg_version == __version__ and held is not None and held.digest == shipped
