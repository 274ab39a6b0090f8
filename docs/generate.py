"""Writes the pages that are generated: docs/cli.md, docs/questions.md and docs/measures.md.

`tests/test_docs.py` fails when they are not what this script would write.
"""

from __future__ import annotations

from pathlib import Path

import click
from click.testing import CliRunner

from kg.analytics import Measure, measures
from kg.cli import main
from kg.export.markdown import cell
from kg.network import Definition, networks
from kg.query import Parameter, Question, questions

DOCS = Path(__file__).resolve().parent


def cli() -> str:
    """The help of every command."""
    parts = ["# Commands\n", "Written by `make docs` from the commands' own help.\n"]
    for name in ["", *_names(main)]:
        args = [*name.split(), "--help"]
        runner = CliRunner(env={"COLUMNS": "100"})
        output = runner.invoke(main, args, prog_name="kg", terminal_width=100).output
        parts += [f"## kg {name}".rstrip() + "\n", f"```\n{output.rstrip()}\n```\n"]
    return "\n".join(parts)


def _names(group: click.Group) -> list[str]:
    """The commands of a group by name, those of a group in it behind its name."""
    found = []
    for name, command in sorted(group.commands.items()):
        inner = _names(command) if isinstance(command, click.Group) else []
        found += [name, *(f"{name} {below}" for below in inner)]
    return found


def question_list() -> str:
    """Every saved question with its parameters and an example."""
    parts = [
        "# Saved questions 现成的问题\n",
        "Written by `make docs` from the head comments of `kg/queries/*.rq`. Every question takes\n"
        "`--why`; `kg queries NAME` shows its SPARQL. How to write one of your own:\n"
        "[own questions](own-questions.md).\n",
    ]
    return "\n".join([*parts, *map(_question, questions().values())])


def _question(question: Question) -> str:
    columns = ", ".join(f"{zh_en['zh']} ({name})" for name, zh_en in question.columns.items())
    parameters = [
        f"- `-p {p.name}=…` ({_type(p)}): {p.titles['zh']}, {p.titles['en']}\n"
        for p in question.parameters
        if p.type != "lang"
    ]
    return (
        f"## {question.name}\n\n{question.titles['zh']}  \n{question.titles['en']}\n\n"
        f"{''.join(parameters)}{chr(10) if parameters else ''}"
        f"Columns: {columns}\n\n```sh\n{question.example}\n```\n"
    )


def _type(parameter: Parameter) -> str:
    """The type, and of what an enum takes its values."""
    of = f" of `{parameter.of}`" if parameter.of else ""
    return f"{parameter.type}{of}" + (", may be left out" if parameter.optional else "")


MEASURES = """# Measures of linkage 联动测度

Written by `make docs` from `kg/analytics/measures/*.toml` and `kg/network/networks.toml`.

```sh
kg measure                                    # all measures 全部测度
kg measure pagerank --top 10                  # the first ten 前十位
kg measure pagerank --by street               # by street, kind or alliance 按街道、类型或联盟汇总
kg measure pagerank --network co-members --as-of 2019
kg measure betweenness --explain              # what it is 这项测度是什么
kg measure pagerank -o pagerank.xlsx          # csv, json or xlsx, with all digits 数值不舍入
kg measure --all -o report                    # every measure: a folder, .xlsx or .json 全部写成报告
kg measure pagerank --write                   # back into the store 写回库中
kg query measured -p measure=pagerank
```

A measure is taken of one generation of the data, and says of which. A number says how things are
joined in the data: of a link that no source states there is nothing in it.
测度都针对某一代数据，并注明是哪一代。数值只反映资料所载的联系，资料没有写的联系不在其中。

`--write` makes them statements of the source `measures`, one graph a measure, each number a
`pba:NetworkMeasurement` with its rank and the computation behind it: measure, network, parameters,
generation and digest of the data, version of kg. No source says them: `--why` marks them as
computed, no map draws them, nothing follows from them, and no measure reads them. When the data
changes they are dropped in the same commit, with a notice; `kg undo` brings them back with it.
写回的数值是计算所得，不是来源所载；数据一变即在同一次提交中删除，并提示如何重新写入。

```sparql
SELECT ?name ?value WHERE {
  ?m pba:networkMeasure "pagerank" ; pba:measurementOf ?thing ; rdf:value ?value .
  ?thing a pba:Alliance ; rdfs:label ?name .
} ORDER BY DESC(?value)
```
"""


def measure_list() -> str:
    """Every network and every measure, in both languages."""
    return "\n".join(
        [
            MEASURES,
            "## Networks 网络\n",
            *map(_network, networks().values()),
            "## Measures 测度\n",
            *map(_measure, measures().values()),
        ]
    )


def _network(network: Definition) -> str:
    parts = ("nodes", "edges", "direction", "weight", "period")
    titles = ("点 Nodes", "线 Edges", "方向 Direction", "权重 Weight", "时间 Period")
    lines = [
        f"- {title}: {cell(text['zh'])}  \n  {cell(text['en'])}\n"
        for title, text in zip(titles, (getattr(network, part) for part in parts), strict=True)
    ]
    return (
        f"### {network.name}\n\n{network.title['zh']} · {network.title['en']}\n\n{''.join(lines)}"
    )


def _measure(measure: Measure) -> str:
    title = " · ".join(dict.fromkeys(measure.title.values()))
    given = ", ".join(f"{name}={value}" for name, value in measure.parameters.items())
    taken = ", ".join(f"[{name}](#{name})" for name in measure.networks)
    lines = [
        ("公式 Formula", f"`{measure.formula}`"),
        ("出处 Source", cell(measure.source)),
        ("计算量 Cost", cell(measure.cost)),
        ("单位 Unit", f"{cell(measure.unit['zh'])} · {cell(measure.unit['en'])}"),
        ("网络 Networks", taken or "全部关系 · all relations"),
        *([("参数 Parameters", f"`{given}`")] if given else []),
    ]
    told = "".join(f"- {name}: {text}\n" for name, text in lines)
    reading = f"{cell(measure.reading['zh'])}  \n{cell(measure.reading['en'])}"
    return f"### {measure.name}\n\n{cell(title)}\n\n{reading}\n\n{told}"


PAGES = {"cli.md": cli, "questions.md": question_list, "measures.md": measure_list}

if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
        click.echo(f"docs/{name}")
