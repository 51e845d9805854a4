"""The window's language, and the engine's words in it."""

from __future__ import annotations

import functools
import itertools
import logging
import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from facecam.core.home import ASSETS, as_typed
from facecam.gui.core.window_words import DISTANCE_WORDS, flags_in, sentences, with_titles, without_commands

_log = logging.getLogger(__name__)
FOLDER = ASSETS / "translations"
_MESSAGES = FOLDER / "engine_de.txt"
_CONTEXT = "engine"
#: A number with a fraction, perhaps a percentage; thousands.
_NUMBER = re.compile(r"[-−]?\d+\.\d+ ?%?|\d{1,3}(?:,\d{3})+")
#: Models that come with the program are called as in the list of models; in paths they stay as they are.
_MODELS = {"dlib-resnet": "dlib-ResNet", "resnet50": "ResNet50"}
#: Where a value stands in a text.
_PLACE = re.compile(r"%([1-9])")
_LEFT_OVER = re.compile(
    r"[^/\\'\"]*(?<![\w.-])(?:of|the|and|is|are|not|with|for|to|by|from|than|which)(?= )[^/\\'\"]*"
)
_MODEL = re.compile(rf"(?<![\w./\\-])(?:{'|'.join(_MODELS)})(?![\w/\\-]|\.\w)")


def install(application: QCoreApplication, wanted: str) -> None:
    """Translate everything made from now on; what is shown already stays as it is.

    Args:
        application: takes the translators.
        wanted: `system`, `en` or `de`.
    """
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    language = language_for(wanted)
    QLocale.setDefault(QLocale(language) if wanted != "system" else QLocale.system())
    # Qt's own words (OK, Cancel, the file dialogue) first: ours are asked first, being installed last.
    _load(
        application, f"qtbase_{language}", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    )
    _load(application, f"facecam_{language}", FOLDER)


def language_for(wanted: str) -> str:
    """`en` or `de`."""
    name = QLocale.system().name()[:2] if wanted == "system" else wanted
    return name if name in ("en", "de") else "en"


def engine_text(text: str) -> str:
    """A message of the engine as the window says it: in its language, without what is typed in a terminal.

    As it is where there is no translation.
    """
    said = _translated(without_commands(text))
    titles = {flag: quoted_title(flag) for flag in flags_in(said)}
    said = with_titles(said, titles) if titles else said
    said = said.replace("squared_l2", _words(DISTANCE_WORDS))
    return as_typed(_MODEL.sub(lambda found: _MODELS[found[0]], said))


def filled(text: str, *values: object) -> str:
    """A text of the window with the first of some values for `%1`, the second for `%2` and so on."""
    return _PLACE.sub(lambda found: str(values[int(found[1]) - 1]), text)


def figure(value: float, decimals: int = 3) -> str:
    """A number with its decimals, as people write it."""
    return QLocale().toString(value, "f", decimals)


def short_figure(value: float, digits: int = 6) -> str:
    """A number with as many digits as it needs, as people write it and as it may be typed again: 0.0003, 2000."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(value), "g", digits)


def quoted_title(flag: str) -> str:
    """The name of a setting as the window shows it, between quotation marks, by its flag (`learning-rate`)."""
    title = flag.replace("-", " ").capitalize()
    return QLocale().quoteString(_words(title))


def option_title(name: str) -> str:
    """`learning_rate` → `Learning rate` in the window's language; a phase before it stays as it is.

    Example:
        >>> option_title("refine: learning_rate")
        'refine: Learning rate'
    """
    phase, between, own = name.rpartition(": ")
    return f"{phase}{between}{engine_text(own.replace('_', ' ').replace('-', ' ').capitalize())}"


@functools.cache
def engine_messages() -> dict[str, str]:
    """What the engine says, and its German; less what is damaged: that is shown as the engine says it."""
    try:
        lines = _MESSAGES.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        _log.warning("the engine's sentences stay English: %s", error)
        return {}
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    pairs = itertools.pairwise(kept)
    return {
        said: german.strip()
        for said, german in pairs
        if not said[0].isspace() and german[0].isspace() and said.count("{}") == german.count("{}")
    }


def _words(text: str) -> str:
    """A whole sentence in the window's language; as it is where there is none."""
    if text in engine_messages():
        return engine_messages()[text] if QLocale().language() == QLocale.Language.German else text
    return QCoreApplication.translate(_CONTEXT, text)


def _translated(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return _number(text)
    fixed = _words(text)
    if fixed != text or text in engine_messages():
        return fixed
    for pattern, template in _compiled():
        found = pattern.fullmatch(text)
        if found is not None and (said := _filled(template, found.groups())):
            return said
    parts = sentences(text)
    return " ".join(map(_translated, parts)) if len(parts) > 1 else text


def _number(text: str) -> str:
    """`0.51`, `97.1%` and `2,701` as people write them."""
    locale = QLocale()
    shown = text.translate({ord("."): locale.decimalPoint(), ord(","): locale.groupSeparator()})
    return re.sub(" ?%", " %", shown)


def sentence(text: str) -> str:
    """With a capital letter, unless it begins with a name, a path or the like."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def _filled(template: str, parts: tuple[str, ...]) -> str:
    """The German with its holes filled; empty where half of it would stay English."""
    translated = [engine_text(part) for part in parts]
    if any(map(_is_left_over, parts, translated)):
        return ""
    rest = iter(translated)
    return re.sub(r"\{\}", lambda _: next(rest, ""), _words(template))


def _is_left_over(part: str, translated: str) -> bool:
    """Whether a hole took words of another sentence: they are no name, no path and nothing quoted."""
    return part == translated and part[:1].islower() and bool(_LEFT_OVER.fullmatch(part))


@functools.cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    # The one with most words of its own first: "{} is missing" would take much that is not meant for it. A hole at
    # the beginning takes the beginning of other sentences: those come last.
    patterns = (one for one in engine_messages() if "{}" in one)
    for template in sorted(patterns, key=lambda one: (one[:2] == "{}", -len(one.replace("{}", "")))):
        holes = re.escape(template).replace(r"\{\}", "(.+?)")
        made.append((re.compile(holes, re.DOTALL), template))
    return tuple(made)


def _load(application: QCoreApplication, name: str, folder: Path) -> None:
    """From memory: of a file Qt shows pages of it, and an update that replaces the file would end the program."""
    file = folder / f"{name}.qm"
    if not file.is_file():
        return
    translator = _Translator(application, file.read_bytes())
    if not translator.isEmpty():
        application.installTranslator(translator)


class _Translator(QTranslator):
    """Keeps its bytes, which Qt does not copy."""

    def __init__(self, parent: QCoreApplication, data: bytes) -> None:
        super().__init__(parent)
        self._data = data
        self.load(data)
