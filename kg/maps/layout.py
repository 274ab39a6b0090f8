"""Where the boxes of a map stand: tiers become rows, rows are ordered to cross few lines.

All numbers are whole units of the drawing; the same picture always gives the same plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.maps.fold import ALLIANCE, Box, Line, Picture

_SWEEPS = 12
_NO_START = "”’』」》〉）】〕、，。；：！？,.;:!?)]}%×·"
_NO_END = "“‘『「《〈（【〔([{"
# Words that a line break would make hard to read; longer before shorter.
WHOLE = re.compile(
    "“[^“”]{1,4}”|党建联盟|党建工程|有限公司|服务中心|便民服务|实施意见|示范窗口|示范社区|示范区|进步|电动车|党支部|党总支|党小组|党工委"
    "|党组织|大党委|大工委|党委|单位|机关|组织|社区|街道|小区|商圈|产业|基地|团队|行动|[A-Za-z0-9+]{1,12}|."
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures of one layout, in units of the drawing."""

    width: int
    left: int
    gap: int
    gutter: int
    head: int
    line: int
    most: float
    least_width: int
    least_height: int
    font: float = 14
    small: float = 12.5


WIDE = Frame(
    width=1000,
    left=30,
    gap=16,
    gutter=22,
    head=0,
    line=18,
    most=10,
    least_width=54,
    least_height=34,
)
NARROW = Frame(
    width=374,
    left=0,
    gap=10,
    gutter=26,
    head=26,
    line=18,
    most=6.5,
    least_width=76,
    least_height=54,  # 44 pixels on the narrowest phone, 320 wide
)
PAPER = Frame(
    width=1200, left=30, gap=14, gutter=24, head=0, line=17, most=8, least_width=54, least_height=30
)


@dataclass(frozen=True, slots=True)
class Place:
    """A placed box: its centre, its size, and its text cut into lines."""

    x: int
    y: int
    width: int
    height: int
    row: int
    text: tuple[str, ...]
    sub: tuple[str, ...]

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return (
            self.x - self.width / 2,
            self.y - self.height / 2,
            self.x + self.width / 2,
            self.y + self.height / 2,
        )


@dataclass(frozen=True, slots=True)
class Band:
    """A tier of the picture: its number, top and bottom."""

    tier: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole layout: a place for each box, the extent of each row, the bands of the tiers."""

    frame: Frame
    places: list[Place]
    rows: list[tuple[int, int]]
    bands: list[Band]
    height: int


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    height: int
    text: tuple[str, ...]
    sub: tuple[str, ...]


def plan(picture: Picture, frame: Frame) -> Plan:
    """Place every box of the picture within the frame."""
    sizes = [_size(box, frame) for box in picture.boxes]
    rows = _rows(picture, sizes, frame)
    _order(rows, picture.lines, sizes, frame)
    return _stack(picture.boxes, rows, sizes, frame)


def fitted(picture: Picture, frame: Frame, ratio: float) -> Plan:
    """Place the boxes in the narrowest frame whose plan is that much wider than high."""
    laid = plan(picture, frame)
    while laid.frame.width < ratio * laid.height and laid.frame.width < 4000:
        laid = plan(picture, replace(frame, width=laid.frame.width + 100))
    return laid


def em(text: str) -> float:
    """The width of a text in ems: 1 for a Chinese character, about half for a Latin one.

    >>> em("凤凰社区"), em("×14")
    (4, 2.1)
    """
    return round(sum(_em(char) for char in text), 2)


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    return 1 if unicodedata.east_asian_width(char) in "WFA" else 0.55


def wrap(text: str, most: float, lines: int = 3) -> tuple[str, ...]:
    """Cut a label into at most `lines` lines of even width, the rest into an ellipsis.

    >>> wrap("港北区两新组织党建联盟", 7)
    ('港北区两新', '组织党建联盟')
    >>> wrap("小个专党建联盟", 7)
    ('小个专党建联盟',)
    """
    text = " ".join(text.split())
    widest = most * 1.3 if em(text) > most * lines else most
    for count in range(min(lines, max(1, int(em(text) / widest))), lines + 1):
        even = em(text) / count
        for half_steps in range(int(2 * (widest - even)) + 1):
            cut = _cut(text, even + half_steps / 2)
            if len(cut) <= count:
                return tuple(cut)
    cut = _cut(text, widest)
    if len(cut) > lines:
        cut = [*cut[: lines - 1], _ellipsis("".join(cut[lines - 1 :]), widest)]
    return tuple(cut)


def _cut(text: str, most: float) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and em(lines[-1] + piece) > most:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    """The parts that a line break may fall between: a character, or a word that stays whole."""
    pieces: list[str] = []
    for word in WHOLE.findall(text):
        if pieces and (word[0] in _NO_START or pieces[-1][-1] in _NO_END):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def _ellipsis(text: str, most: float) -> str:
    while text and em(text) > most - 1:
        text = text[:-1]
    return text + "…"


def _size(box: Box, frame: Frame) -> _Size:
    strong = box.family == ALLIANCE
    font = frame.font + 2 * strong
    text = wrap(box.label, frame.most - 0.5 * strong)
    sub = wrap(box.sub, frame.most + 1, 2) if box.sub else ()
    width = max([em(t) * font for t in text] + [em(t) * frame.small for t in sub])
    height = len(text) * (frame.line + 2 * strong) + len(sub) * (frame.line - 1)
    return _Size(
        _even(max(width + 20 + 6 * strong, frame.least_width)),
        _even(max(height + 12 + 6 * strong, frame.least_height)),
        text,
        sub,
    )


def _even(number: float) -> int:
    return 2 * int(-(-number // 2))


def _rows(picture: Picture, sizes: list[_Size], frame: Frame) -> list[list[int]]:
    lean = _lean(picture)
    rows = []
    for tier in sorted({box.tier for box in picture.boxes}):
        members = [i for i, box in enumerate(picture.boxes) if box.tier == tier]
        members.sort(key=lambda i: (lean[i], i))
        # Alliances are what the map is about: they share no row with anything else.
        for heart in (True, False):
            some = [i for i in members if (picture.boxes[i].family == ALLIANCE) == heart]
            rows += _packed(some, sizes, frame) if some else []
    return rows


def _lean(picture: Picture) -> list[int]:
    """How strongly each box is drawn down (or up): alliances draw most."""
    lean = [0] * len(picture.boxes)
    for line in picture.lines:
        ends = picture.boxes[line.source], picture.boxes[line.target]
        way = (ends[1].tier > ends[0].tier) - (ends[1].tier < ends[0].tier)
        pull = 3 if ALLIANCE in (ends[0].family, ends[1].family) else 1
        lean[line.source] += way * pull
        lean[line.target] -= way * pull
    return lean


def _packed(members: list[int], sizes: list[_Size], frame: Frame) -> list[list[int]]:
    """Fill as few rows as will do, then even them out."""
    room = frame.width - frame.left - 2 * frame.gap
    rows = _fill(members, sizes, frame.gap, room)
    for narrower in range(room - 20, 0, -20):
        tighter = _fill(members, sizes, frame.gap, narrower)
        if len(tighter) > len(rows):
            break
        rows = tighter
    return rows


def _fill(members: list[int], sizes: list[_Size], gap: int, room: int) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    used = 0
    for i in members:
        if rows[-1] and used + sizes[i].width > room:
            rows.append([])
            used = 0
        rows[-1].append(i)
        used += sizes[i].width + gap
    return rows


def _order(rows: list[list[int]], lines: list[Line], sizes: list[_Size], frame: Frame) -> None:
    near: list[list[int]] = [[] for _ in sizes]
    for line in lines:
        near[line.source].append(line.target)
        near[line.target].append(line.source)
    x = [0.0] * len(sizes)
    for row in rows:
        _spread(row, sizes, frame, x)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            row.sort(key=lambda i: (_mean([x[j] for j in near[i]], x[i]), i))
            _spread(row, sizes, frame, x)


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _spread(row: list[int], sizes: list[_Size], frame: Frame, x: list[float]) -> None:
    """Stand the boxes of a row in order, with even gaps over the whole width."""
    free = frame.width - frame.left - sum(sizes[i].width for i in row)
    gap = free / (len(row) + 1)
    at = frame.left + gap
    for i in row:
        x[i] = round(at + sizes[i].width / 2)
        at += sizes[i].width + gap


def _stack(boxes: list[Box], rows: list[list[int]], sizes: list[_Size], frame: Frame) -> Plan:
    places: dict[int, Place] = {}
    extents: list[tuple[int, int]] = []
    bands: list[Band] = []
    x = [0.0] * len(sizes)
    y = 0
    for number, row in enumerate(rows):
        tier = boxes[row[0]].tier
        fresh = not bands or bands[-1].tier != tier
        y += (frame.head + 12 + 6 * (number > 0)) if fresh else 0
        tall = max(sizes[i].height for i in row)
        _spread(row, sizes, frame, x)
        for i in row:
            size = sizes[i]
            places[i] = Place(
                int(x[i]), y + tall // 2, size.width, size.height, number, size.text, size.sub
            )
        top = y - frame.head - 12 if fresh else bands.pop().top
        extents.append((y, y + tall))
        bands.append(Band(tier, top, y + tall + 12))
        y += tall + frame.gutter
    return Plan(frame, [places[i] for i in range(len(boxes))], extents, bands, y)
