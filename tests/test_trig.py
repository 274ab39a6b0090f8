"""Canonical TriG: one text for one set of quads, and the shipped files in it."""

from __future__ import annotations

import random
import subprocess
import sys

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import assets, trig
from kg.exceptions import InputError
from kg.namespace import ID, PBA, PREFIXES, RDF, SOURCE, XSD

OWN = {"gb": ID + "450802/", "s": SOURCE + "gangbei-2019#", "pba": "http://taken.example/"}

# What an IRI may hold: the parser is the judge of where a prefixed name needs an escape.
in_iris = st.characters(
    exclude_categories=["Cs", "Cc", "Co", "Cn", "Z"], exclude_characters='<>"{}|\\^`%[]'
)
locals_ = st.one_of(
    st.text(in_iris, max_size=6),
    st.text(st.sampled_from("a1.-_~!$&'()*+,;=/?#@:%·、（社"), max_size=6).map(
        lambda text: text.replace("%", "%2B").replace("#", "", text.count("#") - 1)
    ),
)
bases = st.sampled_from([*PREFIXES.values(), *OWN.values(), "urn:x:"])


def is_iri(text: str) -> bool:
    try:
        return bool(ox.NamedNode(text))
    except ValueError:
        return False


def iris() -> st.SearchStrategy[ox.NamedNode]:
    """Names in a namespace; an IRI has one # at most."""
    pairs = st.tuples(bases, locals_)
    joined = pairs.map(lambda p: p[0] + (p[1].replace("#", "") if "#" in p[0] else p[1]))
    return joined.filter(is_iri).map(ox.NamedNode)


strings = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
literals = st.one_of(
    st.builds(ox.Literal, strings),
    st.builds(lambda v, lang: ox.Literal(v, language=lang), strings, st.sampled_from(["zh", "en"])),
    st.builds(
        lambda v, kind: ox.Literal(v, datatype=ox.NamedNode(kind)),
        st.sampled_from(["1", "-07", "1.", ".5", "+2.50", "1e5", "true", "１", "2019-10-31", "x"]),
        st.sampled_from([XSD + t for t in ("integer", "decimal", "boolean", "double", "date")]),
    ),
)
triples = st.builds(ox.Triple, iris(), iris(), literals)
blanks = st.sampled_from("abc").map(ox.BlankNode)
predicates = st.one_of(iris(), st.just(ox.NamedNode(RDF + "type")))
graphs = st.one_of(iris(), st.just(ox.DefaultGraph()))
named = st.builds(ox.Quad, iris(), predicates, st.one_of(iris(), literals, triples), graphs)
with_blanks = st.builds(
    ox.Quad, st.one_of(iris(), blanks), predicates, st.one_of(blanks, literals), graphs
)


def parsed(text: str) -> set[ox.Quad]:
    return set(ox.parse(text, format=ox.RdfFormat.TRIG))


@pytest.mark.full
@settings(deadline=None)
@given(st.lists(named, max_size=8))
def test_what_is_written_is_read_back(quads):
    assert parsed(trig.text(quads, OWN)) == set(quads)


@pytest.mark.full
@settings(deadline=None)
@given(st.lists(named, max_size=8), st.randoms())
def test_the_text_depends_on_the_set_of_quads_alone(quads, chance: random.Random):
    shuffled = [*quads, *quads]
    chance.shuffle(shuffled)
    text = trig.text(quads, OWN)
    assert trig.text(shuffled, OWN) == text
    assert trig.text(parsed(text), OWN) == text


@settings(deadline=None)
@given(st.lists(with_blanks, max_size=6))
def test_blank_nodes_are_named_by_what_is_said_of_them(quads):
    names = {ox.BlankNode(old): ox.BlankNode(new) for old, new in zip("abc", "zxy", strict=True)}
    renamed = [ox.Quad(*(names.get(t, t) for t in quad)) for quad in quads]
    text = trig.text(quads, OWN)
    assert trig.text(renamed, OWN) == text
    assert trig.text(parsed(text), OWN) == text


def test_graphs_subjects_and_objects_stand_in_reading_order():
    content = """
        @prefix s: <https://w3id.org/pba/id/source/a#> .
        @prefix x: <urn:x:> .
        <https://w3id.org/pba/id/source/a/meta> { s:s2 x:q 2 }
        s:s12 { x:a12 x:p x:c . x:a9 x:p "b"@en, "b"@zh, x:c ; a x:T, x:S }
        s:s2-inferred { x:a x:p "1"^^x:t }
        s:s2 { x:a x:p true, 1 }
    """
    quads = parsed(content)
    assert trig.text(quads, {"s": SOURCE + "a#", "x": "urn:x:"}) == (
        "@prefix s: <https://w3id.org/pba/id/source/a#> .\n"
        "@prefix x: <urn:x:> .\n"
        "\n"
        "s:s2 {\n"
        "    x:a x:p\n"
        "            1,\n"
        "            true .\n"
        "}\n"
        "\n"
        "s:s2-inferred {\n"
        '    x:a x:p "1"^^x:t .\n'
        "}\n"
        "\n"
        "s:s12 {\n"
        "    x:a9 a x:S, x:T ;\n"
        "        x:p\n"
        '            "b"@zh,\n'
        '            "b"@en,\n'
        "            x:c .\n"
        "    x:a12 x:p x:c .\n"
        "}\n"
        "\n"
        "<https://w3id.org/pba/id/source/a/meta> {\n"
        "    s:s2 x:q 2 .\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (ID + "450802/加强城市基层党建工作1+3实施意见", "gb:加强城市基层党建工作1\\+3实施意见"),
        (ID + "450802/赛尔康(贵港)有限公司", "gb:赛尔康\\(贵港\\)有限公司"),
        (ID + "450802/区级、街道", "gb:区级、街道"),
        (SOURCE + "gangbei_streets_2.3.1", "source:gangbei_streets_2.3.1"),
        (SOURCE + "a/meta", f"<{SOURCE}a/meta>"),
        (ID + "450802/“四”", f"<{ID}450802/“四”>"),
        (PBA + "Alliance", "pba:Alliance"),
        (ID + "450802/.-a.", "gb:\\.-a\\."),
    ],
)
def test_a_name_is_escaped_or_written_whole(iri, written):
    node = ox.NamedNode(iri)
    text = trig.text([ox.Quad(node, node, node)], OWN)
    assert text.endswith(f"\n{written} {written} {written} .\n") or f"{written} " in text
    assert parsed(text) == {ox.Quad(node, node, node)}


def test_the_comment_at_the_head_is_kept_and_the_prefixes_that_are_used(tmp_path):
    path = tmp_path / "a.trig"
    path.write_text(
        "# 港北区\n# second line\n\n@prefix gb: <https://w3id.org/pba/id/450802/> .\n"
        "@prefix unused: <urn:u:> .\n# lost\ngb:a gb:b gb:c . # lost, too\n",
        encoding="utf-8",
    )
    trig.rewrite(path)
    assert path.read_text(encoding="utf-8") == (
        "# 港北区\n# second line\n\n@prefix gb: <https://w3id.org/pba/id/450802/> .\n"
        "\ngb:a gb:b gb:c .\n"
    )


def test_a_file_that_cannot_be_read_is_left_as_it_is_and_the_line_is_named(tmp_path):
    path = tmp_path / "a.trig"
    path.write_text("<urn:a> <urn:b>\n  <urn:c> ; ]\n")
    with pytest.raises(InputError, match=r"a\.trig:2:"):
        trig.rewrite(path)
    assert path.read_text() == "<urn:a> <urn:b>\n  <urn:c> ; ]\n"


SHIPPED = sorted(assets.folder("triples").glob("*.trig"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_rewriting_a_shipped_file_changes_nothing(file):
    content = file.read_bytes()
    assert trig.canonical(file, content).encode() == content, "run `make format`"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_rewritten_file_says_the_same(file, tmp_path):
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    subprocess.run([sys.executable, "-m", "kg.trig", str(copy)], check=True)
    assert set(ox.parse(path=copy)) == set(ox.parse(path=file))
    assert trig.canonical(copy, copy.read_bytes()).encode() == copy.read_bytes()
