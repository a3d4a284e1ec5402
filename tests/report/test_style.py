"""The colours can be read, in light, in dark and on paper."""

import re

import pytest

from include.governance.report.html import TEMPLATES

STYLE = (TEMPLATES / "report" / "style.css").read_text("utf-8")
PALETTES = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{([^}]*)\}", STYLE)
]
TONES = ("critical", "high", "medium", "low")
#: Which colour is written on which.
PAIRS = [
    *((ink, "paper") for ink in ("ink", "muted", "link", "good", *TONES)),
    *(("ink", f"{tone}-tint") for tone in (*TONES, "good")),
    *(("muted", f"{tone}-tint") for tone in TONES),
    *((tone, f"{other}-tint") for tone in TONES for other in ("high", "critical", "good")),
    *((tone, f"{tone}-tint") for tone in (*TONES, "good")),
]


def luminance(colour: str) -> float:
    """Reference: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_light_dark_and_paper_have_the_same_colours() -> None:
    light, dark, paper = PALETTES
    assert light == paper
    assert light.keys() == dark.keys()


@pytest.mark.parametrize("palette", PALETTES[:2], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out(palette: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(palette[ink], palette[ground]) >= 4.5


def test_every_colour_of_the_style_is_of_the_palette() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= {*PALETTES[0], "tone", "tint"}


def test_every_class_that_is_styled_or_used_is_known_to_both() -> None:
    pages = "\n".join(p.read_text("utf-8") for p in (TEMPLATES / "report").glob("*.j2"))
    styled = set(re.findall(r"\.([a-z][\w-]*)(?=[\s,.:>)+\[{])", re.sub(r'"[^"]*"', "", STYLE)))
    unused = {name for name in styled if not re.search(rf"\b{re.split('[-_]', name)[0]}", pages)}
    assert unused == set()
