"""XML of strangers as a tree: of a size that can be held, without a document type and so without entities."""

from __future__ import annotations

from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_MOST_ELEMENTS: Final = 50_000
_DEEPEST: Final = 100


def xml_tree(content: bytes) -> Element:
    """The root; `}` parts a namespace from its name, and the attribute `line` says where an element ends.

    Raises:
        ValueError: it is no such XML; the message begins with the line.
    """
    builder, counts = TreeBuilder(), [0, 0]
    parser = expat.ParserCreate(namespace_separator="}")
    open_elements: list[Element] = []

    def refuse(what: str) -> None:
        raise ValueError(f"line {parser.CurrentLineNumber}: {what}")

    def start(name: str, attributes: dict[str, str]) -> None:
        counts[0] += 1
        if counts[0] > _MOST_ELEMENTS or len(open_elements) >= _DEEPEST:
            refuse("too many or too deep elements")
        open_elements.append(builder.start(name, attributes))

    def end(name: str) -> None:
        builder.end(name)
        open_elements.pop().set("line", str(parser.CurrentLineNumber))

    def no_doctype(*_: Any) -> None:
        refuse("has a document type")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = no_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"line {error.lineno}: {expat.ErrorString(error.code)}") from error
    except LookupError as error:  # An encoding nobody knows.
        raise ValueError(f"line 1: {error}") from error
    return builder.close()
