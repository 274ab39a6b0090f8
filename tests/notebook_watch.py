"""Put before the cells of a notebook when the tests run it: no network, and a look at each plot.

It stands in the kernel, so it uses nothing of the tests; ``_watch(get_ipython())`` begins.
``_rows`` gives what a cell shows as rows of text, ``_plots`` what each plot says.
"""

import sys
from itertools import pairwise

_plots = []


def _refuse(event, args, network=("socket.connect", "socket.getaddrinfo", "socket.sendto")):
    if event in network:
        raise OSError(f"the notebook reaches for the network: {event} {args}")


def _text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.date()) if hasattr(value, "hour") else str(value)


def _rows(shown):
    """A result or a frame as rows of text; what is not stated is empty."""
    if hasattr(shown, "rows"):
        rows = shown.rows()
    else:
        rows = shown.astype(object).where(shown.notna(), None).to_numpy().tolist()
    return [[_text(value) for value in row] for row in rows]


def _meet(texts, axis):
    """Whether two neighbours among labels lie upon each other."""
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    ends = sorted((getattr(box, f"{axis}0"), getattr(box, f"{axis}1")) for box in boxes)
    return any(before[1] > after[0] + 1 for before, after in pairwise(ends))


def _beyond(figure):
    """The labels of ticks beyond the ends of their axes, which are not drawn."""
    found = set()
    for axis in (one for axes in figure.axes for one in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        ticks = axis.get_major_ticks()
        found |= {tick.label1 for tick in ticks if not low <= tick.get_loc() <= high}
    return found


def _crowded(axes):
    across = [tick for tick in axes.get_xticklabels() if tick.get_rotation() == 0]
    return _meet(across, "x") or _meet(axes.get_yticklabels(), "y")


def _outside(figure, texts):
    """Texts that the edge of the picture cuts off."""
    room = figure.bbox.padded(1)
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    return [words for words, box in boxes if box.x0 < room.x0 or box.x1 > room.x1]


def _look():
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else ():
        figure = pyplot.figure(number)
        figure.canvas.draw()
        plain = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
        texts = figure.findobj(sys.modules["matplotlib.text"].Text)
        shown = [
            text
            for text in texts
            if text.get_visible() and text.get_text().strip() and text not in _beyond(figure)
        ]
        _plots.append(
            {
                "title": figure.get_suptitle(),
                "axes": [plain[0].get_ylabel(), *(axes.get_xlabel() for axes in plain)],
                "texts": [text.get_text() for text in shown],
                "outside": _outside(figure, shown),
                "crowded": [axes.get_xlabel() for axes in plain if _crowded(axes)],
            }
        )


def _watch(shell):
    sys.addaudithook(_refuse)
    shell.events.register("post_execute", _look)
