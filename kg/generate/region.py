"""A district in the making: what its parts have to know of one another."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.generate import words
from kg.generate.codes import Place, uscc
from kg.generate.draw import Draw
from kg.generate.facts import Facts, Sheet, Thing, Value
from kg.namespace import ID

# The date as of which codes were valid.
AS_OF = "2025-06-30"


@dataclass(slots=True)
class Street:
    """A subdistrict or township."""

    area: Thing
    code: str
    town: bool
    communities: list[Community] = field(default_factory=list)
    committee: Thing = field(default_factory=lambda: Thing(""))
    office: Thing = field(default_factory=lambda: Thing(""))

    @property
    def name(self) -> str:
        """Its name, one of its district."""
        return self.area.name


@dataclass(slots=True)
class Community:
    """A community or village; its name may be that of another street's."""

    area: Thing
    code: str
    street: Street
    village: bool
    grids: list[Thing] = field(default_factory=list)
    places: list[Thing] = field(default_factory=list)
    party: Thing = field(default_factory=lambda: Thing(""))
    great: Thing | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.area.name

    @property
    def full(self) -> str:
        """Its name behind the street's, one of its district."""
        return f"{self.street.name}{self.area.name}"


@dataclass(slots=True)
class Unit:
    """A unit, where it is, of what classes, and its Party organisation if it has one."""

    thing: Thing
    community: Community
    classes: str
    party: Thing | None = None


@dataclass(slots=True)
class Alliance:
    """An alliance with those who are its members now, the lead member first."""

    thing: Thing
    community: Community
    members: list[Unit]


class Region:
    """One district of a run: its draws, its facts, and what was made so far."""

    def __init__(self, number: int, seed: int, stem: str) -> None:
        self.place = Place(number)
        # No other district of any seed draws the same: a number is below 10,000.
        self.draw = Draw(seed * 10_000 + number)
        self.facts = Facts(stem, self.place.district)
        self.prefecture = Thing(self.place.prefecture_name, iri=area_iri(self.place.prefecture))
        self.area = Thing(self.place.name, iri=area_iri(self.place.district))
        self.streets: list[Street] = []
        self.communities: list[Community] = []
        self.units: list[Unit] = []
        self.parks: list[Thing] = []
        self.circles: list[Thing] = []
        self.towers: list[Thing] = []
        self.alliances: list[Alliance] = []
        self.named: dict[str, Thing] = {}
        self._kinds: dict[str, Thing] = {}
        self._taken: set[tuple[str, str]] = set()
        self._serial = 0

    @property
    def name(self) -> str:
        """The district's name."""
        return self.place.name

    def sheet(self, name: str) -> Sheet:
        """A sheet of the register."""
        return self.facts[name]

    def thing(self, name: str, kind: str, parent: str = "") -> Thing:
        """A new thing of the district that no code names."""
        return self.facts.thing(name, kind, parent)

    def coded(self, code: str, name: str) -> Thing:
        """An area that its code names."""
        return Thing(name, iri=area_iri(code))

    def is_free(self, name: str, community: Community) -> bool:
        """Whether nothing of the name is in the community yet; from now on something is."""
        place = (community.code, name)
        free = place not in self._taken
        self._taken.add(place)
        return free

    def registered(self, kind: str, name: str) -> tuple[Thing, tuple[str, Value]]:
        """An organisation that its social credit code names, and the fact of the code."""
        self._serial += 1
        code = uscc(kind, self.place.district, self._serial)
        return Thing(name, iri=f"<{ID}uscc/{code}>"), ("pba:uscc", f'"{code}"')

    def kind(self, name: str) -> Thing:
        """A kind, told once in a sheet of its own and the same in each district."""
        if name not in self._kinds:
            self._kinds[name] = kind = Thing(name, iri=f"<{ID}kind/{name}>")
            marked = words.KINDS.get(name, "")
            extra = marked[1:] if marked.startswith("+") else ""
            of_class = (("pba:classOfKind", f"pba:{marked}"),) if marked and not extra else ()
            scheme = ("skos:inScheme", "pba:OrganizationKinds")
            self.sheet("kinds").record(kind, f"skos:Concept {extra}", scheme, *of_class)
        return self._kinds[name]


def area_iri(code: str) -> str:
    """The IRI of the area of a code."""
    return f"<{ID}area/{code}>"
