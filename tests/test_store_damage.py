"""Every damage to a file of a store is found and named."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.exceptions import NothingToUndo, StoreDamaged
from kg.store import Store

pytestmark = pytest.mark.full


def quads(version: int) -> list[ox.Quad]:
    predicate, graph = ox.NamedNode("urn:p"), ox.NamedNode("urn:g")
    return [
        ox.Quad(ox.NamedNode(f"urn:{i}"), predicate, ox.Literal(f"贵城街道 {i} {version}"), graph)
        for i in range(3000)
    ]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("pristine") / "store"
    for version in (1, 2):
        with Store(root).write(command=f"version {version}") as writer:
            writer.replace("s", quads(version))
            writer.stage().attach("notes.sqlite", lambda path, _: path.write_bytes(b"note" * 99))
            writer.commit()
    return root


@pytest.fixture
def root(pristine, tmp_path) -> Path:
    return shutil.copytree(pristine, tmp_path / "store")


def largest_table(root: Path) -> Path:
    return max(root.glob("gen-2/store/*.sst"), key=lambda path: path.stat().st_size)


def only(root: Path, pattern: str) -> Path:
    (found,) = root.glob(pattern)
    return found


FILES = {
    "table": largest_table,
    "engine manifest": lambda root: only(root, "gen-2/store/MANIFEST-*"),
    "engine pointer": lambda root: root / "gen-2/store/CURRENT",
    "write-ahead log": lambda root: only(root, "gen-2/store/*.log"),
    "pointer": lambda root: root / "CURRENT",
    "manifest": lambda root: root / "gen-2/manifest.json",
    "attached": lambda root: root / "gen-2/attached/notes.sqlite",
}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.write_bytes(content)


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"x")


FAULTS = {"flipped": flip, "truncated": truncate, "appended": append, "deleted": Path.unlink}
# Everything is in tables before a commit, so a generation's log is empty: see the test below.
CASES = [
    (file, fault)
    for file in FILES
    for fault in FAULTS
    if not (file == "write-ahead log" and fault in ("flipped", "truncated"))
]


@pytest.mark.parametrize(("file", "fault"), CASES, ids=lambda word: word.replace(" ", "-"))
def test_damage_is_found_and_named(root, file, fault):
    path = FILES[file](root)
    FAULTS[fault](path)
    assert [damage.file for damage in Store(root).verify()] == [path]
    if (file, fault) not in (("table", "flipped"), ("attached", "flipped")):
        with pytest.raises(StoreDamaged) as caught:
            Store(root).view()
        assert caught.value.file == path
        assert "kg verify" in str(caught.value)
        assert "kg undo" in str(caught.value)


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.97])
def test_a_flipped_table_gives_an_error_or_the_right_rows_never_wrong_ones(root, place):
    for table in root.glob("gen-2/store/*.sst"):
        content = bytearray(table.read_bytes())
        content[int(len(content) * place)] ^= 0xFF
        table.write_bytes(content)
    try:
        with Store(root).view() as view:
            rows = set(view.quads(g=ox.NamedNode("urn:g")))
    except StoreDamaged as damage:
        assert damage.file.suffix == ".sst"
    else:
        assert rows == set(quads(2))
    assert len(Store(root).verify()) == len(list(root.glob("gen-2/store/*.sst")))


def test_the_log_of_a_generation_is_empty(root):
    assert [log.stat().st_size for log in root.glob("gen-*/store/*.log")] == [0, 0]


@pytest.mark.parametrize("name", ["store/000099.log", "attached/notes.sqlite-wal"])
def test_a_log_put_beside_the_files_is_damage(root, name):
    extra = root / "gen-2" / name
    extra.write_bytes(b"x" * 40)
    assert [(d.file, d.fault) for d in Store(root).verify()] == [
        (extra, "not part of the generation")
    ]
    with pytest.raises(StoreDamaged, match=f"{extra.name}: not part of the generation"):
        Store(root).view()


@pytest.mark.parametrize("name", ["OPTIONS-*", "LOG", "LOCK", "IDENTITY"])
def test_the_engines_notes_may_come_and_go(root, name):
    for path in root.glob(f"gen-2/store/{name}"):
        path.unlink()
    if "*" not in name:
        (root / "gen-2/store" / name).write_text("note")
    assert Store(root).verify() == []
    with Store(root).view() as view:
        assert len(list(view.quads(g=ox.DefaultGraph()))) == 3000


def test_damage_of_an_older_generation_is_found_and_the_current_one_stays_readable(root):
    path = max(root.glob("gen-1/store/*.sst"), key=lambda table: table.stat().st_size)
    flip(path)
    assert [(d.file, d.fault) for d in Store(root).verify()] == [(path, "content differs")]
    with Store(root).view() as view:
        assert view.manifest.generation == 2


def test_a_deleted_generation_folder_is_damage_of_the_current_and_not_of_an_older_one(root):
    shutil.rmtree(root / "gen-1")
    assert Store(root).verify() == []
    assert [manifest.generation for manifest in Store(root).log()] == [2]
    shutil.rmtree(root / "gen-2")
    # Nothing is left: the pointer still says what there was.
    assert [d.file for d in Store(root).verify()] == [root / "gen-2/manifest.json"]
    with pytest.raises(StoreDamaged, match="gen-2"):
        Store(root).view()


def test_fault_texts_say_what_is_wrong(root):
    table, size = largest_table(root), largest_table(root).stat().st_size
    truncate(table)
    assert [d.fault for d in Store(root).verify()] == [f"size {size // 2} instead of {size}"]
    table.unlink()
    assert [d.fault for d in Store(root).verify()] == ["missing"]


def test_a_damaged_store_is_not_written_into(root):
    truncate(largest_table(root))
    before = sorted(root.rglob("*"))
    with pytest.raises(StoreDamaged), Store(root).write():
        pass
    assert sorted(root.rglob("*")) == before


def test_undo_leads_back_from_a_damaged_generation(root):
    truncate(largest_table(root))
    assert Store(root).undo().generation == 1
    with Store(root).view() as view:
        assert set(view.quads(g=ox.NamedNode("urn:g"))) == set(quads(1))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("file", "kept"), [("pointer", {1, 2}), ("manifest", {1})])
def test_undo_falls_back_to_a_sound_generation_when_the_chain_is_broken(root, file, fault, kept):
    path = FILES[file](root)
    FAULTS[fault](path)
    notices = []
    number = Store(root).undo(on_notice=notices.append).generation
    assert number in kept
    assert [f"{path}: " in notice and f"gen-{number}" in notice for notice in notices] == [True]
    with Store(root).view() as view:
        assert set(view.quads(g=ox.NamedNode("urn:g"))) == set(quads(number))


def test_undo_without_a_pointer_passes_over_generations_that_are_not_sound(root):
    (root / "CURRENT").unlink()
    flip(largest_table(root))
    assert Store(root).undo().generation == 1


def test_undo_says_when_no_generation_is_sound(root):
    (root / "CURRENT").unlink()
    (root / "gen-1/manifest.json").write_text("[]")
    truncate(largest_table(root))
    with pytest.raises(NothingToUndo, match=r"CURRENT: missing, .*`kg build --fresh`"):
        Store(root).undo()


def test_a_store_whose_lock_was_deleted_is_still_a_store(root):
    (root / "writer.lock").unlink()
    with Store(root).view() as view:
        assert view.manifest.generation == 2
    with Store(root).write() as writer:
        writer.replace("s", quads(3))
        writer.commit()
    assert (root / "writer.lock").exists()
    assert Store(root).verify() == []


def test_undo_does_not_lead_to_a_damaged_generation(root):
    path = next(root.glob("gen-1/store/MANIFEST-*"))
    truncate(path)
    with pytest.raises(StoreDamaged) as caught:
        Store(root).undo()
    assert caught.value.file == path
    assert Store(root).log()[0].generation == 2


@pytest.mark.parametrize("file", FILES)
def test_a_fresh_write_replaces_a_damaged_generation_and_keeps_the_older_ones_once(root, file):
    append(FILES[file](root))
    with Store(root).write(fresh=True) as writer:
        writer.replace("s", quads(3))
        manifest = writer.commit()
    assert (manifest.generation, manifest.parent) == (3, None)
    assert Store(root).verify() == []
    assert (root / "gen-1").exists()
    with Store(root).view() as view:
        assert set(view.quads(g=ox.NamedNode("urn:g"))) == set(quads(3))


def test_a_fresh_write_that_is_given_up_does_not_hide_the_damage(root):
    (root / "CURRENT").unlink()
    with Store(root).write(fresh=True):
        pass
    with pytest.raises(StoreDamaged, match="CURRENT: missing"):
        Store(root).view()
