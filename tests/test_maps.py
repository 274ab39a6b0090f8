"""The map as a file: what is drawn, where, and that no text of the network becomes markup."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import html5lib
import networkx as nx
import pytest

from kg import assets, maps
from kg.exceptions import MapError
from kg.maps import fold, layout, routes, table

from .map_sample import QUOTES, RELATIONS, hostile, network, unpacked

HTML = "{http://www.w3.org/1999/xhtml}"
FRAMES = {"wide": layout.WIDE, "narrow": layout.NARROW, "paper": layout.PAPER}


@pytest.fixture(scope="module")
def net():
    return network()


@pytest.fixture(scope="module")
def drawn(net):
    return fold.picture(net)


@pytest.fixture(scope="module")
def text(net):
    return maps.page(net)


def crowd(alliances=400, units=3000):
    """A network far larger than a map can show."""
    net = nx.MultiDiGraph(
        title="大图",
        families=[{"id": "alliance", "label": "联盟"}, {"id": "unit", "label": "单位"}],
        tiers=[{"label": "联盟"}, {"label": "单位"}],
    )
    for n in range(alliances):
        net.add_node(f"a:{n}", label=f"联盟{n}", kind=f"联盟{n % 7}", family="alliance", tier=0)
    for n in range(units):
        net.add_node(f"u:{n}", label=f"单位{n}", kind=f"单位{n % 50}", family="unit", tier=1)
        for key in "pq":
            net.add_edge(f"a:{n % alliances}", f"u:{n}", key=key, label=key, certainty="Stated")
    return net


# What pyvis holds


def test_pyvis_holds_every_box_and_line_with_whole_positions(net, drawn):
    held = maps.to_pyvis(net)
    assert held.directed is True
    assert held.options["physics"] == {"enabled": False}
    assert [n["id"] for n in held.nodes] == held.node_ids == list(held.node_map)
    assert len(held.nodes) == 84 - 18 + 2
    assert len(held.edges) == len(RELATIONS) + 22 - 18 + 2
    assert all(type(n[axis]) is int for n in held.nodes for axis in "xy")
    assert list(held.options["groups"]) == [f["id"] for f in net.graph["families"]]


def test_parallel_relations_survive_in_pyvis(net):
    pairs = [(e["from"][-5:], e["to"][-6:], e["label"]) for e in maps.to_pyvis(net).edges]
    between = [p[2] for p in pairs if p[:2] == ("“大党委”", "区域党建联盟")]
    assert sorted(between) == ["发起", "统筹"]


def test_pyvis_itself_takes_the_result(net):
    html = maps.to_pyvis(net).generate_html()
    assert '"physics": {"enabled": false}' in html
    assert html.count("小个专党建联盟".encode("unicode-escape").decode()) >= 1


def test_importing_maps_does_not_import_pyvis():
    code = "import sys, kg.maps; print('pyvis' in sys.modules, 'IPython' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


# Folding


def test_leaves_that_only_lie_in_a_street_share_a_box(drawn):
    assert [(b.label, b.sub) for b in drawn.boxes if b.folded] == [
        ("社区 ×14", "位于贵城街道"),
        ("社区 ×4", "位于港城街道"),
    ]
    apart = {b.label for b in drawn.boxes if b.kind == "社区" and not b.folded}
    assert apart == {"凤凰社区", "荷城社区", "石羊塘社区", "港宁社区"}


@pytest.fixture
def district():
    """A district with two streets, of which one is told of, and four towns; each has villages."""
    net = nx.MultiDiGraph(title="区", families=[{"id": "area", "label": "区域"}], tiers=[])

    def add(name, kind, tier, above=None, **more):
        net.add_node(name, label=name, kind=kind, family="area", tier=tier, **more)
        if above:
            net.add_edge(name, above, key="within", label="位于", certainty="Stated")

    add("区", "区", 0)
    for street in ("甲街道", "乙街道"):
        add(street, "街道", 1, "区")
        for n in range(6):
            change = {"change": "新增代码"} if n > 2 else {}
            add(f"{street}{n}", "社区", 2, street, **change)
    add("会", "会议", 1)
    net.add_edge("会", "甲街道", key="carriedOutIn", label="开展地", certainty="Stated")
    for town in "丙丁戊己":
        add(f"{town}镇", "乡镇", 1, "区")
        for n in range(3):
            add(f"{town}村{n}", "行政村", 2, f"{town}镇")
    return net


def test_places_of_which_only_territory_speaks_fold_with_what_lies_in_them(district):
    boxes = fold.picture(district).boxes
    assert [(b.label, b.sub) for b in boxes if b.folded] == [
        ("乡镇 ×4", "位于区"),
        ("行政村 ×12", "位于乡镇 ×4"),
        ("社区 ×3", "位于乙街道"),
        ("社区 ×3", "位于乙街道 · 新增代码"),
        ("社区 ×3", "位于甲街道"),
        ("社区 ×3", "位于甲街道 · 新增代码"),
    ]
    assert {b.label for b in boxes if not b.folded} == {"区", "甲街道", "乙街道", "会"}


def test_a_town_that_something_is_told_of_keeps_its_box_and_its_villages(district):
    district.add_edge("会", "丙村0", key="about", label="关于", certainty="Stated")
    boxes = fold.picture(district).boxes
    assert [(b.label, b.sub) for b in boxes if b.folded][:2] == [
        ("乡镇 ×3", "位于区"),
        ("行政村 ×9", "位于乡镇 ×3"),
    ]
    assert {"丙镇", "丙村0", "丙村1", "丙村2"} <= {b.label for b in boxes if not b.folded}


def test_places_within_each_other_in_a_circle_are_drawn():
    net = nx.MultiDiGraph(title="圈", families=[{"id": "area", "label": "区域"}], tiers=[])
    for name, above in zip("甲乙丙", "乙丙甲", strict=True):
        net.add_node(name, label=name, kind="区", family="area", tier=0)
        net.add_edge(name, above, key="within", label="位于", certainty="Stated")
    assert {b.label for b in fold.picture(net).boxes} == {"甲", "乙", "丙"}


def test_the_page_says_what_is_shown_and_what_is_folded(text):
    assert "显示 66 / 84" in text
    assert "原文载明 75 条关系" in text
    assert "推断 10 条" in text


def test_never_more_than_300_boxes_and_no_thing_is_lost():
    drawn = fold.picture(crowd())
    assert len(drawn.boxes) <= 300
    assert sorted(m for b in drawn.boxes for m in b.members) == sorted(drawn.things)


@pytest.mark.full
def test_a_crowd_is_drawn_in_linear_time():
    start = time.perf_counter()
    maps.page(crowd())
    assert time.perf_counter() - start < 20


def test_alliances_without_members_say_so_and_never_zero(text):
    cards = re.findall(r'<article class="card".*?</article>', text, re.DOTALL)
    unsaid = [card for card in cards if "成员未载明" in card]
    assert [re.search(r"<h3>.*?>(.*?)</a>", card)[1] for card in unsaid] == [
        "小个专党建联盟",
        "港北区两新组织党建联盟",
        "生态旅游产业党建联盟",
    ]
    assert not any(re.search(r">[^<]*\b0\b", card) for card in cards)
    assert text.count('<tspan class="sub" x="0" y="-') + text.count(">成员未载明</tspan>") >= 9


# Layout and routes


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_boxes_stay_apart_and_inside(drawn, frame):
    laid = layout.plan(drawn, frame)
    boxes = [p.sides for p in laid.places]
    for n, (left, top, right, bottom) in enumerate(boxes):
        assert frame.left < left < right < frame.width, drawn.boxes[n].label
        assert 0 < top < bottom < laid.height
        for a, b, c, d in boxes[:n]:
            assert right < a or c < left or bottom < b or d < top, drawn.boxes[n].label


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_text_fits_its_box(drawn, frame):
    for box, place in zip(drawn.boxes, layout.plan(drawn, frame).places, strict=True):
        assert 1 <= len(place.text) <= 3
        font = frame.font + 2 * (box.family == "alliance")
        assert max(map(layout.em, place.text)) * font <= place.width - 8


def test_phone_boxes_are_large_enough_to_touch(drawn):
    places = layout.plan(drawn, layout.NARROW).places
    assert all(p.width >= 44 and p.height >= 44 for p in places)


@pytest.mark.full
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("make", [network, hostile, lambda: crowd(16, 60)], ids="nhc")
def test_lines_cross_no_box(make, frame):
    drawn = fold.picture(make())
    laid = layout.plan(drawn, frame)
    for line, path in zip(drawn.lines, routes.routes(laid, drawn.lines), strict=True):
        points = sample(path)
        others = [p.sides for i, p in enumerate(laid.places) if i not in (line.source, line.target)]
        for x, y in points:
            assert 0 <= x <= frame.width and 0 <= y <= laid.height
            for left, top, right, bottom in others:
                assert not (left <= x <= right and top <= y <= bottom), (line, path)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_lines_start_and_end_on_their_boxes(drawn, frame):
    laid = layout.plan(drawn, frame)
    for line, path in zip(drawn.lines, routes.routes(laid, drawn.lines), strict=True):
        points = sample(path)
        for place, (x, y) in (
            (laid.places[line.source], points[0]),
            (laid.places[line.target], points[-1]),
        ):
            left, top, right, bottom = place.sides
            assert left <= x <= right and y in (top, bottom)


def test_a_thing_related_to_itself_is_drawn():
    net = nx.MultiDiGraph(title="自环")
    net.add_node("x:1", label="网格", kind="网格", family="area", tier=0)
    net.add_edge("x:1", "x:1", key="p", label="协同", certainty="Stated")
    drawn = fold.picture(net)
    path = routes.routes(layout.plan(drawn, layout.WIDE), drawn.lines)[0]
    assert "C" in path


def sample(path):
    """Points along a path of the commands M, V and C."""
    points = []
    for command, numbers in re.findall(r"([MVC])([^MVC]*)", path):
        n = [float(x) for x in numbers.split()]
        if command == "M":
            points.append((n[0], n[1]))
            continue
        x0, y0 = points[-1]
        curve = [x0, y0, *n] if command == "C" else [x0, y0, x0, y0, x0, n[0], x0, n[0]]
        points += [bezier(curve, k / 40) for k in range(1, 41)]
    return points


def bezier(c, t):
    weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return tuple(
        round(sum(w * c[2 * k + axis] for k, w in enumerate(weights)), 6) for axis in (0, 1)
    )


# The page


def test_the_page_is_the_same_whatever_the_order_of_insertion(text):
    assert maps.page(network(shuffle=7)) == text
    assert maps.page(network(shuffle=8)) == text


@pytest.mark.full
def test_the_page_is_the_same_in_any_locale_and_hash_seed(text, tmp_path):
    code = (
        "import sys; from tests.map_sample import network; from kg import maps;"
        "maps.write(network(), sys.argv[1])"
    )
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONUTF8": "0"}
        root = Path(__file__).parent.parent
        subprocess.run([sys.executable, "-c", code, str(out)], cwd=root, env=env, check=True)
        assert out.read_bytes() == text.encode()


@pytest.mark.parametrize("make", [network, hostile], ids=["plain", "hostile"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_becomes_markup(make, lang):
    page = maps.page(make(), lang=lang)
    tree = html5lib.parse(page)
    names = [e.tag.replace(HTML, "") for e in tree.iter() if isinstance(e.tag, str)]
    assert names.count("script") == 3
    assert not {"img", "iframe", "object", "embed", "base", "form"} & set(names)
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not str(name).lower().startswith("on"), (element.tag, name)
            assert name != "style"
            if name in ("href", "src", "action", "xlink:href"):
                assert value == "data:," or value.startswith("#"), value
    assert tree.find(f"./{HTML}head/{HTML}style") is not None
    assert not re.search(
        r"@import|url\((?!#)|https?:(?!//www\.w3\.org/2000/svg)", css_and_script(tree)
    )


def css_and_script(tree):
    scripts = [s for s in tree.iter(HTML + "script") if s.get("type") is None]
    return tree.find(f".//{HTML}style").text + "".join(s.text for s in scripts)


@pytest.mark.parametrize("make", [network, hostile], ids=["plain", "hostile"])
def test_the_data_block_is_the_network(make):
    net = make()
    page = maps.page(net)
    known = unpacked(page)
    things, relations, labels = known["things"], known["relations"], known["labels"]
    assert sorted(things["label"]) == sorted(n for _, n in net.nodes("label"))
    columns = zip(relations["source"], relations["label"], relations["target"], strict=True)
    told = sorted((things["label"][s], labels[r][0], things["label"][t]) for s, r, t in columns)
    name = dict(net.nodes("label"))
    assert told == sorted((name[s], d["label"], name[t]) for s, t, d in net.edges(data=True))
    cited = zip(relations["cite"], net.edges(data=True), strict=True)
    quotes = {known["quotes"][q][0] for cite, _ in cited for q, *_ in known["cites"][cite]}
    assert quotes == {e["quote"] for *_, d in net.edges(data=True) for e in d["evidence"]}


@pytest.mark.parametrize("make", [network, hostile], ids=["plain", "hostile"])
def test_the_words_of_the_script_are_escaped_json(make):
    block = maps.page(make()).split('<script type="application/json" id="words">')[1]
    assert not set("<>&\u2028\u2029") & set(block.split("</script>")[0])


def test_every_relation_is_in_the_table_below_its_verbatim_sentence(net, text):
    table = html5lib.parse(text).find(f".//{HTML}table")
    rows, quote = set(), ""
    for row in table.iter(HTML + "tr"):
        cells = ["".join(c.itertext()) for c in row]
        said = row.find(f".//{HTML}q")
        quote = said.text if said is not None else quote
        rows.add((quote, *cells[:3]))
    label = dict(net.nodes("label"))
    for source, target, data in net.edges(data=True):
        said = data["evidence"][0]["quote"]
        assert (said, label[source], data["label"], label[target]) in rows
    assert {q for q in QUOTES.values()} <= {r[0] for r in rows}


def namesakes():
    """Two districts of a city with the same streets, communities and alliances."""
    families = [{"id": "area", "label": "区域"}, {"id": "alliance", "label": "联盟"}]
    net = nx.MultiDiGraph(title="市", families=families, tiers=[])

    def add(iri, label, family, **relations):
        net.add_node(iri, label=label, kind=family, family=family, tier=0)
        for key, other in relations.items():
            net.add_edge(iri, other, key=f"x:ns#{key}", label=key, certainty="Stated")

    add("x:s", "省", "area")
    add("x:c", "市", "area", within="x:s")
    for n, district in enumerate(("甲区", "乙区")):
        add(f"x:d{n}", district, "area", within="x:c")
        add(f"x:t{n}", "城东街道", "area", within=f"x:d{n}")
        for k, name in enumerate(("东湖社区", "西湖社区")):
            add(f"x:k{n}{k}", name, "area", within=f"x:t{n}")
        add(f"x:a{n}", "东湖社区联盟", "alliance", covers=f"x:k{n}0")
        add(f"x:b{n}", "红色联盟", "alliance", covers=f"x:k{n}0", locatedIn=f"x:k{n}1")
        add(f"x:e{n}", f"{district}联盟", "alliance", covers=f"x:d{n}")
        add(f"x:f{n}", "云上联盟", "alliance")
    return net


def test_namesakes_are_told_apart_in_the_table_by_where_they_are():
    told = [(row.label, row.place) for row in table.rows(fold.picture(namesakes()), " › ")]
    for n, district in enumerate(("甲区", "乙区")):
        street = f"{district} › 城东街道"
        places = {("东湖社区联盟", street), ("红色联盟", street), ("西湖社区", street)}
        assert places | {("城东街道", district)} <= set(told), n
    assert {("省", ""), ("市", ""), ("甲区", ""), ("甲区联盟", "")} <= set(told)
    assert told.count(("云上联盟", "")) == 2


def test_areas_in_a_circle_tell_namesakes_apart_and_no_more():
    net = nx.MultiDiGraph(title="圈", families=[{"id": "area", "label": "区域"}], tiers=[])
    for name, above in zip("甲乙丙", "乙丙甲", strict=True):
        net.add_node(name, label="区", kind="区", family="area", tier=0)
        net.add_edge(name, above, key="within", label="位于", certainty="Stated")
    assert {row.place for row in table.rows(fold.picture(net), "/")} == {""}


def test_a_row_of_a_register_is_cited_without_a_sentence(text):
    assert '<th class="passage" colspan="4" scope="rowgroup"><cite>第12行 · ' in text
    assert "资料中没有注明出处" not in text


def test_inferred_readings_carry_a_mark_and_their_reason(text):
    for *_, reason in RELATIONS:
        assert reason in text
    assert text.count('class="badge">推断') >= 10


def test_families_differ_in_shape_and_their_text_is_legible(net):
    groups = maps.to_pyvis(net).options["groups"].values()
    for group in groups:
        assert contrast(group["font"]["color"], group["color"]["background"]) >= 7
        assert contrast(group["color"]["border"], group["color"]["background"]) >= 3
    legend = re.findall(r'class="edge" d="([^"]+)"/></svg><span', maps.page(net))
    assert len(legend) == len(set(legend)) == 6


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_english_words_are_complete():
    folder = assets.folder("templates")
    zh, en = (json.loads((folder / f"map.{lang}.json").read_text("utf-8")) for lang in ("zh", "en"))
    assert zh.keys() == en.keys() and zh["script"].keys() == en["script"].keys()
    page = maps.page(network(), lang="en")
    assert '<html lang="en">' in page and "66 of 84 shown" in page


def test_the_script_has_words_for_all_that_it_says():
    folder = assets.folder("templates")
    script = "".join(file.read_text("utf-8") for file in sorted(folder.glob("map.*.js")))
    named = set(re.findall(r"\bwords\.(?!save\b|marks\b)(\w+)", script))
    named |= {f"save.{word}" for word in re.findall(r"\bwords\.save\.(\w+)", script)}
    named |= {"tiers", "overview", "added", "ended"}  # looked up by what is shown
    for lang in ("zh", "en"):
        words = json.loads((folder / f"map.{lang}.json").read_text("utf-8"))["script"]
        known = set(words) | {f"save.{word}" for word in words["save"]}
        assert named - known == set()
        assert known - named == {"save", "marks"}


# Failing


def test_nothing_to_draw_is_an_error():
    for draw in (maps.page, maps.to_pyvis):
        with pytest.raises(MapError, match="empty"):
            draw(nx.MultiDiGraph())


def test_a_thing_without_its_attributes_is_named():
    net = nx.MultiDiGraph()
    net.add_node("x:荷城社区", label="荷城社区")
    with pytest.raises(MapError, match="x:荷城社区 has no kind, family, tier"):
        maps.page(net)


def test_an_unknown_language_is_an_error(net):
    with pytest.raises(MapError, match="'fr'"):
        maps.page(net, lang="fr")


def test_a_file_is_written_whole_and_replaces_the_old(net, text, tmp_path):
    target = tmp_path / "地图.html"
    target.write_text("old")
    assert maps.write(net, str(target)) == target
    assert target.read_bytes() == text.encode()
    assert list(tmp_path.iterdir()) == [target]


def test_a_path_that_cannot_be_written_leaves_nothing_behind(net, tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "absent" / "a.html", tmp_path / "folder"):
        with pytest.raises(MapError, match="cannot be written"):
            maps.write(net, path)
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
