"""Where the files that ship with kg are, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = {
    "ontology": _PACKAGE.parent / "ontology",
    "triples": _PACKAGE.parent / "data" / "triples",
}


def folder(kind: str) -> Path:
    """The folder of a kind of asset: ontology, triples, queries or templates.

    A wheel carries the first two below ``kg/_assets``; a checkout has them at its top.

    >>> (folder("queries") / "alliances.rq").exists()
    True

    Raises `FileNotFoundError` when neither place has it.
    """
    inside = _PACKAGE / kind
    packed = _PACKAGE / "_assets" / kind
    for place in (inside, packed, _CHECKOUT.get(kind)):
        if place is not None and place.is_dir():
            return place
    raise FileNotFoundError(f"kg was installed without its {kind} files ({packed})")
