"""Lists of pairs: three forms, and complaints that name the line and the cure."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facecam.core.errors import DataError
from facecam.metrics.pairs import Pair, PairList, locate, read_pairs, same_photo_twice

VIEW_1 = "2\nAda\t1\t2\nBob\t3\t12\nAda\t1\tBob\t1\nAda\t2\tEve\t1\n"
VIEW_2 = "2\t1\nAda\t1\t2\nAda\t1\tBob\t1\nBob\t1\t2\nBob\t1\tEve\t4\n"


def read(tmp_path: Path, text: str | bytes) -> PairList:
    path = tmp_path / "pairs.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_pairs(path)


def test_view_1(tmp_path: Path) -> None:
    found = read(tmp_path, VIEW_1)
    assert found.kind == "view1" and found.is_same.tolist() == [True, True, False, False]
    assert found.pairs[1] == Pair("Bob/Bob_0003", "Bob/Bob_0012", True, 3)
    assert found.pairs[3] == Pair("Ada/Ada_0002", "Eve/Eve_0001", False, 5)
    assert found.photos == (
        "Ada/Ada_0001", "Ada/Ada_0002", "Bob/Bob_0003", "Bob/Bob_0012", "Bob/Bob_0001", "Eve/Eve_0001",
    )  # fmt: skip


def test_view_2_keeps_its_folds(tmp_path: Path) -> None:
    found = read(tmp_path, VIEW_2)
    assert found.kind == "view2"
    assert [(pair.same, pair.fold) for pair in found.pairs] == [(True, 0), (False, 0), (True, 1), (False, 1)]


def test_a_list_of_paths(tmp_path: Path) -> None:
    found = read(tmp_path, "# mine\na/1.jpg a/2.jpg 1\n\nmy photos/1.png\tb/ü.png\t0\n")
    assert found.kind == "list"
    assert found.pairs == (Pair("a/1.jpg", "a/2.jpg", True, 2), Pair("my photos/1.png", "b/ü.png", False, 4))


def test_a_list_of_numbered_photos_is_not_taken_for_a_header(tmp_path: Path) -> None:
    assert read(tmp_path, "1 2 1\n1 3 0\n").kind == "list"


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_of_any_editor(tmp_path: Path, ending: str, start: bytes) -> None:
    text = VIEW_1.strip().replace("\n", "\r\n" if ending == "\r\n" else "\n") + ending
    assert read(tmp_path, start + text.encode()).pairs == read(tmp_path, VIEW_1).pairs


def test_blanks_separate_too_and_tabs_allow_blanks_in_names(tmp_path: Path) -> None:
    assert read(tmp_path, "1\nAda 1 2\nAda 1 Bob 1\n").pairs[0].first == "Ada/Ada_0001"
    found = read(tmp_path, "1\nAda Lovelace\t1\t2\nAda Lovelace\t1\tJosé\u2028x\t1\n")
    assert found.pairs[1].first == "Ada Lovelace/Ada Lovelace_0001"
    assert found.pairs[1].second == "José\u2028x/José\u2028x_0001"


@pytest.mark.parametrize(
    ("text", "line", "problem", "cure"),
    [
        ("2\nAda 1 2\nAda 1 Bob 1\nAda 2 Bob 1\nAda 3 Bob 1\n", 3, "expected `name i j`", "header"),
        ("1\nAda 1 2\nAda 1 3\n", 3, "expected `name i other j`", "header"),
        ("2\nAda 1 2\nAda 1 3\nAda 1 Bob 1\n", 4, "ends after 3 of the 4 pairs", "whole file"),
        ("1\nAda 1 2\nAda 1 Bob 1\nAda 2 Bob 1\n", 4, "more lines than the 2 pairs", "first line"),
        ("1 300\nAda 1 2\n", 1, "fewer than 2 folds", "10 300"),
        ("0\n", 1, "promises no pairs", "how many"),
        ("10 0\n", 1, "promises no pairs", "how many"),
        ("1\nAda 0 2\nAda 1 Bob 1\n", 2, "'0' is not the number", "from 1"),
        ("1\nAda 1 x\nAda 1 Bob 1\n", 2, "'x' is not the number", "from 1"),
        ("1\nAda 1 ²\nAda 1 Bob 1\n", 2, "'²' is not the number", "from 1"),
        (f"1\nAda 1 {'9' * 5000}\nAda 1 Bob 1\n", 2, "is not the number", "from 1"),
        ("1\nAda 1 2\nAda 1 Ada 2\n", 3, "Ada twice", "names"),
        ("1\n../Ada 1 2\nAda 1 Bob 1\n", 2, "'../Ada' is not a person's name", "folder"),
        ("1\n.. 1 2\nAda 1 Bob 1\n", 2, "'..' is not a person's name", "folder"),
        ("a.jpg b.jpg 1\na.jpg b c.jpg 0\n", 2, "found 4 fields", "tabs"),
        ("a.jpg b.jpg\n", 1, "found 2 fields", "10 300"),
        ("a.jpg b.jpg 1\na.jpg c.jpg 2\n", 2, "the label is '2'", "Write 1"),
        ("a.jpg b.jpg 1\na.jpg c.jpg same\n", 2, "the label is 'same'", "Write 1"),
        ("a.jpg b.jpg 1\na.jpg a.jpg 0\n", 2, "one photo is said to show two people", "label"),
        ("a.jpg b.jpg 1\na.jpg c\0.jpg 0\n", 2, "NUL", "plain text"),
        (b"a.jpg b.jpg 1\na.jpg \xff\xfe.jpg 0\n", 2, "not UTF-8", "UTF-8"),
    ],
)
def test_a_malformed_line_is_named_with_its_cure(
    tmp_path: Path, text: str | bytes, line: int, problem: str, cure: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert f"pairs.txt, line {line}: " in caught.value.message
    assert problem in caught.value.message and cure in caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "holds no pairs"),
        ("\n# nothing\n", "holds no pairs"),
        ("a.jpg b.jpg 1\n", "no pair of different people"),
        ("a.jpg b.jpg 0\n", "no pair of the same person"),
    ],
)
def test_a_list_without_both_kinds_measures_nothing(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read(tmp_path, text)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.txt") as caught:
        read_pairs(tmp_path / "nowhere.txt")
    assert "spelling" in caught.value.hint
    with pytest.raises(DataError, match="is not a file"):
        read_pairs(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="is not a file"):
        read_pairs(tmp_path / "pipe")


def view_1_of(count: int) -> PairList:
    same = (Pair(f"a/{index}", f"b/{index}", True, index + 2) for index in range(count))
    different = (Pair(f"a/{index}", f"c/{index}", False, index + 2 + count) for index in range(count))
    return PairList("view1", (*same, *different))


@pytest.mark.parametrize("count", [2, 3, 10, 19, 200])
def test_a_limit_takes_both_kinds_evenly(count: int) -> None:
    found = view_1_of(100).limited(count)
    assert len(found.pairs) == count and abs(2 * int(found.is_same.sum()) - count) <= 1
    lines = [pair.line for pair in found.pairs]
    assert lines == sorted(set(lines))


def test_a_limit_spreads_over_the_whole_list() -> None:
    assert [pair.line - 2 for pair in view_1_of(10).limited(4).pairs] == [2, 7, 12, 17]
    assert view_1_of(10).limited(20) == view_1_of(10) == view_1_of(10).limited(99)


def test_a_limit_of_one_still_keeps_one_of_each_kind() -> None:
    assert view_1_of(10).limited(1).is_same.tolist() == [True, False]


def test_a_limit_keeps_every_fold_of_view_2(tmp_path: Path) -> None:
    same = "".join(f"Ada\t{index}\t{index + 1}\n" for index in range(1, 7))
    different = "".join(f"Ada\t{index}\tBob\t{index}\n" for index in range(1, 7))
    found = read(tmp_path, f"3 6\n{(same + different) * 3}").limited(9)
    assert [sum(pair.fold == fold for pair in found.pairs) for fold in range(3)] == [3, 3, 3]


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_photos_are_found_with_any_ending_and_missing_ones_named(tmp_path: Path) -> None:
    jpg, png = touch(tmp_path / "Ada/Ada_0001.JPG"), touch(tmp_path / "J.Lo/J.Lo_0001.png")
    found = locate(["Ada/Ada_0001", "Ada/Ada_0002", "J.Lo/J.Lo_0001", "Eve/Eve_0001"], tmp_path)
    assert found.found == {"Ada/Ada_0001": jpg, "J.Lo/J.Lo_0001": png}
    assert found.missing == ("Ada/Ada_0002", "Eve/Eve_0001")


def test_of_several_formats_jpeg_is_preferred_and_a_full_name_is_taken_at_its_word(tmp_path: Path) -> None:
    for ending in ("webp", "png", "jpg", "txt"):
        touch(tmp_path / f"a/1.{ending}")
    found = locate(["a/1", "a/1.png"], tmp_path).found
    assert [path.name for path in found.values()] == ["1.jpg", "1.png"]


def test_a_folder_or_text_file_of_the_name_is_no_photo(tmp_path: Path) -> None:
    (tmp_path / "a" / "1.jpg").mkdir(parents=True)
    touch(tmp_path / "a" / "2.txt")
    assert locate(["a/1", "a/1.jpg", "a/2"], tmp_path).missing == ("a/1", "a/1.jpg", "a/2")


def test_accents_match_however_they_are_written(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "José_0001")
    touch(tmp_path / "p" / f"{decomposed}.jpg")
    assert locate(["p/José_0001", f"p/{decomposed}"], tmp_path).missing == ()


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    photo = touch(tmp_path / "elsewhere" / "1.jpg")
    assert locate([str(photo)], tmp_path / "images").found == {str(photo): photo}


def test_pairs_of_one_photo_with_itself_are_counted() -> None:
    pairs = [Pair("a", "a", True, 1), Pair("a", "b", True, 2), Pair("b", "b", True, 3)]
    assert same_photo_twice(pairs) == 2


def test_the_official_view_1_list(shared_data: Path) -> None:
    found = read_pairs(shared_data / "lfw-view1" / "pairsDevTest.txt")
    assert (found.kind, len(found.pairs), int(found.is_same.sum())) == ("view1", 1000, 500)
    located = locate(found.photos, shared_data / "lfw-view1" / "images")
    assert len(located.found) == 1549 and located.missing == ()


_PHOTO = st.text(
    st.characters(exclude_characters="\t\n\0#", exclude_categories=["Cs", "Cc"]), min_size=1
).map(lambda text: f"photos/{text.strip()}.png")


@given(st.lists(st.tuples(_PHOTO, _PHOTO, st.booleans()), max_size=8))
def test_what_is_written_with_tabs_is_read_again(tmp_path: Path, rows: list[tuple[str, str, bool]]) -> None:
    rows = [(first, second, same or first == second) for first, second, same in rows]
    rows = [("a.png", "b.png", True), ("a.png", "c.png", False), *rows]
    found = read(tmp_path, "".join(f"{first}\t{second}\t{int(same)}\n" for first, second, same in rows))
    assert [(pair.first, pair.second, pair.same) for pair in found.pairs] == rows


@given(
    st.one_of(st.binary(max_size=40), st.text(st.sampled_from("0123\t\n A#é"), max_size=40).map(str.encode))
)
def test_any_other_file_is_a_list_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    try:
        found = read(tmp_path, content)
    except DataError as error:
        assert error.hint and len(error.message.splitlines()) == 1
    else:
        assert found.is_same.any() and not found.is_same.all()
