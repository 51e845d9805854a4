"""Stylesheet of the window.

Widgets choose a look by a dynamic property, never by a sheet of their own:

- `QPushButton` `kind`: `primary` (one per view), `plain` (no frame), `danger` (asks before it deletes).
- `QLabel` `role`: `title`, `heading`, `muted`, `small`, `accent`, `unknown`, `fault`.
- `QFrame` `kind`: `card`, `sunken`, `drop`, `bar`, `banner-info`, `banner-warning`, `banner-fault`.
"""

from __future__ import annotations

import dataclasses

from facecam.core.home import ASSETS
from facecam.gui.theme.palette import Colors

ICON_FOLDER = ASSETS / "icons"

#: How large letters are beside those of the desktop.
_LETTERS = {"title": 17 / 9, "heading": 11 / 9, "tab": 10.5 / 9, "small": 8.5 / 9}

_SHEET = """
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px 6px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QLabel[role="title"] { font-size: @title_size; font-weight: 600; }
QLabel[role="heading"] { font-size: @heading_size; font-weight: 600; }
QLabel[role="muted"], QLabel[role="small"] { color: @muted; }
QLabel[role="small"] { font-size: @small_size; }
QLabel[role="accent"] { color: @accent; }
QLabel[role="unknown"] { color: @unknown; }
QLabel[role="fault"] { color: @fault; }

QFrame[kind="card"] { background: @surface; border: 1px solid @border; border-radius: 8px; }
QFrame[kind="card"][hot="true"]:hover { border-color: @accent; }
QFrame[kind="card"][chosen="true"] { background: @accent_soft; border: 2px solid @accent; }
QFrame[kind="sunken"] { background: @sunken; border: none; border-radius: 8px; }
QFrame[kind="drop"] { background: @surface; border: 2px dashed @border; border-radius: 12px; }
QFrame[kind="drop"][lit="true"] { background: @accent_soft; border-color: @accent; }
QFrame[kind="bar"] { background: @surface; border: none; }
QFrame[kind="bar"][edge="bottom"] { border-bottom: 1px solid @border; }
QFrame[kind="bar"][edge="top"] { border-top: 1px solid @border; }
QFrame[kind="banner-info"] { background: @accent_soft; border: none; border-left: 4px solid @accent; }
QFrame[kind="banner-warning"] { background: @unknown_soft; border: none; border-left: 4px solid @unknown; }
QFrame[kind="banner-fault"] { background: @fault_soft; border: none; border-left: 4px solid @fault; }
QFrame[kind="banner-info"][floating="true"] { border: 1px solid @accent; border-radius: 8px; }
QFrame[kind="banner-warning"][floating="true"] { border: 1px solid @unknown; border-radius: 8px; }
QFrame[kind="banner-fault"][floating="true"] { border: 1px solid @fault; border-radius: 8px; }

QPushButton { background: @raised; color: @text; border: 1px solid @border; border-radius: 6px;
    padding: 0 14px; min-height: 30px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @accent_soft; border-color: @accent; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @muted; background: @window; }
QPushButton[kind="primary"] { background: @accent; color: @on_accent; border-color: @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; padding: 0 13px; min-height: 28px; }
QPushButton[kind="primary"]:disabled { background: @sunken; color: @muted; border-color: @border; }
QPushButton[kind="plain"] { background: transparent; border-color: transparent; color: @accent; }
QPushButton[kind="plain"]:hover { background: @hover; }
QPushButton[kind="plain"]:focus { border-color: @accent; }
QPushButton[kind="danger"] { color: @fault; }
QPushButton[kind="danger"]:focus { border-color: @fault; }
QPushButton[kind="danger"]:disabled { color: @muted; }

QToolButton { background: transparent; color: @text; border: 1px solid transparent; border-radius: 6px;
    min-height: 28px; min-width: 28px; padding: 1px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @accent_soft; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="labelled"] { padding: 0 8px; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: @surface; color: @text; border: 1px solid @border;
    border-radius: 6px; padding: 0 8px; min-height: 30px; selection-background-color: @accent;
    selection-color: @on_accent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: @accent; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: @muted;
    background: @window; }
QLineEdit[fault="true"] { border-color: @fault; }
QLineEdit > QToolButton { min-width: 0; min-height: 0; padding: 0; border: none; background: transparent; }
QAbstractSpinBox QLineEdit { border: none; padding: 0 0 0 6px; min-height: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("@icons/chevron-down-@shade.svg"); width: 16px; height: 16px; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    border: none; width: 20px; background: transparent; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDoubleSpinBox::up-button:hover,
QDoubleSpinBox::down-button:hover { background: @hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("@icons/chevron-up-@shade.svg"); width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("@icons/chevron-down-@shade.svg"); width: 12px;
    height: 12px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @border; outline: none; padding: 4px;
    selection-background-color: @accent_soft; selection-color: @text; }
QComboBox QAbstractItemView::item { min-height: 28px; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @surface; color: @text; border: 1px solid @border;
    border-radius: 6px; padding: 4px; selection-background-color: @accent; selection-color: @on_accent; }

QAbstractScrollArea { border: none; }
QListView, QTreeView, QTableView { background: @surface; border: 1px solid @border; border-radius: 8px;
    outline: none; }
QListView::item { border-radius: 6px; padding: 4px; }
QListView::item:hover, QTreeView::item:hover { background: @hover; }
QTreeView::item { padding-left: 4px; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: @accent_soft;
    color: @text; }
QListView:focus, QTreeView:focus, QTableView:focus { border-color: @accent; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: 6px 8px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid @muted;
    background: @surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent;
    image: url("@icons/check-@on_shade.svg"); }
QRadioButton::indicator:checked { background: qradialgradient(cx: .5, cy: .5, radius: .5, fx: .5, fy: .5,
    stop: 0 @on_accent, stop: .42 @on_accent, stop: .5 @accent, stop: 1 @accent); border-color: @accent; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; background: @accent;
    border: none; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: 12px; height: 12px; }
QSlider::handle:horizontal:disabled { background: @muted; }
QSlider::sub-page:horizontal:disabled { background: @border; }
QProgressBar { background: @sunken; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QMenu { background: @raised; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accent_soft; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QTabBar { qproperty-drawBase: 0; }
QTabBar { font-size: @tab_size; }
QTabBar::tab { background: transparent; color: @muted; border: none; border-bottom: 3px solid transparent;
    padding: 8px 16px 7px 16px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @accent; border-bottom-color: @accent; }
QTabBar::tab:selected:focus { background: @accent_soft; }
QTabWidget::pane { border: none; }

QSplitter::handle { background: @border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 1px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QGroupBox { border: none; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; top: 0; }
"""


def stylesheet(colors: Colors, letters_pt: float = 9.0) -> str:
    """The sheet filled with the colours of a theme, for letters of the desktop's size."""
    dark = colors.on_accent != "#FFFFFF"
    words = {
        **dataclasses.asdict(colors),
        "accent_hover": "#66CFC3" if dark else "#115F58",
        "icons": (ICON_FOLDER / "shades").as_posix(),
        "shade": "dark" if dark else "light",
        "on_shade": "on-dark" if dark else "on-light",
        **{f"{name}_size": f"{factor * letters_pt:.3g}pt" for name, factor in _LETTERS.items()},
    }
    sheet = _SHEET
    # The longest names first: @accent must not eat the beginning of @accent_soft.
    for name in sorted(words, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", words[name])
    return sheet
