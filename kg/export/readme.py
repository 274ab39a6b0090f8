"""The README of an export, in both languages: of which data it is, how to cite and load it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.export.citing import Citation
from kg.export.folder import MARK
from kg.export.markdown import harmless
from kg.persons import Names

Told: TypeAlias = Mapping[str, str]
"""A text in each language."""

_TITLE = (
    "区域化党建联盟知识图谱：导出 · Knowledge graph of regional Party-building alliances: an export"
)
_TEXT: Mapping[str, Told] = {
    "zh": {
        "what": "本文件夹由 kg {version} 的 `kg export` 写出，"
        "内容是一个数据库的第 {generation} 代。同一代数据、同一版本的 kg 写出的字节完全相同。",
        "cite": "引用",
        "sources": "来源与权利",
        "rights": "来源的权利各归其主，不因收入本导出而改变；本体为 CC BY 4.0，软件为 Apache-2.0。",
        "heads": "来源|标题|发布方|日期|权利|内容摘要",
        "files": "文件",
        "check": "校验",
        "load": "重新载入",
        "persons": "不含个人姓名：`pba:holderName` 和文字或 IRI 中含有其中姓名的陈述没有写出，"
        "共 {n} 条。据此重新载入的内容摘要与本代不同。",
        "network": "网络不含个人姓名：含有姓名的标签改为类别，IRI 改为编号。",
    },
    "en": {
        "what": "This folder was written by `kg export` of kg {version}. It holds generation "
        "{generation} of a store. The same generation and version of kg give the same bytes.",
        "cite": "How to cite",
        "sources": "Sources and their rights",
        "rights": "The rights in a source stay with those who have them, whatever this export "
        "holds of it. The ontology is CC BY 4.0, the software Apache-2.0.",
        "heads": "source|title|publisher|date|rights|digest",
        "files": "Files",
        "check": "Check",
        "load": "Load it again",
        "persons": "Without names of persons: `pba:holderName`, and statements with one of these "
        "names in a text or an IRI, are left out, {n} in all. What is loaded from here has "
        "another digest than this generation.",
        "network": "The network has no names of persons: a label with one is replaced by the kind, "
        "an IRI by a number.",
    },
}


@dataclass(frozen=True, slots=True)
class About:
    """What a README tells: citations by language, files, what of the data, how to load it.

    Where persons are withheld, ``names`` are theirs, and ``left_out`` counts the statements.
    """

    citations: Mapping[str, Citation]
    files: Sequence[tuple[str, Told]]
    of: Told = field(default_factory=dict)
    load: Told = field(default_factory=dict)
    commands: Sequence[str] = ()
    names: Names | None = None
    left_out: int | None = None


def readme(about: About) -> str:
    """The README, Chinese first."""
    lines = [MARK, f"# {_TITLE}", "", "[English](#english)", "", "## 中文", "", *_part(about, "zh")]
    return "\n".join([*lines, "## English", "", *_part(about, "en")])


def _part(about: About, lang: str) -> Iterator[str]:
    words, cited = _TEXT[lang], about.citations[lang]
    yield words["what"].format(version=cited.version, generation=cited.generation)
    yield ""
    if about.of:
        yield from (harmless(about.of[lang]), "")
    if about.left_out is not None:
        yield from (words["persons"].format(n=about.left_out), "")
    if about.names is not None:
        yield from (words["network"], "")
    yield from _headed(words["cite"], (f"> {harmless(line)}  " for line in cited.head))
    yield from _headed(words["sources"], [words["rights"], "", *_sources(about, lang)])
    yield from _headed(words["files"], (f"- `{name}`: {told[lang]}" for name, told in about.files))
    yield from _headed(words["check"], ["```sh", "sha256sum -c SHA256SUMS", "```"])
    if about.load:
        code = ["```sh", *about.commands, "```", ""] if about.commands else []
        yield from _headed(words["load"], [*code, about.load[lang]])


def _headed(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield from (f"### {title}", "", *lines, "")


def _sources(about: About, lang: str) -> Iterator[str]:
    heads = _TEXT[lang]["heads"].split("|")
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for one in about.citations[lang].sources:
        told = (one.id, one.title, one.publisher, one.date, one.rights, one.digest)
        kept = ("—" if about.names and about.names.within(text) else text for text in told)
        yield f"| {' | '.join(map(harmless, kept))} |"
