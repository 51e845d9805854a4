"""TFRecord files: the bytes TensorFlow writes, and what is said about broken ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.training.data.tfrecords import FaceRecord, read_tfrecords, write_tfrecords

RECORDS = [FaceRecord(b"\xff\xd8 a picture", 7, (160, 160, 3)), FaceRecord(b"", -2, (1, 70000, 3))]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.tfrecords"
    assert write_tfrecords(path, RECORDS) == 2
    assert list(read_tfrecords(path)) == RECORDS


def test_tensorflow_reads_ours_and_we_read_tensorflows(tmp_path: Path) -> None:
    tf = pytest.importorskip("tensorflow")
    ours, theirs = tmp_path / "ours.tfrecords", tmp_path / "theirs.tfrecords"
    write_tfrecords(ours, RECORDS)
    with tf.io.TFRecordWriter(str(theirs)) as writer:
        for one in RECORDS:
            features = {
                "image_raw": tf.train.Feature(bytes_list=tf.train.BytesList(value=[one.image_raw])),
                "id": tf.train.Feature(int64_list=tf.train.Int64List(value=[one.id])),
                "image_shape": tf.train.Feature(int64_list=tf.train.Int64List(value=one.image_shape)),
            }
            example = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(example.SerializeToString())
    assert list(read_tfrecords(theirs)) == RECORDS
    for raw, one in zip(tf.data.TFRecordDataset(str(ours)), RECORDS, strict=True):
        feature = tf.train.Example.FromString(raw.numpy()).features.feature
        assert feature["image_raw"].bytes_list.value[0] == one.image_raw
        assert list(feature["image_shape"].int64_list.value) == list(one.image_shape)
        assert feature["id"].int64_list.value[0] == one.id


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: content[:-3], "cut off"),
        (lambda content: content[:20] + b"X" + content[21:], "checksum differs"),
        (lambda content: b"<html>not a record</html>", "no TFRecord"),
        (lambda content: content[:5], "no TFRecord"),
    ],
    ids=["cut", "flipped", "another file", "only a start"],
)
def test_a_broken_file_is_said_with_the_record(tmp_path: Path, damage, said: str) -> None:
    path = tmp_path / "a.tfrecords"
    write_tfrecords(path, RECORDS[:1])
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=said) as caught:
        list(read_tfrecords(path))
    assert "record 1" in caught.value.message


@pytest.mark.skipif(os.name == "nt", reason="links need permission there")
def test_a_link_laid_where_the_file_is_written_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for name in (".a.tfrecords.tmp", "a.tfrecords"):
        (tmp_path / name).symlink_to("mine.txt")
    write_tfrecords(tmp_path / "a.tfrecords", [FaceRecord(b"jpeg", 1, (2, 3, 3))])
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not (tmp_path / "a.tfrecords").is_symlink()
    assert [record.id for record in read_tfrecords(tmp_path / "a.tfrecords")] == [1]
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"mine.txt", ".a.tfrecords.tmp", "a.tfrecords"}, "nothing of ours is left"


def test_no_half_file_stays_when_the_records_end_in_a_fault(tmp_path: Path) -> None:
    def broken() -> Iterator[FaceRecord]:
        yield FaceRecord(b"jpeg", 1, (2, 3, 3))
        raise DataError("the photo is gone", hint="Look for it.")

    with pytest.raises(DataError, match="gone"):
        write_tfrecords(tmp_path / "a.tfrecords", broken())
    assert list(tmp_path.iterdir()) == []
