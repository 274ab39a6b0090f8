"""The outlines of boxes: one shape a family, so that colour is never the only sign."""

from __future__ import annotations


def outline(shape: str, width: int, height: int) -> str:
    """The SVG path of a box around the origin.

    >>> outline("plain", 20, 10)
    'M-10-5h20v10h-20z'
    """
    w, h = width // 2, height // 2
    if shape == "hexagon":
        cut = min(8, h)
        return f"M{-w} 0L{cut - w} {-h}H{w - cut}L{w} 0L{w - cut} {h}H{cut - w}z"
    if shape == "chamfer":
        cut = min(7, h // 2)
        return (
            f"M{-w} {cut - h}l{cut}-{cut}H{w - cut}l{cut} {cut}V{h - cut}"
            f"l-{cut} {cut}H{cut - w}l-{cut}-{cut}z"
        )
    if shape == "folded":
        cut = min(8, h)
        return f"M{-w}-{h}H{w - cut}l{cut} {cut}V{h}H{-w}zM{w - cut}-{h}v{cut}h{cut}"
    radius = {"round": min(9, h // 2), "pill": min(16, h)}.get(shape, 0)
    return _rounded(w, h, min(radius, h))


def _rounded(w: int, h: int, r: int) -> str:
    if not r:
        return f"M{-w}-{h}h{2 * w}v{2 * h}h{-2 * w}z"
    return (
        f"M{r - w}-{h}H{w - r}a{r} {r} 0 0 1 {r} {r}V{h - r}a{r} {r} 0 0 1-{r} {r}"
        f"H{r - w}a{r} {r} 0 0 1-{r}-{r}V{r - h}a{r} {r} 0 0 1 {r}-{r}z"
    )
