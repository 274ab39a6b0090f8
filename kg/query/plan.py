"""What is done to a query before it runs: read, rewritten step by step, written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import perf_counter
from typing import TypeAlias
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg import sparql
from kg.exceptions import QueryRefused
from kg.namespace import PREFIXES
from kg.query.rewrites.absent import absent
from kg.query.rewrites.closure import closure
from kg.query.rewrites.groups import groups
from kg.query.rewrites.matches import is_asked, matches
from kg.query.rewrites.order import order
from kg.query.rewrites.page import page
from kg.query.rewrites.pairs import pairs
from kg.query.rewrites.sort import sort
from kg.sparql import algebra as a
from kg.sparql.algebra import Query
from kg.store import View

Function: TypeAlias = Callable[[Query, View], Query]
_CACHED = 256


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rewrite: what it does and why, in both languages."""

    function: Function
    titles: dict[str, str]
    reasons: dict[str, str]

    @property
    def name(self) -> str:
        """The name of its function and module."""
        return self.function.__name__


@dataclass(frozen=True, slots=True)
class Step:
    """A rewrite that applied, and the query behind it."""

    rewrite: Rewrite
    query: Query
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is run.

    ``query`` is None where the engine alone can read the text, ``rewritten`` where no rewrite
    applied. ``unread`` says why no rewrite could look at it.
    """

    text: str
    query: Query | None
    steps: tuple[Step, ...] = ()
    rewritten: str | None = None
    unread: str | None = None


REWRITES = (
    Rewrite(
        matches,
        {"zh": "名称由索引查找", "en": "Names are found by the index"},
        {
            "zh": "search:matches 由名称索引回答，不逐一扫描",
            "en": "search:matches is answered from the index of names, not by a scan",
        },
    ),
    Rewrite(
        closure,
        {"zh": "路径改读闭包", "en": "A path reads the closure"},
        {
            "zh": "隶属、区域的逐级路径已推导为传递闭包，直接读取",
            "en": "the steps of the path are entailed as a property of their own",
        },
    ),
    Rewrite(
        absent,
        {"zh": "缺失改为不存在", "en": "Missing is not existing"},
        {
            "zh": "OPTIONAL 之后要求未绑定，等于 NOT EXISTS，找到一个即可停止",
            "en": "OPTIONAL that must not be bound is NOT EXISTS, which stops at the first found",
        },
    ),
    Rewrite(
        pairs,
        {"zh": "分组后再比较", "en": "Compare once a group"},
        {
            "zh": "条件只涉及分组的键，同组各行结果相同",
            "en": "the condition is on keys of the group, so it is the same for all of it",
        },
    ),
    Rewrite(
        groups,
        {"zh": "分组后再查名称", "en": "Look up once a group"},
        {
            "zh": "名称等只由分组的键得出，不必逐行查找",
            "en": "names follow from keys of the group, not from each row that it counts",
        },
    ),
    Rewrite(
        page,
        {"zh": "分页后再查名称", "en": "Look up behind the limit"},
        {
            "zh": "OPTIONAL 不影响排序，只为取出的行查找",
            "en": "the order does not rest on OPTIONAL, so only the rows kept need it",
        },
    ),
    Rewrite(
        sort,
        {"zh": "先按开头排序", "en": "Sort by beginnings first"},
        {
            "zh": "引擎每次比较都从磁盘读取全名，名称的开头则就在手边",
            "en": "the engine reads whole names from disk for each comparison",
        },
    ),
    Rewrite(
        order,
        {"zh": "按数据定连接次序", "en": "Join in the order of the data"},
        {
            "zh": "按库中样本从结果最少的模式开始；OPTIONAL 和 EXISTS 从已绑定的一端开始",
            "en": "from the pattern of fewest solutions on, by a sample; "
            "OPTIONAL and EXISTS from the end that is bound",
        },
    ),
)
"""All rewrites, in the order in which they are applied."""

_plans: WeakKeyDictionary[View, dict[str, Plan]] = WeakKeyDictionary()
_lock = Lock()
_nothing = ox.Store()


def plan(view: View, text: str) -> Plan:
    """How a query that has passed the guard is run on a view; kept for the next time.

    A rewrite may look at samples of the view, which costs some milliseconds the first time.
    """
    with _lock:
        known = _plans.setdefault(view, {})
        made = known.get(text)
    if made is None:
        made = planned(view, text)
        with _lock:
            while len(known) >= _CACHED:
                del known[next(iter(known))]
            known[text] = made
    return made


def planned(view: View, text: str) -> Plan:
    """`plan` without keeping it."""
    try:
        query = sparql.parse(text)
    except sparql.Unparsed as error:
        # The engine finds no such property, and would answer with nothing.
        if is_asked(text):
            raise
        return Plan(text, None, unread=str(error))
    try:
        steps = _steps(view, query)
        if steps and not _is_read(text):
            return Plan(text, None)
        return Plan(text, query, steps, sparql.text(steps[-1].query) if steps else None)
    except RecursionError:
        # A thousand patterns in a row are nested so deep; the engine takes them as they are.
        if is_asked(text):
            raise QueryRefused("query too complex: search:matches in so many patterns") from None
        return Plan(text, query, unread="patterns nested too deep")


def _is_read(text: str) -> bool:
    """Whether the engine reads a text: what it finds wrong in it may be gone when rewritten."""
    try:
        _nothing.query(text, prefixes=PREFIXES)
    except SyntaxError:
        return False
    return True


def _steps(view: View, query: Query) -> tuple[Step, ...]:
    steps: list[Step] = []
    for rewrite in REWRITES:
        if rewrite.function is not matches and _shows_all(query):
            break
        started = perf_counter()
        after = rewrite.function(query, view)
        if after is not query:
            steps.append(Step(rewrite, after, perf_counter() - started))
            query = after
    return tuple(steps)


def _shows_all(query: Query) -> bool:
    """Whether `SELECT *` stands in it without a variable, and would show those of a rewrite."""
    whole = query.select if query.form != "SELECT" else None
    return any(
        isinstance(node, a.Select) and node is not whole and not node.columns
        for node in a.walk(query)
    )
