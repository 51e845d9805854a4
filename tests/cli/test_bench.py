"""`bench`: the table goes into its place in the page, the rest of the page stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facecam.benchmark.timing import Row
from facecam.cli import bench as module
from tests.cli.conftest import Run

ROWS = [
    Row("detect hog 640×480", "ms", 10.0, 105.0, 10.5, (9.0, 12.0), 5, "5×"),
    Row("memory", "MB", 1234.0, spread=(1200.0, 1300.0), runs=3),
    Row("quick", "ms", 0.123, runs=1),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    class Quick:
        def __init__(self, *_: Any) -> None: ...

        def rows(self) -> Iterator[Row]:
            yield from ROWS

    monkeypatch.setattr(module, "Bench", Quick)


def test_rows_in_words_and_in_the_page(run: Run) -> None:
    outcome = run("bench", "--page", "docs/SPEED.md")
    assert outcome.code == 0 and "10.5× (9.0 to 12.0)" in outcome.out and "0.12 ms" in outcome.out
    page = Path("docs/SPEED.md").read_text(encoding="utf-8")
    assert "| detect hog 640×480 | 10.0 ms | 105 ms | 10.5 (9.0 to 12.0) | 5× |" in page
    assert "| memory | 1,234 MB |  |  |  |" in page and "processor: " in page


def test_a_page_keeps_everything_but_its_table(run: Run) -> None:
    page = Path("page.md")
    begin, end = module._BEGIN, module._END
    page.write_text(f"# Mine\n\nbefore\n\n{begin}\nold table\n{end}\n\nafter\n", encoding="utf-8")
    run("bench", "--page", page)
    first = page.read_text(encoding="utf-8")
    run("bench", "--page", page)
    assert page.read_text(encoding="utf-8") == first
    assert first.startswith("# Mine\n\nbefore\n\n") and first.endswith(f"{end}\n\nafter\n")
    assert "old table" not in first and first.count(begin) == 1


def test_a_page_without_a_place_gets_one_at_its_end(run: Run) -> None:
    Path("page.md").write_text("# Mine\n", encoding="utf-8")
    run("bench", "--page", "page.md")
    text = Path("page.md").read_text(encoding="utf-8")
    assert text.startswith("# Mine\n") and text.rstrip().endswith(module._END)


def test_json_writes_no_page(run: Run) -> None:
    document = run("bench", "--json", "--page", "page.md").json()
    assert set(document) == {"machine", "rows"} and not Path("page.md").exists()
    assert document["rows"][0]["ratio"] == 10.5 and document["rows"][1]["peer"] is None
