"""Which things a generation has, and of what classes.

What depends on classes is worked out once for each set of classes, of which there are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from kg.namespace import PBA, RDFS
from kg.network.extract.rows import Rows, local
from kg.network.graph import Ints
from kg.network.tables import FAMILIES

# The class above all things of a family; where a thing has two, the first counts.
_ROOTS = dict(
    zip(FAMILIES, ("Alliance", "PartyOrganization", "Unit", "Area", "CoBuilding"), strict=True)
)
_MAP_TIERS = {"DistrictTier": 0, "StreetTier": 1, "CommunityTier": 2, "MemberTier": 3}


class Classes:
    """The things of all families, in order, with the set of classes of each.

    ``iris`` are in the form ``<…>``; ``sets`` are the different sets of local names of classes,
    and ``of`` is the place among them of each thing's.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.above = _superclasses(rows)
        classes = self._read()
        self.iris = sorted(classes)
        place: dict[tuple[str, ...], int] = {}
        sets = (place.setdefault(tuple(classes[iri]), len(place)) for iri in self.iris)
        self.of: Ints = np.fromiter(sets, np.int32, len(self.iris))
        self.sets = [*place]

    def each(self, value: Callable[[tuple[str, ...]], int]) -> Ints:
        """A number for each thing that depends on its classes alone."""
        values = np.fromiter(map(value, self.sets), np.int32, len(self.sets))
        found: Ints = values[self.of]
        return found

    def among(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which things are of one of these classes."""
        return self.each(lambda classes: any(name in classes for name in names)).astype(np.bool_)

    def family(self, classes: tuple[str, ...]) -> int:
        """The place in `FAMILIES`."""
        above = {*classes}.union(*(self.above.get(name, set()) for name in classes))
        return next(n for n, name in enumerate(FAMILIES) if _ROOTS[name] in above)

    def narrowest(self, classes: tuple[str, ...]) -> str:
        """The class that tells most: the one with most classes above it, by name among equals."""
        return min(classes, key=lambda name: (-len(self.above.get(name, ())), name))

    def kind(self, classes: tuple[str, ...]) -> int:
        """The number of the term of the narrowest class."""
        return self._rows.number(f"<{PBA}{self.narrowest(classes)}>")

    def tier(self, classes: tuple[str, ...]) -> int:
        """The tier of the narrowest class on the map: its own, else of the nearest above it."""
        level = [self.narrowest(classes)]
        while level:
            for one in level:
                quads = self._rows.view.quads(NamedNode(PBA + one), NamedNode(PBA + "mapTier"))
                for quad in quads:
                    return _MAP_TIERS.get(local(str(quad.object)), -1)
            above = set(chain.from_iterable(self.above.get(one, ()) for one in level))
            nearest = above.difference(*(self.above.get(one, set()) for one in above))
            level = sorted(nearest or above)
        return -1

    def by_class(self) -> dict[str, Ints]:
        """The things of each class."""
        order = np.argsort(self.of, kind="stable").astype(np.int32)
        ends = np.cumsum(np.bincount(self.of, minlength=len(self.sets)))[:-1]
        parts: dict[str, list[Ints]] = defaultdict(list)
        for classes, part in zip(self.sets, np.split(order, ends), strict=True):
            for name in classes:
                parts[name].append(part)
        return {name: np.sort(np.concatenate(parts[name])) for name in sorted(parts)}

    def _read(self) -> dict[str, list[str]]:
        roots = {*_ROOTS.values()}
        below = {name for name, above in self.above.items() if above & roots}
        found: dict[str, list[str]] = defaultdict(list)
        # A class at a time, as half of the terms are to be written then.
        for name in sorted(roots | below):
            for thing in self._rows.of_class(PBA + name):
                found[thing].append(name)
        return found


def _superclasses(rows: Rows) -> dict[str, set[str]]:
    """All classes above each class of pba, by local names."""
    direct: dict[str, set[str]] = defaultdict(set)
    for below, above in zip(*rows.pairs(RDFS + "subClassOf"), strict=True):
        if below.startswith("<" + PBA) and above.startswith("<" + PBA):
            direct[local(below)].add(local(above))
    found: dict[str, set[str]] = {}
    for name, nearest in direct.items():
        found[name], rest = set(), [*nearest]
        while rest:
            if (one := rest.pop()) not in found[name]:
                found[name].add(one)
                rest += direct.get(one, ())
    return found
