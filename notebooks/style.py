"""How the plots look: Chinese where there is a font for it, colours that everybody can tell apart.

Where no font has Chinese characters the plots are in English, and names from the data in pinyin.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.figure import Figure
from pypinyin import lazy_pinyin

FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
)
# Okabe & Ito (2008), in an order that keeps neighbours apart in grey as well.
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
GREY = "#BBBBBB"
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, YELLOW, BLACK)

_installed = {font.name for font in font_manager.fontManager.ttflist}
FONT = next((font for font in FONTS if font in _installed), None)


def use() -> None:
    """Set fonts, colours and sizes for every plot; say so where there is no Chinese font."""
    plt.rcParams |= {
        "font.sans-serif": [*([FONT] if FONT else []), "DejaVu Sans"],
        "axes.prop_cycle": plt.cycler(color=COLOURS),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.labelpad": 8,
        "axes.titlelocation": "left",
        "axes.titlesize": "medium",
        "axes.unicode_minus": False,
        "figure.figsize": (9, 4.5),
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "image.cmap": "cividis",
    }
    if FONT is None:
        print("没有中文字体，图中用英文和拼音 / No Chinese font: plots are in English and pinyin.")


def says(zh: str, en: str) -> str:
    """The words of a plot, in Chinese if they can be drawn."""
    return zh if FONT else en


def name(text: str) -> str:
    """A name from the data, in pinyin if it cannot be drawn."""
    return text if FONT else " ".join(lazy_pinyin(text)).capitalize()


def frame(figure: Figure, told: str, zh: str, en: str) -> None:
    """Above a plot what it shows, below it what it was made of: the generation and its digest."""
    figure.suptitle(says(zh, en), x=0.01, ha="left")
    digest = told if FONT else told.rpartition(" ")[2]
    figure.supxlabel(digest, x=0.01, ha="left", fontsize="x-small", color="dimgrey")
