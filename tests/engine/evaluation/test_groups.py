"""Files of groups: read as spreadsheets write them, refused in two lines where they cannot be meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.engine.evaluation.groups import PeopleGroups, fairness_of_own, read_groups
from facecam.engine.evaluation.open_set_report import LookedUp, SelfTestReport
from facecam.metrics.open_set import OpenSetCurve, OpenSetPoint
from facecam.metrics.rates import Estimate


def read(tmp_path: Path, text: str | bytes) -> PeopleGroups:
    path = tmp_path / "groups.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_groups(path)


def test_people_groups_and_years_are_read(tmp_path: Path) -> None:
    groups = read(
        tmp_path,
        "\ufeffPerson; Group ;born;photo;year\r\nAda;women;1815;;1835\r\nAda;women;;old.jpg;1850\r\n"
        "\r\nJosé;men;;;\r\n",
    )
    assert groups.group_of == {"Ada": "women", "José": "men"} and groups.names == ("women", "men")
    assert groups.age_band("Ada", "other.jpg") == "18 to 29"
    assert groups.age_band("Ada", "old.jpg") == "30 to 44"
    assert groups.age_band("José", "a.jpg") is None


@pytest.mark.parametrize(("delimiter", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\r")])
def test_tables_of_other_programs_are_read(tmp_path: Path, delimiter: str, end: str) -> None:
    rows = (("person", "group"), ('"Ada\n, Countess"', "women"), ("Bea", '"a;b"'), ("Bea", '"a;b"'))
    groups = read(tmp_path, end.join(delimiter.join(row) for row in rows))
    assert groups.group_of == {"Ada\n, Countess": "women", "Bea": "a;b"}


@pytest.mark.parametrize(
    ("born", "year", "band"),
    [
        (2000, 2000, "under 18"),
        (2000, 2017, "under 18"),
        (2000, 2018, "18 to 29"),
        (1940, 2000, "60 and over"),
    ],
)
def test_the_band_of_an_age(tmp_path: Path, born: int, year: int, band: str) -> None:
    groups = read(tmp_path, f"person,group,born,year\nAda,a,{born},{year}\n")
    assert groups.age_band("Ada", "x.jpg") == band


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no column person"),
        ("name,group\nAda,a\n", "has no column person"),
        ("person,group,colour\nAda,a,b\n", "names its columns otherwise"),
        ("person,group,group\nAda,a,b\n", "names its columns otherwise"),
        ("person,group\n", "names nobody"),
        ("person,group\nAda\n", "line 2: 1 values for 2 columns"),
        ("person,group\nAda,\n", "line 2: a person and a group"),
        ("person,group\nAda,a\nAda,b\n", "line 3: Ada is in another group above"),
        ("person,group,born\nAda,a,1815\nAda,a,1816\n", "line 3: Ada was born in another year"),
        ("person,group,born\nAda,a,18x5\n", "line 2: '18x5' is no year"),
        ("person,group,born\nAda,a,9999\n", "is no year"),
        ("person,group,born\nAda,a,2190\n", "'2190' is no year"),
        ("person,group,born,year\nAda,a,2000,1999\n", "Ada was born in 2000, and a photo is of 1999"),
        ("person,group,year\nAda,a,1990\nAda,a,1991\n", "line 3: the photos of Ada are of another year"),
        ("person,group,photo,year\nAda,a,x,1990\nAda,a,b/x,1991\n", "line 3: x of Ada is of another year"),
        ('person,group\nAda,"a\nBea,b\n', "unexpected end of data"),
        ("person,group,born\nAda,a,١٨١٥\n", "is no year"),
        (b"person,group\n\xff\xfe,a\n", "is not UTF-8 text"),
        ("person,group\n" + "x" * 200_000 + ",a\n", "line 2"),
    ],
)
def test_what_cannot_be_meant_is_said_in_two_lines(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert words in caught.value.message and "\n" not in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not read"):
        read_groups(tmp_path / "none.csv")


def self_test_of(looked_up: tuple[LookedUp, ...]) -> SelfTestReport:
    share = Estimate(0.0, 0.0, 0.0, "wilson")
    point = OpenSetPoint(0.1, share, share)
    curve = OpenSetCurve(np.zeros(1), np.zeros(1), np.zeros(1))
    return SelfTestReport(2, len(looked_up), "m", 0.01, point, None, curve, (), (), (), looked_up=looked_up)


def test_own_people_by_group_and_age(tmp_path: Path) -> None:
    looked_up = tuple(
        LookedUp(person, tmp_path / person / f"{number}.jpg", missed, accepted)
        for person, number, missed, accepted in [
            ("Ada", 0, True, False),
            ("Ada", 1, False, False),
            ("Bob", 0, False, True),
            ("Bob", 1, None, True),
            ("Cyd", 0, False, False),
        ]
    )
    groups = read(tmp_path, "person,group,born,year\nAda,a,2000,2010\nBob,b,1950,2015\nEve,a,,\n")
    report = fairness_of_own(self_test_of(looked_up), groups)
    assert report.not_listed == ("Cyd",) and report.not_measured == ("Eve",)
    first, second = report.groups["group"]
    assert (first.name, first.people) == ("a", 1)
    figures = {figure.figure: figure for figure in first.figures}
    assert figures["fnir"].estimate is not None and figures["fnir"].estimate.value == 0.5
    assert figures["fpir"].estimate is not None and figures["fpir"].estimate.value == 0.0
    of_second = {figure.figure: figure for figure in second.figures}
    # The photo that is the only one of its person cannot be missed.
    assert of_second["fnir"].trials == 1 and of_second["fpir"].trials == 2
    assert [group.name for group in report.groups["age"]] == ["under 18", "60 and over"]
    assert all("needed" in figure.too_small for group in (first, second) for figure in group.figures)
