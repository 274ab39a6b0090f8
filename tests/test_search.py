"""Things are found by their names: the index, what is typed, and how both are kept in step."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import search
from kg.build import build, load
from kg.describe import find as find_thing
from kg.exceptions import QueryRefused, StoreDamaged, UnknownThing
from kg.namespace import ID, RDFS, SKOS
from kg.search import Hit, find, near, things
from kg.search.index import letters
from kg.search.keys import spoken, tokens, toneless
from kg.search.pinyin import readings
from kg.store import Loose, Store, View

LABEL, PREF, ALT = (
    ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")
)
DEFAULT = ox.DefaultGraph()
TOLD = ["覃塘区", "港北区", "平南县"]
ODD = ["凤凰", "near", "or", "and not", "words x", "OR 1=1", "𠮷野", "\U0003134a", "凤凰" * 99]


def named(thing: str, name: str, lang: str = "zh", relation: ox.NamedNode = LABEL) -> ox.Quad:
    literal = ox.Literal(name, language=lang) if lang else ox.Literal(name)
    return ox.Quad(ox.NamedNode(ID + thing), relation, literal, ox.NamedNode(ID + "graph"))


def commit(store: Store, quads: list[ox.Quad]) -> None:
    """A generation of these quads with their index, changed as far as they differ."""
    with store.write(command="test") as writer:
        writer.replace("names", quads)
        staged = writer.stage()
        changed = staged.changed and staged.changed.removed | staged.changed.added

        def write(path: Path, before: Path | None) -> None:
            search.write(path, staged.after, before=before, changed=changed or ())

        staged.attach(search.FILE, write)
        writer.commit()


@pytest.fixture
def view_of(tmp_path):
    """Views of stores that hold given names; each name is that of a thing ``0``, ``1``, …"""
    views = []

    def make(*names: str) -> View:
        store = Store(tmp_path / f"store-{len(views)}")
        commit(store, [named(str(n), name) for n, name in enumerate(names)])
        views.append(store.view())
        return views[-1]

    yield make
    for view in views:
        view.close()


@pytest.fixture(scope="module")
def region(tmp_path_factory) -> Iterator[View]:
    store = Store(tmp_path_factory.mktemp("region"))
    commit(store, [named(str(n), name) for n, name in enumerate([*TOLD, *ODD])])
    with store.view() as view:
        yield view


def found(view: View, text: str) -> list[str]:
    return [hit.name for hit in find(view, text, limit=None)]


def rows(path: Path) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as index:
        return set(index.execute("SELECT thing, text, lang, property, size FROM label"))


@pytest.mark.parametrize(
    "text",
    [
        *("覃塘", "覃塘区", "塘", "覃 区", "qintang", "qin tang", "qintangqu", "QinTang"),
        *("qín táng", "qint", "tantang", "qt", "qtq", "ｑｔ", "tangqu", "覃塘區"),
    ],
)
def test_a_name_is_found_as_written_in_pinyin_and_by_first_letters(text, region):
    assert found(region, text) == ["覃塘区"]


@pytest.mark.parametrize("text", ["覃港", "塘覃", "intang", "tq区", "qq", "qingtang", "覃塘县"])
def test_what_is_no_part_of_a_name_finds_nothing(text, region):
    assert found(region, text) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("覃塘", "qin tang"),
        ("大圩", "da xu"),
        ("那埌", "na lang"),
        ("麻垌", "ma dong"),
        ("木乐", "mu le"),
        ("石咀", "shi zui"),
        ("都安", "du an"),
        ("朝阳", "chao yang"),
        ("建设银行贵港支行", "jian she yin hang gui gang zhi hang"),
        ("行政服务中心", "xing zheng fu wu zhong xin"),
        ("重庆路", "chong qing lu"),
        ("重点项目", "zhong dian xiang mu"),
        ("会计", "kuai ji"),
        ("商厦", "shang sha"),
        ("乾隆", "qian long"),
        ("鳳凰", "feng huang"),
        ("绿地", "lv di"),
        ("A座", "a zuo"),
    ],
)
def test_names_of_the_region_are_read_as_people_read_them(name, said):
    assert readings(spoken(name))[0] == said.split()


def test_a_character_that_no_word_decides_is_found_in_both_readings(view_of):
    view = view_of("网格长", "长安")
    assert [found(view, text) for text in ("gechang", "gezhang", "changan", "zhangan")] == [
        ["网格长"],
        ["网格长"],
        ["长安"],
        [],
    ]


def test_the_likest_name_comes_first(view_of):
    names = ("凤凰", "凤凰城", "凤凰社区", "新凤凰", "贵港凤凰路", "风黄", "丰华")
    view = view_of(*reversed(names))
    assert found(view, "凤凰") == list(names[:5])
    assert [hit.how for hit in find(view, "fenghuang")] == ["pinyin"] * 6
    assert found(view, "fh") == [
        "丰华",
        "凤凰",
        "风黄",
        "凤凰城",
        "凤凰社区",
        "新凤凰",
        "贵港凤凰路",
    ]
    assert [hit.name for hit in find(view, "凤凰", limit=2)] == ["凤凰", "凤凰城"]


def test_a_thing_is_told_once_by_its_likest_name(tmp_path):
    store = Store(tmp_path)
    commit(
        store,
        [
            *(named("a", "县东社区", relation=p) for p in (LABEL, PREF)),
            named("a", "县东社区居委会", relation=ALT),
            named("a", "Xiandong", "en"),
            named("b", "县东社区居委会", "", ALT),
        ],
    )
    with store.view() as view:
        assert find(view, "县东") == [
            Hit(ID + "a", "县东社区", "zh", RDFS + "label", "words"),
            Hit(ID + "b", "县东社区居委会", "", SKOS + "altLabel", "words"),
        ]
        old = Hit(ID + "a", "县东社区居委会", "zh", SKOS + "altLabel", "words")
        assert find(view, "社区居委会")[0] == old
        assert [hit.how for hit in find(view, "xiandong")] == ["words", "pinyin"]
        assert things(view, "县东", limit=9) == [ID + "a", ID + "b"]
        assert things(view, "县东", "zh", limit=9) == [ID + "a"]
        assert search.named(view, "Xiandong") == [ID + "a"]
        assert search.named(view, "xiandong") == []


def test_latin_words_are_found_from_their_beginning_on_whatever_the_case_and_width(view_of):
    view = view_of("Regional Party-building Alliance", "WTO 影城", "Ａ座1+6队")
    assert (
        found(view, "allia") == found(view, "party BUILD") == ["Regional Party-building Alliance"]
    )
    assert found(view, "liance") == []
    assert found(view, "wto") == found(view, "wtoying") == ["WTO 影城"]
    assert found(view, "a座") == found(view, "1+6") == found(view, "16dui") == ["Ａ座1+6队"]


HOSTILE = [
    *('" OR *', "NEAR(凤凰, 2)", '"', '""', "'", "a' OR 1=1 --", "words : x", "^凤凰", "-凤凰"),
    *(
        "{words} : 凤",
        "凤*",
        "(",
        ")",
        "AND",
        "NOT 凤",
        "凤\0凰",
        "\ud800",
        "凤\ud83d凰",
        "|",
        "a|b",
    ),
    *("😀", "!?。，", "", " \t\n", "\u202e凤凰", "%", "_", "\\", "凤凰" * 99, "𠮷野", "\U0003134a"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_what_is_typed_is_never_syntax(text, view_of):
    names = [
        "凤凰",
        "near",
        "or",
        "and not",
        "words x",
        "OR 1=1",
        "𠮷野",
        "\U0003134a",
        "凤凰" * 99,
    ]
    view = view_of(*names)
    assert sorted(found(view, text)) == sorted(name for name in names if matches(name, text))
    assert things(view, text, limit=99) == sorted(
        ID + str(n) for n, name in enumerate(names) if matches(name, text)
    )
    near(view, text)


def test_a_text_that_is_no_name_is_refused(view_of):
    view = view_of("凤凰")
    for text in ("凤" * 201, "a" * 2001, "凤 " * 201):
        with pytest.raises(QueryRefused, match="more than 200"):
            find(view, text)
    assert found(view, "a" * 2000) == found(view, "an" * 500) == found(view, "an" * 50) == []


def matches(name: str, text: str) -> bool:
    """Whether a name is like a text, by comparing the two."""
    parts = [words for part in text.split() if (words := tokens(part))]
    return bool(parts) and all(_has(name, words) for words in parts)


def _has(name: str, words: list[str]) -> bool:
    spelled, said = toneless("".join(words)), readings(spoken(name))
    typed = spelled.isascii() and spelled.isalnum()
    firsts = letters_of(spelled) if typed and len(spelled) > 1 else []
    return (
        _contains(tokens(name), words, begun=words[-1].isascii())
        or (typed and any(_begins(reading, spelled) for reading in said))
        or (bool(firsts) and any(_contains(letters(r), firsts, begun=False) for r in said))
    )


def letters_of(spelled: str) -> list[str]:
    found: list[str] = []
    for char in spelled:
        if found and char.isdigit() and found[-1].isdigit():
            found[-1] += char
        else:
            found.append(char)
    return found


def _begins(reading: list[str], spelled: str) -> bool:
    return any("".join(reading[n:]).startswith(spelled) for n in range(len(reading)))


def _contains(held: list[str], asked: list[str], *, begun: bool) -> bool:
    *whole, last = asked
    places = range(len(held) - len(asked) + 1)
    return any(
        held[n : n + len(whole)] == whole
        and (held[n + len(whole)].startswith(last) if begun else held[n + len(whole)] == last)
        for n in places
    )


NAMES = st.text("凤凰鳳覃塘长安银行圩乐社区ab1 ·(A", min_size=1, max_size=7)
SYLLABLES = ["feng", "huang", "qin", "tan", "tang", "chang", "zhang", "an", "yin", "hang", "xu"]
LETTERS = st.lists(
    st.sampled_from([*SYLLABLES, "le", "she", "qu", "f", "q", "a", "b", "1"]),
    min_size=1,
    max_size=3,
)
TYPED = st.one_of(
    NAMES,
    st.text("凤安区银 ", min_size=1, max_size=3),
    LETTERS.map(" ".join),
    LETTERS.map("".join),
    LETTERS.map("".join).map(lambda word: word[:-1]),
)


@pytest.mark.full
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    names=st.lists(NAMES, min_size=5, max_size=25), typed=st.lists(TYPED, min_size=10, max_size=30)
)
def test_the_index_finds_what_a_scan_finds(names, typed, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("scan"))
    commit(store, [named(str(n), name) for n, name in enumerate(names)])
    with store.view() as view:
        for text in typed:
            expected = {ID + str(n) for n, name in enumerate(names) if matches(name, text)}
            hits = find(view, text, limit=None)
            assert {hit.thing for hit in hits} == expected, text
            assert len(hits) == len(expected)
            assert set(things(view, text, limit=99)) == expected


def test_names_that_sound_or_look_alike_are_offered(view_of):
    view = view_of("凤凰社区", "荷城社区", "alliance of parks", "党员活动室")
    assert near(view, "凤皇社区") == ["凤凰社区"]
    assert near(view, "荷成社") == ["荷城社区"]
    assert near(view, "党员活动中心") == ["党员活动室"]
    assert near(view, "aliance of park") == ["alliance of parks"]
    assert near(view, "银行") == near(view, "") == []


CHANGES = st.sets(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(["凤凰", "覃塘", "Park"]), st.integers(0, 1)),
    min_size=1,
)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(states=st.lists(CHANGES, min_size=2, max_size=5))
def test_a_changed_index_is_like_one_written_anew(states, tmp_path_factory):
    folder, stores = tmp_path_factory.mktemp("changed"), []
    for number, state in enumerate(states):
        quads = {named(t, name, relation=(LABEL, ALT)[p]) for t, name, p in state}
        stores.append((quads, data_of(quads)))
        before = folder / f"{number - 1}" if number else None
        changed = stores[-2][0] ^ quads if number else ()
        search.write(folder / f"{number}", stores[-1][1], before=before, changed=changed)
        search.write(folder / "anew", stores[-1][1])
        assert rows(folder / f"{number}") == rows(folder / "anew")


def data_of(quads: set[ox.Quad]) -> Loose:
    store = ox.Store()
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    return Loose(store)


def test_a_small_change_copies_the_index_and_many_changes_write_it_anew(tmp_path):
    names = {named(str(n), f"社区{n}") for n in range(20)}
    search.write(tmp_path / "0", data_of(names))
    assert ids(tmp_path / "0") == list(range(1, 21))
    for number in range(1, 9):
        gone, new = named("0", f"社区{number - 1}0"), named("0", f"社区{number}0")
        names = names - {gone, named("0", "社区0")} | {new}
        search.write(
            tmp_path / str(number),
            data_of(names),
            before=tmp_path / str(number - 1),
            changed={gone, new},
        )
        assert rows(tmp_path / str(number)) >= {(ID + "0", new.object.value, "zh", 0, 3)}
    # Up to six holes are a quarter of what was ever written.
    assert [ids(tmp_path / str(n))[-1] for n in range(9)] == [*range(20, 27), 20, 21]


def ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as index:
        return [n for (n,) in index.execute("SELECT id FROM label ORDER BY id")]


def test_an_index_of_another_form_is_written_anew(tmp_path):
    data = data_of({named("a", "凤凰")})
    search.write(tmp_path / "old", data)
    assert search.is_current(tmp_path / "old")
    with closing(sqlite3.connect(tmp_path / "old")) as index, index:
        index.execute("UPDATE form SET text = 'older'")
        index.execute("UPDATE label SET text = 'stale'")
    assert not search.is_current(tmp_path / "old")
    search.write(tmp_path / "new", data, before=tmp_path / "old", changed={named("b", "x")})
    assert rows(tmp_path / "new") == {(ID + "a", "凤凰", "zh", 0, 2)}
    (tmp_path / "none").write_text("no database")
    assert not search.is_current(tmp_path / "none")


TTL = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/pba/id/450804/{name}> rdfs:label "{name}"@zh ; rdfs:comment "{comment}"@zh .
"""


def put(folder: Path, name: str, comment: str) -> Path:
    file = folder / "names.ttl"
    file.write_text(TTL.format(name=name, comment=comment), encoding="utf-8")
    return file


@pytest.mark.full
def test_a_load_changes_the_index_or_links_it_and_undo_takes_it_back(tmp_path):
    root = tmp_path / "a #store?%20 空'"
    store, steps = Store(root), []
    build(store)
    for name, comment in (("覃塘区", "one"), ("覃塘区", "two"), ("平南县", "two")):
        load(store, [put(tmp_path, name, comment)], on_step=steps.append)
        with store.view() as view:
            assert found(view, name) == [name]
            assert "凤凰社区" in found(view, "fh")
    assert steps.count("index") == 3
    with store.view() as view:
        assert found(view, "qintang") == []
    files = [root / f"gen-{n}" / "attached" / search.FILE for n in (2, 3, 4)]
    assert files[0].samefile(files[1])
    assert not files[1].samefile(files[2])
    assert [list(m.attached) for m in store.log()] == [[search.FILE]] * 3
    assert store.verify() == []
    store.undo()
    with store.view() as view:
        assert found(view, "qintang") == ["覃塘区"]
        assert rows(view.attached(search.FILE)) == rows(files[0])


def test_the_index_holds_the_names_of_the_merge_and_nothing_else(view):
    names = {
        (quad.subject.value, quad.object.value, quad.object.language or "")
        for relation in (LABEL, PREF, ALT)
        for quad in view.quads(None, relation, None, DEFAULT)
    }
    path = view.attached(search.FILE)
    assert {row[:3] for row in rows(path)} == names
    content = path.read_bytes()
    assert "凤凰社区".encode() in content
    # A person's name on an honour, a quoted sentence, a definition.
    for other in ("郑益良", "今天(6月3日)", "genus"):
        assert other.encode() not in content
    assert find(view, "郑益良") == []


@pytest.fixture
def store(tmp_path) -> Store:
    made = Store(tmp_path / "store")
    commit(made, [named(str(n), f"凤凰{n}号楼") for n in range(500)])
    return made


def test_a_generation_without_an_index_is_searched_in_memory(store, kg):
    without_index(store)
    with store.view() as view:
        assert view.attached(search.FILE) is None
        assert found(view, "fenghuang77") == ["凤凰77号楼"]
    run = kg("search", "fh77", store=store)
    assert (run.code, "凤凰77号楼" in run.out) == (0, True)
    assert "no index of names" in run.err
    assert store.verify() == []


def without_index(store: Store) -> None:
    """Make the current generation one that a kg wrote before there were indexes."""
    folder = store.path / "gen-1"
    (folder / "attached" / search.FILE).unlink()
    tree = json.loads((folder / "manifest.json").read_bytes())
    del tree["attached"]
    content = json.dumps(tree | {"format": 1}).encode()
    (folder / "manifest.json").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (store.path / "CURRENT").write_text(f"gen-1 {digest}\n")


def test_a_damaged_index_is_told(store, kg):
    path = store.path / "gen-1" / "attached" / search.FILE
    content = path.read_bytes()
    path.write_bytes(b"x" * len(content))
    run = kg("search", "凤凰", store=store)
    assert (run.code, run.out) == (1, "")
    assert str(path) in run.err
    assert "kg verify" in run.err
    assert [(d.file, d.fault) for d in store.verify()] == [(path, "content differs")]
    path.unlink()
    with pytest.raises(StoreDamaged, match=r"names\.sqlite: missing"):
        store.view()
    assert [(d.file, d.fault) for d in store.verify()] == [(path, "missing")]


def test_the_command_shows_name_type_and_what_matched(shipped, kg):
    run = kg("search", "xiandongshequ", store=shipped)
    assert [line.split() for line in run.out.splitlines() if "area:" in line] == [
        ["县东社区", "社区", "area:450802001003"]
    ]
    run = kg("search", "縣東社區居委會", store=shipped)
    assert [line.split() for line in run.out.splitlines() if "area:" in line] == [
        ["县东社区", "社区", "县东社区居委会", "area:450802001003"]
    ]
    assert run.err.startswith("1 行 · ")
    run = kg("--lang", "en", "search", "fh", "--limit", "2", "-f", "json", store=shipped)
    assert [(row["name"], row["type"], row["how"]) for row in json.loads(run.out)] == [
        ("凤凰社区", "community", "initials"),
        ("凤凰社区城市商圈", "business circle", "initials"),
    ]
    assert "the first 2 rows" in run.err
    run = kg("search", "联盟成员单位", "-f", "csv", store=shipped)
    assert run.out.splitlines()[1].startswith(f"{ID}kind/联盟成员单位,联盟成员单位,单位,")


def test_nothing_found_is_no_failure_and_offers_what_is_near(shipped, kg):
    run = kg("search", "凤皇社区", store=shipped)
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith("没有这样的名称；是否要找 凤凰社区、")
    run = kg("--lang", "en", "search", "!!", "-f", "json", store=shipped)
    assert (run.code, run.out) == (0, "[]\n")
    assert run.err.startswith("nothing has such a name · ")
    assert kg("search", "凤" * 300, store=shipped).code == 2


def test_a_name_that_is_unknown_is_answered_with_those_that_are_like_it(view):
    for name in ("鳳凰社", "fenghuangshe", "凤皇社区"):
        with pytest.raises(UnknownThing, match="did you mean 凤凰社区"):
            find_thing(view, name)
    assert find_thing(view, "lead member") == "https://w3id.org/pba/ns#LeadMember"
