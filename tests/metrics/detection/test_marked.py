"""Boxes in files: WIDER FACE's text and Pascal VOC's XML, whole and damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.metrics.detection.voc import read_voc
from facecam.metrics.detection.wider import read_wider

WIDER = """\
0--Parade/a b.jpg
2
10 20 30 40 0 0 0 0 0 0
1 2 3 4 2 0 0 1 2 0

1--Handshaking/none.jpg
0
0 0 0 0 0 0 0 0 0 0
plain.png
1
5.5 6 7 0
last.jpg
0
"""
VOC = """\
<annotation>
  <filename>one.jpg</filename>
  <object>
    <name>Face</name>
    <difficult>1</difficult>
    <part><name>nose</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
    <bndbox><xmin>11</xmin><ymin>21</ymin><xmax>40</xmax><ymax>60</ymax></bndbox>
  </object>
  <object>
    <name>dog</name>
    <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>6</ymax></bndbox>
  </object>
</annotation>
"""


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_wider_faces_flags_and_pictures_without_any(tmp_path: Path) -> None:
    pictures = read_wider(written(tmp_path / "list.txt", "\ufeff" + WIDER.replace("\n", "\r\n")))
    assert [one.name for one in pictures] == [
        "0--Parade/a b.jpg",
        "1--Handshaking/none.jpg",
        "plain.png",
        "last.jpg",
    ]
    assert pictures[0].boxes.tolist() == [[10, 20, 40, 60], [1, 2, 4, 6]]
    assert pictures[0].ignored.tolist() == [False, True] and pictures[0].where == "line 1"
    assert pictures[1].boxes.shape == (0, 4) and pictures[3].boxes.shape == (0, 4)
    assert pictures[2].ignored.tolist() == [True], "a box without height cannot be found"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no boxes"),
        ("a.jpg\n", "line 1: expected the number of faces"),
        ("a.jpg\ntwo\n", "line 2: expected the number of faces"),
        ("a.jpg\n2\n1 2 3 4\n", "line 3: fewer faces than their number says"),
        ("a.jpg\n2\n1 2 3 4\nb.jpg\n0\n", "line 4: fewer faces than their number says"),
        ("a.jpg\n1\n1 2 3\n", "line 3: expected 4 or 10 numbers"),
        ("a.jpg\n1\n1 2 3 x\n", "line 3: expected 4 or 10 numbers"),
        ("a.jpg\n1\n1 2 nan 4\n", "line 3: expected 4 or 10 numbers"),
        ("a.jpg\n1\n1 2 -3 4\n", "line 3: a width or height below 0"),
        ("a.jpg\n1\n1 2 3 4\n5 6 7 8\n", "line 4: expected the path of a picture"),
        ("a.jpg\n0\n\na.jpg\n0\n", "line 4: a.jpg is listed a second time"),
        (b"a.jpg\n1\n\xff\xfe\n", "line 3: not a line of text"),
        (b"x" * 5000, "line 1: not a line of text"),
    ],
)
def test_a_malformed_list_is_refused_with_its_line(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_wider(written(tmp_path / "list.txt", text))
    assert "list.txt" in caught.value.message and caught.value.hint


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(DataError, match="could not read the boxes"):
            read_wider(path)


def test_voc_corners_count_from_one_and_belong_to_the_box(tmp_path: Path) -> None:
    path = written(tmp_path / "one.xml", VOC)
    (picture,) = read_voc([path])
    assert picture.name == "one.jpg" and picture.boxes.tolist() == [[10, 20, 40, 60]]
    assert picture.ignored.tolist() == [True]
    (dogs,) = read_voc([path], "dog")
    assert dogs.boxes.tolist() == [[0, 0, 4, 6]] and dogs.ignored.tolist() == [False]


def test_voc_without_objects_or_name_of_the_picture(tmp_path: Path) -> None:
    (picture,) = read_voc([written(tmp_path / "two.xml", "<annotation></annotation>")])
    assert picture.name == "two.jpg" and picture.boxes.shape == (0, 4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: no element found"),
        ("<annotation>\n<object>\n", "line 3: no element found"),
        ("<faces/>", "line 1: begins with <faces>"),
        (VOC.replace("<xmax>40</xmax>", ""), "line 8: an <object> without <xmax>"),
        (VOC.replace("<name>Face</name>", ""), "line 8: an <object> without <name>"),
        (VOC.replace(">40<", ">wide<"), "line 7: <xmax> is not a number: wide"),
        (VOC.replace(">40<", ">10<"), "line 8: a box whose right"),
        ('<!DOCTYPE a [<!ENTITY b "bb">]>\n<annotation/>', "line 1: has a document type"),
        (VOC.replace("Face", "person"), "no object is called face; there are dog, person|person, dog"),
    ],
)
def test_malformed_xml_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_voc([written(tmp_path / "one.xml", text)])
    assert caught.value.hint


def test_a_file_far_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="larger than 8 MB"):
        read_voc([written(tmp_path / "one.xml", b" " * ((8 << 20) + 1))])
