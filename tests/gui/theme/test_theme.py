"""Contrast is computed, not judged by eye; icons are whole and follow the theme."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from facecam.gui.theme.icons import icon_pixmap, set_icon
from facecam.gui.theme.palette import DARK, LIGHT, Colors
from facecam.gui.theme.stylesheet import ICON_FOLDER, stylesheet
from facecam.gui.theme.theme import color, colors, theme

NAMES = sorted(path.stem for path in ICON_FOLDER.glob("*.svg"))


def luminance(color_name: str) -> float:
    """Relative luminance of sRGB, WCAG 2.1."""
    parts = [part / 255 for part in QColor(color_name).getRgb()[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio; white on black is 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "unknown", "fault"])
@pytest.mark.parametrize("behind", ["window", "surface", "raised", "sunken"])
def test_every_text_can_be_read(palette: Colors, text: str, behind: str) -> None:
    assert contrast(getattr(palette, text), getattr(palette, behind)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_colored_grounds_can_be_read(palette: Colors) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    for soft in (palette.accent_soft, palette.unknown_soft, palette.fault_soft, palette.hover):
        assert contrast(palette.text, soft) >= 4.5
        assert contrast(palette.muted, soft) >= 4.5
    assert contrast(palette.accent, palette.accent_soft) >= 4.5
    assert contrast(palette.unknown, palette.unknown_soft) >= 4.5
    assert contrast(palette.fault, palette.fault_soft) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_sheet_has_no_place_left_open_and_its_pictures_exist(palette: Colors) -> None:
    sheet = stylesheet(palette)
    assert "@" not in sheet
    pictures = re.findall(r'url\("(.+?)"\)', sheet)
    assert pictures
    for picture in pictures:
        assert (ICON_FOLDER / "shades" / picture.rpartition("/")[2]).is_file()


def test_titles_grow_with_the_letters_of_the_desktop() -> None:
    def sizes(letters_pt: float) -> list[float]:
        return [float(one) for one in re.findall(r"size: ([\d.]+)pt", stylesheet(LIGHT, letters_pt))]

    usual, large = sizes(9.0), sizes(18.0)
    assert usual == [17.0, 11.0, 8.5, 10.5] and large == [2 * one for one in usual]


def test_a_theme_reaches_the_whole_application(qapp: QApplication) -> None:
    for name, palette in (("dark", DARK), ("light", LIGHT)):
        theme().apply(name)  # type: ignore[arg-type]
        assert colors() is palette and theme().dark == (name == "dark")
        assert qapp.palette().window().color() == QColor(palette.window)
        assert color("accent") == QColor(palette.accent)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_draws_something_in_the_wanted_color(qtbot: QtBot, name: str) -> None:
    image = icon_pixmap(name, "#ff0000", 32).toImage()
    points = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    drawn = [point for point in points if point.alpha() == 255]
    assert len(drawn) > 5
    if name != "facecam":
        assert all(point.red() == 255 and point.blue() == 0 for point in drawn)


def test_an_icon_follows_the_theme(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    set_icon(button, "plus")
    light = button.icon().pixmap(32, 32).toImage()
    theme().apply("dark")
    assert button.icon().pixmap(32, 32).toImage() != light
    with pytest.raises(ValueError, match="no colour"):
        set_icon(button, "plus", "purple")
    with pytest.raises(FileNotFoundError):
        set_icon(button, "no such icon")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_button_that_deletes_is_not_red_while_it_cannot(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    theme().apply(name)  # type: ignore[arg-type]
    button = QPushButton("W")
    qtbot.addWidget(button)
    button.setProperty("kind", "danger")
    button.ensurePolished()
    fault = QColor(colors().fault)
    assert button.palette().buttonText().color() == fault
    button.setEnabled(False)
    assert button.palette().buttonText().color() != fault
