"""RDF files in: formats, graphs, and what is refused with file and line."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import assets, ingest, ontology
from kg.exceptions import InputError
from kg.ingest import sources
from kg.namespace import DCTERMS, ENTAILED, PBA, SOURCE

GOOD = {
    "a.ttl": "@prefix e: <http://e.org/> . e:a e:p 'x' .",
    "a.nt": "<http://e.org/a> <http://e.org/p> 'x' .".replace("'", '"'),
    "a.nq": '<http://e.org/a> <http://e.org/p> "x" <http://e.org/g> .',
    "a.trig": "@prefix e: <http://e.org/> . e:g { e:a e:p 'x' }",
}


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as refused:
        ingest.read(path)
    return [str(problem).removeprefix(f"{path.parent}/") for problem in refused.value.problems]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_every_format_is_read_into_graphs_of_the_source(name, tmp_path):
    incoming = ingest.read(written(tmp_path, name, GOOD[name]))
    said = [q for q in incoming.quads if q.subject == ox.NamedNode("http://e.org/a")]
    assert [q.object.value for q in said] == ["x"]
    graph = "data" if name in ("a.ttl", "a.nt") else "graph/http%3A%2F%2Fe.org%2Fg"
    assert said[0].graph_name.value == f"{SOURCE}a/{graph}"
    certainty = [q for q in incoming.quads if q.predicate.value == PBA + "certainty"]
    assert [q.subject.value for q in certainty] == [said[0].graph_name.value]


def test_a_foreign_graph_name_is_kept_as_an_identifier(tmp_path):
    incoming = ingest.read(written(tmp_path, "a.nq", GOOD["a.nq"]))
    kept = [q for q in incoming.quads if q.predicate.value == DCTERMS + "identifier"]
    assert [q.object.value for q in kept] == ["http://e.org/g"]


@pytest.mark.parametrize("graph", [ENTAILED, f"{ENTAILED}#types", f"{ENTAILED}/meta"])
def test_nobody_can_claim_that_something_is_entailed(graph, tmp_path):
    text = f"<{graph}> {{ <http://e.org/a> <http://e.org/p> 'x' }}"
    incoming = ingest.read(written(tmp_path, "a.trig", text))
    (said,) = (q for q in incoming.quads if q.subject.value == "http://e.org/a")
    assert said.graph_name.value == f"{SOURCE}a/graph/{quote(graph, safe='')}"
    assert {q.graph_name.value.startswith(f"{SOURCE}a/") for q in incoming.quads} == {True}


def test_nobody_can_claim_to_be_another_source(tmp_path):
    text = f"<{SOURCE}gangbei-2019#s12> {{ <http://e.org/a> <http://e.org/p> 'x' }}"
    incoming = ingest.read(written(tmp_path, "liar.trig", text))
    assert all(q.graph_name.value.startswith(f"{SOURCE}liar/") for q in incoming.quads)


def test_blank_nodes_get_the_same_labels_each_time_and_their_own_in_each_source(tmp_path):
    text = "@prefix e: <http://e.org/> . e:a e:p [ e:q [ e:r 1 ] ] . _:x e:p e:a ."
    one, again, other = (
        ingest.read(written(tmp_path, name, text), source)
        for name, source in (("a.ttl", None), ("a.ttl", None), ("b.ttl", None))
    )
    assert set(one.quads) == set(again.quads)

    def blanks(incoming: ingest.Incoming) -> set[str]:
        terms = {t for q in incoming.quads for t in q if isinstance(t, ox.BlankNode)}
        return {term.value for term in terms}

    assert len(blanks(one)) == 3
    assert not blanks(one) & blanks(other)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.ttl", "<http://e.org/a> a <http://e.org/b> .\n<http://e.org/a> ;", "a.ttl:2:"),
        ("a.nt", "<http://e.org/a> <p> <http://e.org/b> .", "a.nt:1:"),
        ("a.trig", "# only a comment\n", "a.trig: it holds no triples"),
        ("a.xlsx", "", "a.xlsx: kg does not read this kind of file; it reads .ttl"),
        ("a b.ttl", GOOD["a.ttl"], None),
        ("ontology.ttl", GOOD["a.ttl"], "'ontology' cannot name a source (kg writes the source"),
        ("entailed.ttl", GOOD["a.ttl"], "'entailed' cannot name a source (kg writes the source"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_line(name, text, problem, tmp_path):
    path = written(tmp_path, name, text)
    if problem is None:
        assert ingest.read(path).source == "ab"
    else:
        (found,) = problems(path)
        assert problem in found


def test_text_that_is_not_utf8_is_refused_with_line_and_byte(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_bytes("# 第一行\n# ".encode() + "港北区".encode("gb18030"))
    (found,) = problems(path)
    assert found == "a.ttl:2: not UTF-8 at byte 14; RDF text must be saved as UTF-8 [encoding]"


def test_an_unknown_term_is_named_with_its_line_and_the_nearest_one(tmp_path):
    text = "@prefix pba: <https://w3id.org/pba/ns#> .\n<http://e.org/a>\n  a pba:Aliance ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert found.startswith(
        "a.ttl:3: the ontology has no term pba:Aliance; did you mean pba:Alliance?"
    )


@pytest.mark.parametrize(
    ("value", "rule", "masked"),
    [
        ("450802199003071234", "resident-id", "450*************34"),
        ("45080219900307123X", "resident-id", "450*************3X"),
        ("４５０８０２１９９００３０７１２３４", "resident-id", "450*************34"),
        ("13812345678", "mobile", "138******78"),
        ("联系电话13812345678。", "mobile", "138******78"),
    ],
)
def test_personal_numbers_are_refused_masked_with_line_and_column(value, rule, masked, tmp_path):
    text = f"<http://e.org/a> <http://e.org/p> 'x' .\n<http://e.org/a> <http://e.org/p> '{value}' ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    column = 36 if not value.startswith("联系") else 40
    assert found.startswith(f"a.ttl:2:{column}: {masked} looks like a {rule} number")
    assert "1234" not in found


@pytest.mark.parametrize(
    "value",
    [
        "91450800MA5K9WXY3T",
        "450802001013",
        "13800000000元",
        "13800000000 元",
        "5000",
        "0775-4215678",
        "20190603",
        "2019-06-03 2019-10-31 2019-12-31",
        "13 200 300 400",
        "978-7-5012-1380-0",
        "9787501213800",
        "0a13800138000bc450802199003071234de",
    ],
)
def test_numbers_of_organisations_places_and_sums_pass(value, tmp_path):
    text = f"<http://e.org/a> <http://e.org/p> '{value}' ."
    assert ingest.read(written(tmp_path, "a.ttl", text)).quads


@pytest.mark.parametrize(
    "text",
    [
        "<http://e.org/a> a <http://xmlns.com/foaf/0.1/Person> .",
        "<http://e.org/a> a <https://schema.org/Person> .",
        "<http://e.org/a> <http://xmlns.com/foaf/0.1/name> 'x' .",
        "<http://e.org/a> <http://www.w3.org/2006/vcard/ns#tel> 'x' .",
        "<http://e.org/a> <http://xmlns.com/foaf/0.1/mbox> <mailto:a@e.org> .",
        "<http://e.org/a> <http://e.org/p> <<( _:z a <http://xmlns.com/foaf/0.1/Person> )>> .",
        "<http://e.org/a> <http://e.org/p>"
        " <<( _:z <http://e.org/p> <<( _:z <http://xmlns.com/foaf/0.1/name> 'x' )>> )>> .",
    ],
)
def test_persons_are_refused(text, tmp_path):
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert "[person]" in found


def test_all_problems_are_listed(tmp_path):
    text = (
        "@prefix pba: <https://w3id.org/pba/ns#> .\n"
        "<http://e.org/a> a pba:Aliance, pba:Honor, <http://xmlns.com/foaf/0.1/Person> ."
    )
    assert len(problems(written(tmp_path, "a.ttl", text))) == 3


@pytest.fixture
def deprecating(tmp_path, monkeypatch):
    """An ontology with a replaced term, one that is only deprecated, and their successor."""
    folder = tmp_path / "ontology"
    folder.mkdir()
    written(
        folder,
        "pba.ttl",
        """
        @prefix pba: <https://w3id.org/pba/ns#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://w3id.org/pba/ns> a owl:Ontology ; owl:versionInfo "9.0.0" .
        pba:Union a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy pba:Alliance .
        pba:Guild a owl:Class ; owl:deprecated true .
        pba:Alliance a owl:Class .
        """,
    )
    real = assets.folder
    monkeypatch.setattr(assets, "folder", lambda k: folder if k == "ontology" else real(k))
    ontology.terms.cache_clear()
    yield
    ontology.terms.cache_clear()


OLD = "@prefix pba: <https://w3id.org/pba/ns#> . <http://e.org/a> a pba:Union, pba:Guild ."
NOTICES = (
    "pba:Guild is deprecated and has no replacement; it was kept",
    "pba:Union is deprecated; it was read as pba:Alliance",
)


@pytest.mark.usefixtures("deprecating")
def test_a_deprecated_term_is_rewritten_to_its_replacement_with_one_notice(tmp_path):
    text = OLD + " <http://e.org/b> a pba:Union, pba:Alliance ."
    incoming = ingest.read(written(tmp_path, "a.ttl", text))
    said = [(q.subject.value[-1], q.object.value) for q in incoming.quads if "e.org" in str(q)]
    assert sorted(said) == [("a", PBA + "Alliance"), ("a", PBA + "Guild"), ("b", PBA + "Alliance")]
    assert incoming.notices == NOTICES


@pytest.mark.usefixtures("deprecating")
def test_a_graph_keeps_its_name_though_a_deprecated_term_has_it(tmp_path):
    text = f"<{PBA}Union> {{ <http://e.org/a> <{PBA}Union> <{PBA}Union> }}"
    incoming = ingest.read(written(tmp_path, "a.trig", text))
    (said,) = (q for q in incoming.quads if q.subject.value == "http://e.org/a")
    kept = [q.object.value for q in incoming.quads if q.predicate.value == DCTERMS + "identifier"]
    assert (said.predicate.value, said.object.value) == (PBA + "Alliance", PBA + "Alliance")
    assert kept == [PBA + "Union"]


@pytest.mark.usefixtures("deprecating")
def test_load_and_build_tell_of_a_deprecated_term_once(kg, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("a.ttl", "b.ttl"):
        written(data, name, OLD)
    expected = "".join(f"Note: {notice}\n" for notice in NOTICES)
    for run in (kg("build", "--from", data), kg("load", data / "a.ttl", data / "b.ttl")):
        assert (run.code, run.err) == (0, expected)
    text = "SELECT DISTINCT ?c { <http://e.org/a> a ?c } ORDER BY ?c"
    printed = kg("query", "-e", text, "-f", "csv").out.split()
    assert printed == ["c", PBA + "Alliance", PBA + "Guild"]


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 4), min_size=1))
def test_every_quad_is_kept_in_a_graph_of_the_source(rows):
    quads = [
        ox.Quad(
            *(ox.NamedNode(f"http://e.org/{v}") for v in row[:3]), ox.NamedNode(f"urn:{row[3]}")
        )
        for row in rows
    ]
    placed = sources._placed("s", quads)
    plain = [q for q in placed if q.predicate.value != DCTERMS + "identifier"]
    assert {(q.subject, q.predicate, q.object) for q in plain} == {
        (q.subject, q.predicate, q.object) for q in quads
    }
    assert all(q.graph_name.value.startswith(f"{SOURCE}s/") for q in placed)


def test_the_home_page_of_an_organisation_passes(tmp_path):
    text = "<http://e.org/a> <http://xmlns.com/foaf/0.1/homepage> <http://e.org/> ."
    assert ingest.read(written(tmp_path, "a.ttl", text)).quads


def test_an_unknown_term_in_a_triple_term_is_refused(tmp_path):
    text = f"<http://e.org/a> <http://e.org/p>\n<<( _:z <{PBA}nonsense> 'x' )>> ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert found.startswith("a.ttl:2: the ontology has no term pba:nonsense")


@pytest.mark.full
def test_triple_terms_that_are_nested_without_end_are_refused(tmp_path):
    start, end = "<<( <http://e.org/a> <http://e.org/p> ", " )>>"
    text = f"<http://e.org/a> <http://e.org/p> {start * 3000}'x'{end * 3000} ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert "[nesting]" in found


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        (r"'a\u001B[31m'", 2, r"a\u001B[31m"),
        (r"'a\u202Eb'", 2, r"a\u202Eb"),
        ("'a\u2066b'", 2, r"a\u2066b"),
        ("'a\u0085b'", 2, r"a\u0085b"),
        (r"'a\uFFFEb'", 2, r"a\uFFFEb"),
        ("'''one\ntwo \u202e'''", 3, r"two \u202E"),
        ("<http://e.org/\u202e>", 2, r"/\u202E"),
        ("<<( <http://e.org/a> <http://e.org/p> 'a\u202e' )>>", 2, r"a\u202E"),
    ],
)
def test_control_characters_are_refused_with_their_line_and_escaped(text, line, shown, tmp_path):
    text = f"@prefix e: <http://e.org/> . # \u202e in a comment is no data\ne:a e:p {text} ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert found.startswith(f"a.ttl:{line}: ")
    assert found.endswith("[control]")
    assert shown in found
    assert found.isprintable()


def test_tabs_and_line_ends_in_a_literal_pass(tmp_path):
    text = r"<http://e.org/a> <http://e.org/p> 'a\tb\nc\rd' ."
    assert ingest.read(written(tmp_path, "a.ttl", text)).quads


@pytest.mark.full
def test_a_literal_that_the_parser_cannot_hold_is_refused(tmp_path):
    text = f"<http://e.org/a> <http://e.org/p> '{'文' * 6_000_000}' ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert "[size]" in found


def test_a_file_name_that_is_not_utf8_is_kept_escaped(tmp_path):
    try:
        path = written(tmp_path, "q\udcff.ttl", GOOD["a.ttl"])
    except (OSError, UnicodeError):
        pytest.skip("this file system takes only UTF-8 names")
    incoming = ingest.read(path, "ok")
    assert incoming.file_name == r"q\udcff.ttl"
    kept = [q.object.value for q in incoming.quads if q.predicate.value == PBA + "fileName"]
    assert kept == [r"q\udcff.ttl"]


@pytest.mark.parametrize("name", [".", "..", "-x", "_x", "(x)"])
def test_the_name_of_a_source_begins_with_a_letter_or_digit(name, tmp_path):
    path = written(tmp_path, "a.ttl", GOOD["a.ttl"])
    with pytest.raises(InputError, match="cannot name a source"):
        ingest.read(path, name)


def test_a_byte_order_mark_is_no_text(tmp_path):
    path = written(tmp_path, "a.ttl", "\ufeff" + GOOD["a.ttl"])
    assert [q.object.value for q in ingest.read(path).quads][:1] == ["x"]


def test_build_passes_over_hidden_files(kg, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    written(data, "a.ttl", GOOD["a.ttl"])
    written(data, "._a.ttl", "not RDF")
    assert kg("build", "--from", data).code == 0


def test_a_certainty_outside_the_meta_graph_is_no_description(tmp_path):
    text = f"<{SOURCE}a/data> <{PBA}certainty> <{PBA}Inferred> ."
    incoming = ingest.read(written(tmp_path, "a.ttl", text))
    about = ox.NamedNode(f"{SOURCE}a/meta")
    assert PBA + "Stated" in [q.object.value for q in incoming.quads if q.graph_name == about]


def test_thousands_of_unknown_terms_take_one_pass(tmp_path):
    text = "".join(f"<{PBA}a{n}> <{PBA}p{n}> 'x' .\n" for n in range(5000))
    began = time.monotonic()
    found = problems(written(tmp_path, "a.ttl", text))
    assert len(found) == 10_000
    assert next(f for f in found if "pba:a4999" in f).startswith("a.ttl:5000: ")
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("'+8613800138000'", "mobile"),
        ("'0086 13800138000'", "mobile"),
        ("'138-0013-8000'", "mobile"),
        ("'138 0013 8000'", "mobile"),
        ("'1 3 8 0 0 1 3 8 0 0 0'", "mobile"),
        ("'138\u00a00013\u20118000'", "mobile"),
        ("'\u0661\u0663800138000'", "mobile"),
        ("'0775-4215678 13800138000'", "mobile"),
        (r"'\t13800138000'", "mobile"),
        (r"'1380013\u0038000'", "mobile"),
        ("<tel:+86-138-0013-8000>", "mobile"),
        ("<http://e.org/%31%33800138000>", "mobile"),
        ("'450802 19800101 1234'", "resident-id"),
        ("'450802-1980-01-01-1234'", "resident-id"),
        (r"'\u0034\U00000035080219800101123x'", "resident-id"),
        ("<<( <http://e.org/a> <http://e.org/p> '+8613800138000' )>>", "mobile"),
    ],
)
def test_personal_numbers_are_found_however_they_are_written(text, rule, tmp_path):
    text = f"<http://e.org/a> <http://e.org/p>\n{text} ."
    (found,) = problems(written(tmp_path, "a.ttl", text))
    assert found.startswith("a.ttl:2:")
    assert found.endswith(f"looks like a {rule} number; remove it [{rule}]")


LINKED = "".join(f"_:b{a} e:p _:b{b} ." for a in range(10) for b in range(10) if a != b)
CHAIN = "".join(f"_:b{n} e:p _:b{n + 1} ." for n in range(2000))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [LINKED, CHAIN, f"e:a e:p ({'1 ' * 300}) .", "e:a e:p <<( _:z e:q _:y )>> . _:z e:q [] ."],
    ids=["linked", "chain", "list", "triple term"],
)
def test_blank_nodes_that_look_alike_are_labelled_at_once_and_the_same_each_time(text, tmp_path):
    path = written(tmp_path, "a.ttl", f"@prefix e: <http://e.org/> . {text}")
    one, again, other = (
        [q.triple for q in ingest.read(path, name).quads if "/data" in str(q.graph_name)]
        for name in ("a", "a", "b")
    )
    assert one == again
    assert len(set(one)) == len(list(ox.parse(path=path)))
    assert not set(one) & set(other)
