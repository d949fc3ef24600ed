"""Letters that the figures' font lacks: of another family of the machine, or boxes that a note names."""

import pytest
from matplotlib.font_manager import FontProperties, fontManager, get_font

from ftpstats.api.drawing import draw
from ftpstats.present.figures import fonts
from ftpstats.present.figures.fonts import FONT, fonts_for, lacking

SERIF = "DejaVu Serif"  # comes with matplotlib, as FONT does


@pytest.fixture
def two_families(monkeypatch):
    """Let the machine have the two families that come with matplotlib, and none besides."""
    monkeypatch.setattr(fonts, "_known_families", lambda: (FONT, SERIF))
    fonts._families.cache_clear()
    yield
    fonts._families.cache_clear()


def letters(family):
    return set(map(chr, get_font(fontManager.findfont(FontProperties(family=[family]))).get_charmap()))


def only_serif():
    return min(letter for letter in letters(SERIF) - letters(FONT) if letter.isprintable())


def test_the_usual_labels_need_no_other_font():
    assert fonts_for(["Xen", "VMware 2.0 Größe", None, "Ελλάδα", "сервер\n"]) == (FONT,)
    assert lacking(["Xen", None, "сервер"]) == ""


def test_another_family_has_what_the_font_lacks(two_families):
    letter = only_serif()
    assert fonts_for([f"xen {letter}"]) == (FONT, SERIF)
    assert lacking([f"xen {letter}"]) == ""


def test_a_letter_that_nobody_has_is_named_once(two_families):
    assert fonts_for(["𒀀"]) == (FONT,)
    assert lacking(["𒀀 xen 𒀀"]) == "𒀀"


def test_a_font_of_boxes_is_no_font(monkeypatch):
    monkeypatch.setattr(fontManager, "ttflist", [font for font in fontManager.ttflist if "Last" in font.name])
    fonts._known_families.cache_clear()
    try:
        assert fonts._known_families() == ()
    finally:
        fonts._known_families.cache_clear()


def test_figures_say_which_letters_are_boxes(two_families, tmp_path):
    log = tmp_path / "FTP.log"
    log.write_text(
        "".join(f"FTP-TEST {i} 𒀀\n102400 bytes received in 0.0{i} secs (8746.3 kB/s)\n" for i in range(1, 4))
    )
    assert draw("boxplot", str(log), is_shown=False).lacking == "𒀀"
    assert draw("boxplot", str(log), is_shown=False, title="𒀁").lacking == "𒀀𒀁"
