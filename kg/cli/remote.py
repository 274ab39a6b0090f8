"""`kg push`, and what the other commands need of a store that is elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import Seconds, plain

if TYPE_CHECKING:
    from kg.cli import Settings
    from kg.push import Plan
    from kg.query import Elsewhere
    from kg.remote import Limits

# Where a graph store is, and where the same server answers queries.
_QUERIES = (
    (r"/store/?$", "/query"),
    (r"/data/?$", "/query"),
    (r"/sparql-graph-crud(-auth)?/?$", "/sparql"),
    (r"/rdf-graphs/service/?$", ""),
    (r"/sparql/gsp/?$", "/sparql"),
)
_TEXT = {
    "zh": {
        "write": "写入",
        "delete": "删除",
        "default": "默认图（全部来源的合并）",
        "pushed": "{url}：已写入 {graphs:,} 个图、{triples:,} 条三元组，"
        "删除 {deleted:,} 个图，数目已核对",
        "planned": "{url}：将写入 {graphs:,} 个图、{triples:,} 条三元组，删除 {deleted:,} 个图",
    },
    "en": {
        "write": "write",
        "delete": "delete",
        "default": "the default graph (the merge of all sources)",
        "pushed": "{url}: wrote {graphs:,} graphs, {triples:,} triples; "
        "deleted {deleted:,} graphs; counted there",
        "planned": "{url}: would write {graphs:,} graphs, {triples:,} triples; "
        "delete {deleted:,} graphs",
    },
}


def elsewhere(url: str, default_graph: str | None, timeout: float | None) -> Elsewhere:
    """The endpoint that ``--store`` names, with the credentials of the environment."""
    from kg.query import Elsewhere
    from kg.remote import Credentials, Endpoint

    credentials = Credentials.of_environment()
    endpoint = Endpoint(url, credentials=credentials, limits=limits(timeout))
    return Elsewhere(endpoint, default_graph)


def limits(timeout: float | None) -> Limits:
    """The limits of a request, with ``--timeout``."""
    from kg.remote import Limits

    return Limits.of_environment(timeout)


def _graph_name(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """The IRI of a graph; a prefixed name of kg is written out."""
    from pyoxigraph import NamedNode

    from kg.namespace import expand

    try:
        return None if value is None else NamedNode(expand(value)).value
    except (KeyError, ValueError) as error:
        raise click.BadParameter(f"{value!r} is not the IRI of a graph") from error


default_graph_option = click.option(
    "--default-graph",
    metavar="IRI",
    callback=_graph_name,
    help="At an endpoint: the graph that holds the merge, where the default graph does not.",
)


@click.command()
@click.argument("url")
@click.option("--query-url", metavar="URL", help="Where that server answers queries.")
@default_graph_option
@click.option("--dry-run", is_flag=True, help="Only list what would be written and deleted.")
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="S",
    help="Give one request so many seconds (else 60).",
)
@click.pass_obj
def push(
    settings: Settings,
    url: str,
    query_url: str | None,
    default_graph: str | None,
    dry_run: bool,
    timeout: float | None,
) -> None:
    """Publish the store: put its graphs into the graph store at URL.

    URL is that of the SPARQL 1.1 Graph Store Protocol, such as http://localhost:7878/store.
    Graphs of an earlier push that are gone are deleted; what kg did not write is not
    touched. A push that was interrupted is completed by the next. Credentials come from
    KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN.
    """
    from kg.cli import show
    from kg.push import Target, plan
    from kg.push import push as run
    from kg.remote import Credentials, Endpoint, GraphStore

    asked = query_url or _query_url(url)
    credentials, limit = Credentials.of_environment(), limits(timeout)
    graphs = GraphStore(url, credentials=credentials, limits=limit)
    endpoint = Endpoint(asked, limits=limit)
    if endpoint.address.origin == graphs.address.origin:
        endpoint = Endpoint(asked, credentials=credentials, limits=limit)
    target = Target(graphs, endpoint, default_graph)
    with settings.store.view() as view:
        if dry_run:
            _list(plan(view, target), str(graphs.address), settings.lang)
            return
        with show.progress() as step:
            made = run(view, target, step)
    _tell("pushed", made, str(graphs.address), settings.lang)


def _query_url(url: str) -> str:
    """Where the server of a graph store answers queries, by the habits of known servers.

    >>> _query_url("http://localhost:7878/store")
    'http://localhost:7878/query'
    """
    path, _, _ = url.partition("?")
    for store, query in _QUERIES:
        if re.search(store, path):
            return re.sub(store, query, path)
    raise click.UsageError("say with --query-url where that server answers queries")


def _list(made: Plan, url: str, lang: str) -> None:
    words = _TEXT[lang]
    for graph, count in made.write.items():
        click.echo(plain(f"{words['write']} {graph or words['default']} {count:,}"))
    for graph in made.delete:
        click.echo(plain(f"{words['delete']} {graph or words['default']}"))
    _tell("planned", made, url, lang)


def _tell(text: str, made: Plan, url: str, lang: str) -> None:
    told = _TEXT[lang][text].format(
        url=url,
        graphs=len(made.write),
        triples=sum(made.write.values()),
        deleted=len(made.delete),
    )
    click.echo(plain(told), err=True)
