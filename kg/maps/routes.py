"""The paths of lines: around every box, through the gaps of a row and the gutters between rows.

A row of boxes is a barrier. A line crosses it straight down a gap between two boxes, and
bends only in the gutters, where no box stands; so it meets no box but the two that it joins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from kg.maps.fold import Line
from kg.maps.layout import Place, Plan

_LANE = 5.0
_PORT = 9.0
_INSET = 14.0
_TIP = 2.0

Point = tuple[float, float]


def routes(plan: Plan, lines: Sequence[Line]) -> list[str]:
    """One SVG path for each line, from its source to its target."""
    passes = _passes(plan, lines)
    ports = _ports(plan, lines, passes)
    return [_path(plan, line, passes[i], ports[i]) for i, line in enumerate(lines)]


def _span(plan: Plan, line: Line) -> tuple[Place, Place]:
    """The two ends, the upper one first."""
    ends = plan.places[line.source], plan.places[line.target]
    return ends if ends[0].row <= ends[1].row else (ends[1], ends[0])


def _passes(plan: Plan, lines: Sequence[Line]) -> list[dict[int, float]]:
    """Where each line goes through each row between its ends."""
    gaps = _gaps(plan)
    wanted: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        upper, lower = _span(plan, line)
        x = float(upper.x)
        for row in range(upper.row + 1, lower.row):
            ideal = x + (lower.x - x) / (lower.row - row + 1)
            choice = _nearest(gaps[row], ideal)
            low, high = gaps[row][choice]
            x = min(max(ideal, low), high)
            wanted[row, choice].append((x, number))
    found: list[dict[int, float]] = [{} for _ in lines]
    for (row, choice), going in sorted(wanted.items()):
        going.sort()
        lanes = spread([x for x, _ in going], *gaps[row][choice], _LANE)
        for (_, number), x in zip(going, lanes, strict=True):
            found[number][row] = x
    return found


def _gaps(plan: Plan) -> list[list[tuple[float, float]]]:
    """The free stretches of each row, a little in from the boxes."""
    rows: list[list[Place]] = [[] for _ in plan.rows]
    for place in plan.places:
        rows[place.row].append(place)
    result = []
    for row in rows:
        sides = [p.sides for p in sorted(row, key=lambda p: p.x)]
        starts = [float(plan.frame.left), *(s[2] for s in sides)]
        stops = [*(s[0] for s in sides), float(plan.frame.width)]
        result.append([_inside(a, b) for a, b in zip(starts, stops, strict=True)])
    return result


def _inside(start: float, stop: float) -> tuple[float, float]:
    clear = min(9, 0.3 * (stop - start))
    return start + clear, stop - clear


def _nearest(gaps: list[tuple[float, float]], x: float) -> int:
    away = [max(low - x, x - high, 0) for low, high in gaps]
    return away.index(min(away))


def spread(wanted: Sequence[float], low: float, high: float, apart: float) -> list[float]:
    """Move sorted numbers apart within bounds, each as little as is simple.

    >>> spread([5, 5, 5], 0, 20, 4)
    [5, 9, 13]
    >>> spread([19, 20], 0, 20, 4)
    [16, 20]
    """
    apart = min(apart, (high - low) / max(1, len(wanted) - 1))
    found: list[float] = []
    for x in wanted:
        found.append(max(x, low, found[-1] + apart if found else low))
    limit = high
    for i in reversed(range(len(found))):
        found[i] = min(found[i], limit)
        limit = found[i] - apart
    return found


def _ports(
    plan: Plan, lines: Sequence[Line], passes: list[dict[int, float]]
) -> list[tuple[float, float]]:
    """Where each line leaves its upper end and reaches its lower end."""
    sides: dict[tuple[int, bool], list[tuple[float, int, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        upper, lower = _span(plan, line)
        swapped = upper is not plan.places[line.source]
        boxes = (line.target, line.source) if swapped else (line.source, line.target)
        through = [x for _, x in sorted(passes[number].items())] or [0.0]
        ahead = through[0] if passes[number] else lower.x
        behind = through[-1] if passes[number] else upper.x
        sides[boxes[0], True].append((ahead, number, 0))
        sides[boxes[1], upper.row == lower.row].append((behind, number, 1))
    found = [[0.0, 0.0] for _ in lines]
    for (box, _), going in sorted(sides.items()):
        going.sort()
        place = plan.places[box]
        room = place.width - 2 * _INSET
        step = min(_PORT, room / max(1, len(going) - 1))
        for k, (_, number, end) in enumerate(going):
            found[number][end] = place.x + (k - (len(going) - 1) / 2) * step
    return [(a, b) for a, b in found]


def _path(plan: Plan, line: Line, passes: dict[int, float], ports: tuple[float, float]) -> str:
    upper, lower = _span(plan, line)
    points: list[Point] = [(ports[0], upper.sides[3]), (ports[0], plan.rows[upper.row][1])]
    if upper.row == lower.row:
        points += [(ports[1], plan.rows[lower.row][1]), (ports[1], lower.sides[3])]
    else:
        for row, x in sorted(passes.items()):
            points += [(x, plan.rows[row][0]), (x, plan.rows[row][1])]
        points += [(ports[1], plan.rows[lower.row][0]), (ports[1], lower.sides[1])]
    if upper is not plan.places[line.source]:
        points.reverse()
    return _draw(points, plan.frame.gutter)


def _draw(points: list[Point], gutter: int) -> str:
    steps = [f"M{_number(points[0][0])} {_number(points[0][1])}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 == x1:
            steps.append(f"V{_number(y1)}" if y0 != y1 else "")
        else:
            bend = y0 + _sag(abs(x1 - x0), gutter) if y0 == y1 else (y0 + y1) / 2
            steps.append("C" + " ".join(_number(n) for n in (x0, bend, x1, bend, x1, y1)))
    return "".join(steps)


def _sag(distance: float, gutter: int) -> float:
    """How far the handles of an arc hang: the arc itself reaches three quarters of it."""
    return min(gutter * 1.15, 14 + distance / 12)


def _number(n: float) -> str:
    return f"{n:.1f}".removesuffix(".0")
