"""The engine's sentences without what belongs to the terminal: no commands, no flags, no names of distances.

The engine gives one cure for everybody, and on the command line that is a command. The window has buttons: a
sentence with a command is said in the window's way, or loses the part with the command.
"""

from __future__ import annotations

import re

from facecam.gui.core.marked import QT_TRANSLATE_NOOP

#: What of a sentence is a command to be typed.
_COMMAND = re.compile(
    r"main\.py|--mirror URL|\bpip install|\bmake setup|\bsudo |\bffmpeg |facecam\.setup|[\w-]+\[train\]"
    r"|`(?:\w+ )*(?:models|people|runs|classify|train|enroll|evaluate|recognize|bench|distil)\b[^`]*`|`-[^`]*`"
    r"|(?<![\w-])(?:models|people|runs|classify) (?:add|calibrate|check|cohort|list|merge|prepare|rebuild|remove|train"
    r"|verify|withdraw)(?![\w-])"
)
#: By what the command does: the way of the window, as a whole sentence.
_INSTEAD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(command), words)
    for command, words in (
        (
            r"make setup` with|\[train\]",
            QT_TRANSLATE_NOOP(
                "engine",
                "Ask whoever set facecam up for the part that trains networks; Quick works without it.",
            ),
        ),
        (
            r"sudo usermod",
            QT_TRANSLATE_NOOP(
                "engine",
                "Ask whoever looks after this computer for the right to use cameras (group video), then log in again.",
            ),
        ),
        (
            r"ffmpeg .*codec|codec.*ffmpeg",
            QT_TRANSLATE_NOOP("engine", "Make a copy in H.264 with a film program."),
        ),
        (r"ffmpeg", QT_TRANSLATE_NOOP("engine", "Make a smaller copy with a film program.")),
        (
            r"models remove.*train --resume",
            QT_TRANSLATE_NOOP("engine", "Another training made it: choose another name for the new one."),
        ),
        (
            r"^To delete that too",
            QT_TRANSLATE_NOOP(
                "engine",
                "Earlier runs in Train deletes its records; the model is a folder where the models are kept: "
                "Settings, Folders.",
            ),
        ),
        (
            r"^To find it anew",
            QT_TRANSLATE_NOOP("engine", "A threshold is found anew in Train: Test on my people."),
        ),
        (
            r"evaluate --own",
            QT_TRANSLATE_NOOP("engine", "Find a threshold in Train: Test on my people."),
        ),
        (
            # That test is of the model in use, which has one.
            r"models calibrate|calibrate it",
            QT_TRANSLATE_NOOP("engine", "Add photos of your people and train again, or use another model."),
        ),
        (
            r"main\.py doctor",
            QT_TRANSLATE_NOOP("engine", "Report a problem, in the menu, says what facecam finds."),
        ),
        (r"people rebuild", QT_TRANSLATE_NOOP("engine", "Rebuild the gallery.")),
        (r"people (?:check|list)", QT_TRANSLATE_NOOP("engine", "Enroll shows everybody and each photo.")),
        (r"people merge", QT_TRANSLATE_NOOP("engine", "If they are one person, merge them in Enroll.")),
        (
            r"people withdraw",
            QT_TRANSLATE_NOOP("engine", "If they should stay deleted, delete them in Enroll."),
        ),
        (r"(?:main\.py |`)enroll ", QT_TRANSLATE_NOOP("engine", "Add photos in Enroll.")),
        (r"`--source", QT_TRANSLATE_NOOP("engine", "Choose a camera or a film as the source.")),
        (r"runs list", QT_TRANSLATE_NOOP("engine", "Train shows all of them: Earlier runs.")),
        (
            r"--mirror URL",
            QT_TRANSLATE_NOOP("engine", "Check the network connection and repeat; what came is kept."),
        ),
        (r"models get", QT_TRANSLATE_NOOP("engine", "Get it: menu of models, at the top, More models.")),
        (
            r"models strangers",
            QT_TRANSLATE_NOOP(
                "engine",
                "It is put in use by itself only where strangers show no harm: More settings has a button that gets "
                "faces of strangers.",
            ),
        ),
        (r"models list", QT_TRANSLATE_NOOP("engine", "The menu of models, at the top, shows all of them.")),
        (
            r"models (?:prepare|verify)|-dw|make setup|facecam\.setup|pip install",
            QT_TRANSLATE_NOOP("engine", "Set facecam up again."),
        ),
    )
)
#: What a distance is called where a number of one is shown.
DISTANCE_WORDS = QT_TRANSLATE_NOOP("engine", "squared distance")
_SENTENCE_END = re.compile(r"(?<=[.!?…]) +(?=[A-Z'\"{/])")
#: Where the part with the command may be taken off, from its left.
_JOINT = re.compile(r"(?:, or |; |: |, for example |, see )")
#: Distances are named for who compares programs; what follows one is a number nobody needs here.
_DISTANCE = re.compile(r": squared_l2 [^;]*?(?:photos|$)")
_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z-]*[a-z])")


def without_commands(text: str) -> str:
    """The sentences of a message as the window says them, still in English.

    Example:
        >>> without_commands("Rebuild it again: python main.py people rebuild")
        'Rebuild it again.'
    """
    if not (_COMMAND.search(text) or "squared_l2 " in text):
        return text
    said = [_sentence(one) for one in sentences(_DISTANCE.sub("", text))]
    return " ".join(dict.fromkeys(one for one in said if one))


def sentences(text: str) -> list[str]:
    """The sentences of a text, as far as capitals and full stops tell."""
    return _SENTENCE_END.split(text)


def flags_in(text: str) -> list[str]:
    """The flags of the command line in a text, without their dashes.

    Example:
        >>> flags_in("Take a lower --learning-rate.")
        ['learning-rate']
    """
    return _FLAG.findall(text)


def with_titles(text: str, titles: dict[str, str]) -> str:
    """`text` with the titles of settings in place of flags."""
    return _FLAG.sub(lambda found: titles[found[1]], text)


def _sentence(text: str) -> str:
    command = _COMMAND.search(text)
    if command is None:
        return text
    if words := next((words for pattern, words in _INSTEAD if pattern.search(text)), ""):
        return words
    kept = ""
    for joint in _JOINT.finditer(text):
        if joint.start() <= command.start() and not _COMMAND.search(text[: joint.start()]):
            kept = text[: joint.start()]
    return f"{kept.rstrip('.,;: ')}." if kept else ""
