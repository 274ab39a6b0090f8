"""Synthetic districts: the shape of real ones, the same bytes for the same seed, nothing real.

Province 99 exists nowhere, and every source says of itself that it is synthetic. No name is
of a person: honours of persons have 某甲, 某乙 and 某丙 for holders.
"""

from kg.generate.districts import district
from kg.generate.faults import KINDS
from kg.generate.flaws import Flaw
from kg.generate.write import FLAWS, Written, generate

__all__ = ["FLAWS", "KINDS", "Flaw", "Written", "district", "generate"]
