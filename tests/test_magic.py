"""`%load_ext kg.magic`: cells, lines, errors and completion in a real IPython shell."""

from __future__ import annotations

import datetime

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.testing.globalipapp import start_ipython

import kg


@pytest.fixture(scope="module")
def shell():
    """The one shell of this process."""
    return start_ipython()


@pytest.fixture
def ip(shell, shipped):
    """A shell with the magic loaded and the shipped data open as `g`."""
    shell.reset()
    with kg.open(shipped.path) as graph:
        shell.user_ns["g"] = graph
        shell.run_line_magic("load_ext", "kg.magic")
        yield shell
        shell.run_line_magic("unload_ext", "kg.magic")


def ran(ip, text: str):
    """What a cell gives; its error is raised."""
    done = ip.run_cell(text)
    done.raise_error()
    return done.result


def told(ip, text: str, capsys) -> str:
    """The one line that a wrong cell prints."""
    done = ip.run_cell(text)
    assert isinstance(done.error_in_exec, UsageError), done
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    (line,) = printed.err.splitlines()
    return line.removeprefix("UsageError: ")


def completions(ip, text: str) -> list[str]:
    """What Tab offers at the end of a cell, in its order; the whole text that each would give."""
    with provisionalcompleter():
        found = list(ip.Completer.completions(text, len(text)))
    return [text[: one.start] + one.text + text[one.end :] for one in found]


# Cells


def test_a_cell_is_sparql_and_gives_a_result(ip):
    result = ran(ip, "%%kg\nSELECT ?l { ?a a pba:Alliance ; rdfs:label ?l } ORDER BY ?l")
    assert isinstance(result, kg.Result)
    assert ("小个专党建联盟",) in result.rows()


def test_a_name_in_a_cell_is_a_python_variable(ip):
    ip.user_ns |= {"place": "贵城街道", "day": datetime.date(2019, 10, 31), "rows": 3}
    result = ran(
        ip,
        "%%kg\nSELECT ?l { ?c a pba:Community ; pba:within ?s ; dcterms:valid ?d ; rdfs:label ?l\n"
        "  . ?s rdfs:label ?n FILTER(STR(?n) = $place && ?d = $day) } LIMIT $rows",
    )
    assert len(result) == 3


def test_a_variable_may_be_called_as_an_option_is(ip):
    ip.user_ns["timeout"] = 2
    assert ran(ip, "%%kg\nSELECT ?n { BIND($timeout AS ?n) }").rows() == [(2,)]


def test_a_value_is_a_term_and_never_sparql(ip):
    ip.user_ns["name"] = '" || true) } #'
    assert len(ran(ip, "%%kg\nSELECT ?x { ?x rdfs:label ?l FILTER(STR(?l) = $name) }")) == 0


def test_an_output_is_put_into_a_variable_as_well(ip):
    result = ran(ip, "%%kg -o found\nASK { ?a a pba:Alliance }")
    assert ip.user_ns["found"] is result and result
    assert ran(ip, "%kg -o asked honours").rows() == ip.user_ns["asked"].rows()


def test_another_graph_is_named(ip, generated):
    with kg.open(generated.path) as other:
        ip.user_ns["other"] = other
        query = "%%kg -g other\nASK { ?s a pba:AllianceMembership }"
        assert ran(ip, query) and not ran(ip, query.replace(" -g other", ""))


# Saved questions


def test_a_line_asks_a_saved_question(ip):
    assert ran(ip, "%kg alliances").rows() == ip.user_ns["g"].saved("alliances").rows()
    assert len(ran(ip, "%kg communities street=贵城街道 date=2023-06-30")) == 25


def test_a_value_of_a_line_is_that_of_a_variable(ip):
    ip.user_ns |= {"place": "贵城街道", "day": datetime.date(2023, 6, 30)}
    assert len(ran(ip, "%kg communities street=$place date=$day")) == 25
    assert len(ran(ip, "result = %kg communities street=$place") or ip.user_ns["result"]) == 18


def test_a_value_may_hold_spaces_quotes_and_braces(ip, tmp_path):
    question = tmp_path / "same.rq"
    question.write_text(
        "#+ title: same\n#+ param: text string text | text\nSELECT ?t { BIND($text AS ?t) }",
        encoding="utf-8",
    )
    with kg.open(ip.user_ns["g"].where, queries=[tmp_path]) as graph:
        ip.user_ns |= {"g": graph, "said": "a 'b' {c} $d"}
        assert ran(ip, "%kg same text=$said").rows() == [("a 'b' {c} $d",)]
        assert ran(ip, '%kg same text="甲 乙"').rows() == [("甲 乙",)]
        assert ran(ip, '%kg same "text={said}"').rows() == [("{said}",)]


# Errors


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%kg", "name a saved question"),
        ("%kg aliances", "there is no saved question 'aliances'; did you mean alliances"),
        ("%kg communities", "communities needs -p street="),
        ("%kg communities 贵城街道", "'贵城街道': a value is given as name=value"),
        ("%kg communities street=$nowhere", "there is no Python variable 'nowhere'"),
        ('%kg communities street="贵城', "a quote is not closed"),
        ("%kg communities street=贵城阶道", "nothing in the graph is called 贵城阶道"),
        ("%kg -x alliances", "unrecognized arguments: -x"),
        ("%kg -o 1x alliances", "-o 1x: that is no name of a Python variable"),
        ("%kg -g h alliances", "there is no graph 'h'; open one first: h = kg.open('kg-data')"),
        ("%%kg alliances\nASK {}", "a cell holds the query"),
        ("%%kg\nSELECT ?l { ?a a pba:Alliance", "line 1, column 11: { is never closed"),
        (
            "%%kg\nSELECT ?l { ?a rdfs:label $l }",
            "there is no Python variable 'l'; a variable of the query is written ?l",
        ),
        ("%%kg\nSELECT * { FILTER(?x = $_oh) }", "_oh={"),
        ("%%kg\nSELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_a_wrong_cell_is_answered_by_one_line(cell, message, ip, capsys):
    assert message in told(ip, cell, capsys)


def test_without_a_graph_it_says_how_to_open_one(ip, capsys):
    del ip.user_ns["g"]
    assert "g = kg.open('kg-data')" in told(ip, "%kg alliances", capsys)
    assert completions(ip, "%kg alli") == []


# Completion


def test_a_term_is_completed_by_its_chinese_label(ip):
    cell = "%%kg\nSELECT ?a { ?a a "
    assert completions(ip, f"{cell}联盟")[0] == f"{cell}pba:Alliance"
    assert f"{cell}pba:RegionalAlliance" in completions(ip, f"{cell}区域党建联盟")
    assert completions(ip, f"{cell}pba:Alli")[0] == f"{cell}pba:Alliance"


def test_a_thing_is_completed_by_its_name(ip):
    cell = "%%kg\nDESCRIBE "
    assert f"{cell}area:450802001" in completions(ip, f"{cell}贵城")


def test_variables_of_the_query_and_of_python_are_completed(ip):
    ip.user_ns |= {"place": "贵城街道", "_hidden": 1}
    cell = "%%kg\nSELECT ?name { ?x rdfs:label ?name FILTER(?name = "
    assert completions(ip, f"{cell}?n") == [f"{cell}?name"]
    assert completions(ip, f"{cell}$p") == [f"{cell}$place"]
    assert completions(ip, f"{cell}$") == [f"{cell}$place"]
    assert completions(ip, "%kg communities street=$pl") == ["%kg communities street=$place"]


@pytest.mark.parametrize("begin", ["%kg ", "found = %kg ", "x = 1\n%kg ", "%kg -o found "])
def test_questions_are_completed_by_name_and_title(begin, ip):
    found = completions(ip, f"{begin}communi")
    assert found[:2] == [f"{begin}communities", f"{begin}community-grids"]
    assert f"{begin}zone-names" in completions(ip, f"{begin}六个片区")


def test_parameters_and_their_values_are_completed(ip):
    line = "%kg communities "
    assert completions(ip, line) == [f"{line}street=", f"{line}date="]
    assert completions(ip, f"{line}street=贵城") == [f"{line}street=贵城街道"]
    assert "%kg honours rank=地市级" in completions(ip, "%kg honours rank=")


def test_questions_of_ones_own_are_completed(ip, tmp_path):
    (tmp_path / "mine.rq").write_text("#+ title: mine\nASK {}", encoding="utf-8")
    with kg.open(ip.user_ns["g"].where, queries=[tmp_path]) as graph:
        ip.user_ns["h"] = graph
        assert completions(ip, "%kg -g h min") == ["%kg -g h mine"]


@pytest.mark.parametrize(
    "text",
    [
        "%%kg",
        "%%kg -o ",
        "%%kg\n",
        "%%kg\n联盟",
        "%%kg\nSELECT * { ?s ?p '",
        "%%kg\nSELECT * { ?s ?p 'it''s $",
        "%%kg\nSELECT * { <",
        "%%kg\n\\x $",
        "%%kg\n\x00",
        '%kg communities street="',
        "%kg \\",
        "%kg $",
    ],
)
def test_completion_bears_what_is_half_written(text, ip, capsys):
    assert not [one for one in completions(ip, text) if one.endswith("alliances")]
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_other_cells_are_completed_as_before(ip):
    ip.user_ns["联盟数"] = 4
    assert completions(ip, "联盟") == ["联盟数"]


def test_loading_twice_completes_once(ip):
    ip.run_line_magic("reload_ext", "kg.magic")
    assert completions(ip, "%kg four-f") == ["%kg four-focuses"]
    matchers = [getattr(one, "matcher_identifier", "") for one in ip.Completer.custom_matchers]
    assert matchers.count("kg") == 1
