"""The kinds of fault: each is found by one rule of the shapes, and by no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kg.generate.codes import miscoded
from kg.generate.facts import Fact, Thing, Value, day, text, typed
from kg.generate.hand import Hand
from kg.namespace import ID

# Plants a fault and tells what it is found on.
Kind: TypeAlias = Callable[[Hand], list[Thing]]


def _without(sheet: str, predicate: str, value: Value = "") -> Kind:
    """What a thing needs is not said of it."""

    def kind(hand: Hand) -> list[Thing]:
        fact = hand.pick(sheet, predicate, lambda _, v: not value or v == value)
        hand.replace(sheet, fact)
        return [fact[0]]

    return kind


def _instead(sheet: str, predicate: str, value: Value, old: Value = "") -> Kind:
    """A thing has a value that its property does not take."""

    def kind(hand: Hand) -> list[Thing]:
        fact = hand.pick(sheet, predicate, lambda _, v: not old or v == old)
        hand.replace(sheet, fact, value)
        return [fact[0]]

    return kind


def _wrong_check_character(hand: Hand) -> list[Thing]:
    unit, _, code = fact = hand.pick("units", "pba:uscc")
    wrong = miscoded(str(code)[1:-1])
    hand.replace("units", fact, text(wrong))
    unit.iri = f"<{ID}uscc/{wrong}>"
    return [unit]


def _one_code_for_two(hand: Hand) -> list[Thing]:
    coded = hand.things("units", "rdf:type", "pba:PublicInstitution")
    holder, _, code = hand.pick("units", "pba:uscc", lambda unit, _: unit in coded)
    owners = {s for s, p, _ in hand.region.sheet("units").facts if p == "pba:uscc"}
    other = hand.pick("units", "pba:locatedIn", lambda s, _: s in coded and s not in owners)[0]
    hand.add("units", other, "pba:uscc", code)
    return [holder, other]


def _ends_before_it_begins(hand: Hand) -> list[Thing]:
    fact = hand.pick("memberships", "pba:validUntil")
    hand.replace("memberships", fact, day("2018-12-31"))
    return [fact[0]]


def _wrong_member_count(hand: Hand) -> list[Thing]:
    counts = hand.things("figures", "pba:counts", "pba:MemberCount")
    figure = hand.pick("figures", "pba:bound", lambda s, v: s in counts and v == "pba:Exact")[0]
    value = hand.value("figures", figure, "rdf:value")
    number = int(str(value).split('"')[1])
    hand.replace("figures", (figure, "rdf:value", value), typed(number + 3, "integer"))
    return [figure]


def _branch_under(hand: Hand) -> Fact:
    """The subordination of a branch under which there is nothing."""
    above = {v for _, p, v in hand.region.sheet(_PARTY).facts if p == _UNDER}
    branches = hand.things(_PARTY, "rdf:type", "pba:PartyBranch")
    return hand.pick(_PARTY, _UNDER, lambda s, _: s in branches and s not in above)


def _own_superior(hand: Hand) -> list[Thing]:
    fact = _branch_under(hand)
    hand.replace(_PARTY, fact, fact[0])
    return [fact[0]]


def _two_cycle(hand: Hand) -> list[Thing]:
    one, other = _branch_under(hand), _branch_under(hand)
    hand.replace(_PARTY, one, other[0])
    hand.replace(_PARTY, other, one[0])
    return [one[0], other[0]]


def _under_its_unit(hand: Hand) -> list[Thing]:
    fact = _branch_under(hand)
    hand.replace(_PARTY, fact, hand.draw.one(hand.region.streets).office)
    return [fact[0]]


def _managed_by_its_superior(hand: Hand) -> list[Thing]:
    fact = hand.pick(_PARTY, "pba:managedBy")
    hand.replace(_PARTY, fact, hand.value(_PARTY, fact[0], _UNDER))
    return [fact[0]]


def _sent_by_a_bureau(hand: Hand) -> list[Thing]:
    committees = hand.things(_PARTY, "rdf:type", "pba:PartyWorkingCommittee")
    fact = hand.pick(_PARTY, "pba:dispatchedBy", lambda s, _: s in committees)
    hand.replace(_PARTY, fact, hand.region.named["民政局"])
    return [fact[0]]


def _joint_branch_of_one(hand: Hand) -> list[Thing]:
    joint = hand.things(_PARTY, "rdf:type", "pba:JointPartyBranch")
    branch = hand.pick(_PARTY, "pba:partyOrganizationOf", lambda s, _: s in joint)[0]
    facts = hand.region.sheet(_PARTY).facts
    for fact in [f for f in facts if f[0] is branch and f[1] == "pba:partyOrganizationOf"][1:]:
        hand.replace(_PARTY, fact)
    return [branch]


def _covered_and_not(hand: Hand) -> list[Thing]:
    # Its own branch may be moved by another fault; that it is set up in the unit stays.
    fact = hand.pick("units", "pba:coverageStatus", lambda _, v: v == "pba:OwnOrganization")
    hand.replace("units", fact, "pba:NoMembers")
    return [fact[0]]


def _within_another_street(hand: Hand) -> list[Thing]:
    region = hand.region
    streets = {street.area: street for street in region.streets}
    places = {c.area: c for c in region.communities}
    area, _, old = fact = hand.pick("areas", "pba:within", lambda s, _: s in places)
    others = [
        street.area
        for street in streets.values()
        if street.area is not old and all(c.name != area.name for c in street.communities)
    ]
    hand.replace("areas", fact, hand.draw.one(others))
    return [area]


def _another_code(hand: Hand) -> list[Thing]:
    villages = hand.things("areas", "rdf:type", "pba:Village")
    area, _, code = fact = hand.pick("areas", "pba:areaCode", lambda s, _: s in villages)
    hand.replace("areas", fact, text(f"{str(code)[1:10]}380"))
    return [area]


def _located_in_an_organization(hand: Hand) -> list[Thing]:
    fact = hand.pick("units", "pba:locatedIn")
    hand.replace("units", fact, hand.draw.one(hand.region.streets).office)
    return [fact[0]]


def _kind_as_member(hand: Hand) -> list[Thing]:
    # One that has ended, so that no number of members changes.
    thing = hand.pick("memberships", "pba:validUntil")[0]
    fact = (thing, "org:member", hand.value("memberships", thing, "org:member"))
    hand.replace("memberships", fact, hand.region.kind("驻区单位"))
    return [thing]


def _individual_as_kind(hand: Hand) -> list[Thing]:
    unit = hand.pick("units", "rdf:type", lambda _, v: v == "pba:IndividualBusiness")[0]
    hand.add("units", unit, "rdf:type", "skos:Concept")
    return [unit]


def _stated_member_of(hand: Hand) -> list[Thing]:
    unit = hand.pick("units", "pba:locatedIn")[0]
    hand.add("units", unit, "org:memberOf", hand.draw.one(hand.region.alliances).thing)
    return [unit]


def _stated_within_transitive(hand: Hand) -> list[Thing]:
    grids = hand.things("areas", "rdf:type", "pba:Grid")
    grid = hand.pick("areas", "pba:within", lambda s, _: s in grids)[0]
    hand.add("areas", grid, "pba:withinTransitive", hand.region.area)
    return [grid]


def _stated_partner(hand: Hand) -> list[Thing]:
    one, other = (hand.pick("units", "pba:locatedIn")[0] for _ in range(2))
    hand.add("units", one, "pba:coBuildsWith", other)
    return [one]


_PARTY, _UNDER = "party-organizations", "org:subOrganizationOf"

# The rule that finds a fault of each kind.
KINDS: tuple[tuple[str, Kind], ...] = (
    ("figure-has-bound", _without("figures", "pba:bound", "pba:Approximate")),
    ("uscc-check-character", _wrong_check_character),
    ("validity-ends-before-it-begins", _ends_before_it_begins),
    ("alliance-member-count", _wrong_member_count),
    ("organization-subordinate-to-itself", _two_cycle),
    ("organization-subordinate-to-itself", _own_superior),
    ("area-code-continues-parent-code", _within_another_street),
    ("member-is-an-organization", _kind_as_member),
    ("kind-is-not-an-individual", _individual_as_kind),
    ("member-of-is-entailed", _stated_member_of),
    ("object-of-honour-level", _instead("honours", "pba:honourLevel", "pba:DistrictAffiliation")),
    ("uscc-names-one-organization", _one_code_for_two),
    ("area-iri-has-its-code", _another_code),
    ("party-organization-has-a-party-superior", _under_its_unit),
    ("transitive-within-is-entailed", _stated_within_transitive),
    (
        "object-of-coverage-status",
        _instead("units", "pba:coverageStatus", "pba:Exact", "pba:Unknown"),
    ),
    ("honour-has-a-title", _without("honours", "pba:title")),
    ("authority-has-a-scope", _without("linkage", "pba:scope", "pba:Dispatch")),
    ("object-of-located-in", _located_in_an_organization),
    ("area-change-has-a-kind", _without("changes", "pba:changeKind")),
    ("partnership-is-entailed", _stated_partner),
    ("coverage-status-denies-organization", _covered_and_not),
    ("joint-branch-covers-2-to-5", _joint_branch_of_one),
    ("managed-by-is-beside-subordination", _managed_by_its_superior),
    ("working-committee-is-sent-by-a-committee", _sent_by_a_bureau),
    ("offer-has-an-offerer", _without("lists", "pba:offeredBy")),
)
