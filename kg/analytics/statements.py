"""What was measured as statements: a graph a measure, each number with what computed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from urllib.parse import quote

import pyoxigraph as ox

from kg import __version__
from kg.analytics.catalogue import Measure, measures
from kg.analytics.grouping import ranks, score_column
from kg.analytics.result import Result
from kg.namespace import DCTERMS, ID, MEASURES, PBA, PROV, RDF, RDFS, XSD
from kg.network import networks

META = ox.NamedNode(MEASURES + "/meta")

_SOURCE = ox.NamedNode(MEASURES)
_STATE = ox.NamedNode(MEASURES + "/generation")
_SOFTWARE = ox.NamedNode(MEASURES + "/software")
_TYPE = ox.NamedNode(RDF + "type")
_LABEL = ox.NamedNode(RDFS + "label")
_DOUBLE = ox.NamedNode(XSD + "double")
_NAMES = {"zh": "网络测度", "en": "network measures"}
_WORDS = {
    "zh": {
        "state": "第{n}代数据",
        "told": "由 {software} 算出，数据为第{n}代（摘要 {digest}）{network}{parameters}",
        "network": "；网络：{0}",
        "parameters": "；参数：{0}",
    },
    "en": {
        "state": "generation {n} of the data",
        "told": "computed by {software} of generation {n} (digest {digest}){network}{parameters}",
        "network": "; network: {0}",
        "parameters": "; parameters: {0}",
    },
}


def graph_of(name: str) -> ox.NamedNode:
    """The graph that holds what a measure gives."""
    return ox.NamedNode(f"{MEASURES}#{name}")


def statements(results: Iterable[Result], *, generation: int, digest: str) -> Iterator[ox.Quad]:
    """Each number of results with a row a thing, what computed it, and what describes the graphs.

    ``generation`` and ``digest`` name the data that was measured (`kg.build.measured_state`). The
    same results give the same quads: no clock is in them. A thing of which the measure is no
    number has no measurement. Raises `ValueError` for a result that is a table.
    """
    state = _State(generation, digest)
    yield from state.described()
    for result in results:
        yield from _described(result, state)
        yield from _measured(result)


class _State:
    """The data that was measured."""

    def __init__(self, generation: int, digest: str) -> None:
        self.generation = generation
        self.digest = digest

    def described(self) -> Iterator[ox.Quad]:
        """The source, and the generation that it rests on."""
        yield _quad(_SOURCE, RDF + "type", _node(PROV + "Entity"))
        yield from _texts(_SOURCE, RDFS + "label", _NAMES)
        yield _quad(_SOURCE, PROV + "wasDerivedFrom", _STATE)
        yield _quad(_STATE, RDF + "type", _node(PROV + "Entity"))
        words = {lang: text["state"].format(n=self.generation) for lang, text in _WORDS.items()}
        yield from _texts(_STATE, RDFS + "label", words)
        yield _quad(_STATE, PBA + "generationNumber", ox.Literal(self.generation))
        yield _quad(_STATE, DCTERMS + "identifier", ox.Literal(self.digest))


def _described(result: Result, state: _State) -> Iterator[ox.Quad]:
    """The graph in the source's description; in the graph itself the activity and the software."""
    known, graph, activity = measures()[result.measure], graph_of(result.measure), _run(result)
    told = {lang: _told(result, state, lang) for lang in _WORDS}
    yield _quad(graph, PBA + "certainty", _node(PBA + "Entailed"))
    yield _quad(graph, PROV + "wasGeneratedBy", activity)
    yield from _texts(graph, RDFS + "label", known.title)
    yield from _texts(graph, DCTERMS + "description", told)
    yield ox.Quad(activity, _TYPE, _node(PROV + "Activity"), graph)
    yield from _texts(activity, RDFS + "label", _activity(known), graph)
    yield from _texts(activity, DCTERMS + "description", told, graph)
    yield _quad(activity, PBA + "networkMeasure", ox.Literal(result.measure), graph)
    if result.network:
        yield _quad(activity, PBA + "measuredNetwork", ox.Literal(result.network), graph)
    for parameter in parameters(result):
        yield _quad(activity, PBA + "measureParameter", ox.Literal(parameter), graph)
    yield _quad(activity, PROV + "used", _STATE, graph)
    software = ox.NamedNode(f"{_SOFTWARE.value}/kg-{quote(__version__)}")
    yield _quad(activity, PROV + "wasAssociatedWith", software, graph)
    yield ox.Quad(software, _TYPE, _node(PROV + "SoftwareAgent"), graph)
    for lang in _WORDS:
        yield _quad(software, RDFS + "label", ox.Literal(_software(), language=lang), graph)


def _measured(result: Result) -> Iterator[ox.Quad]:
    """A measurement a thing."""
    if result.scores is None:
        raise ValueError(f"{result.measure} is a table and has no number a thing")
    graph, activity = graph_of(result.measure), _run(result)
    kind, name = _node(PBA + "NetworkMeasurement"), ox.Literal(result.measure)
    column = score_column(result)
    whole = column is not None and column.digits is None
    iris = result.linkage.things.iris
    for thing, value, rank in zip(
        result.scores.things.tolist(), result.scores.values.tolist(), ranks(result), strict=True
    ):
        if isnan(value):
            continue
        number = ox.Literal(int(value)) if whole else ox.Literal(repr(value), datatype=_DOUBLE)
        iri = iris[thing]
        of = ox.BlankNode(iri[2:]) if iri.startswith("_:") else ox.NamedNode(iri)
        own = iri.removeprefix(ID) if iri.startswith(ID) else quote(iri, safe="")
        node = ox.NamedNode(f"{ID}measurement/{result.measure}/{own}")
        yield ox.Quad(node, _TYPE, kind, graph)
        yield _quad(node, PBA + "measurementOf", of, graph)
        yield _quad(node, PBA + "networkMeasure", name, graph)
        yield _quad(node, RDF + "value", number, graph)
        yield _quad(node, PBA + "measurementRank", ox.Literal(rank), graph)
        yield _quad(node, PROV + "wasGeneratedBy", activity, graph)


def parameters(result: Result) -> list[str]:
    """The parameters of a result as ``name=value``, the date that it is of among them."""
    found = {name: str(value) for name, value in result.parameters.items()}
    if result.linkage.date:
        found["as-of"] = result.linkage.date
    return [f"{name}={value}" for name, value in sorted(found.items())]


def _told(result: Result, state: _State, lang: str) -> str:
    words = _WORDS[lang]
    network = ""
    if result.network:
        network = words["network"].format(networks()[result.network].title[lang])
    given = parameters(result)
    listed = words["parameters"].format(", ".join(given)) if given else ""
    return words["told"].format(
        software=_software(),
        n=state.generation,
        digest=state.digest[:12],
        network=network,
        parameters=listed,
    )


def _software() -> str:
    return f"kg {__version__}"


def _activity(known: Measure) -> Mapping[str, str]:
    return {
        "zh": f"计算{known.title['zh']}",
        "en": f"computation of {known.title['en']}",
    }


def _run(result: Result) -> ox.NamedNode:
    return ox.NamedNode(f"{MEASURES}/run/{result.measure}")


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _quad(
    s: ox.NamedNode,
    p: str,
    o: ox.NamedNode | ox.BlankNode | ox.Literal,
    graph: ox.NamedNode = META,
) -> ox.Quad:
    return ox.Quad(s, ox.NamedNode(p), o, graph)


def _texts(
    s: ox.NamedNode, p: str, texts: Mapping[str, str], graph: ox.NamedNode = META
) -> Iterator[ox.Quad]:
    for lang, text in texts.items():
        yield _quad(s, p, ox.Literal(text, language=lang), graph)
