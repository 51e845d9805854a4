"""One slot, the newest item wins, nobody waits for ever."""

from __future__ import annotations

import threading
import time

from facecam.core.mailbox import Mailbox


def test_the_newest_item_replaces_an_unread_one() -> None:
    box: Mailbox[int] = Mailbox()
    assert [box.put(1), box.put(2), box.put(3)] == [True, False, False]
    assert box.take() == 3
    assert box.take() is None
    assert box.put(4) is True


def test_taking_from_an_empty_box_waits_as_long_as_asked() -> None:
    box: Mailbox[int] = Mailbox()
    started_s = time.monotonic()
    assert box.take(0.05) is None
    assert 0.045 <= time.monotonic() - started_s < 60


def test_falsy_items_are_items() -> None:
    box: Mailbox[int] = Mailbox()
    box.put(0)
    assert box.put(0) is False
    assert box.take(timeout_s=60) == 0


def test_a_waiting_reader_gets_the_item_at_once() -> None:
    box: Mailbox[str] = Mailbox()
    threading.Timer(0.05, box.put, ("news",)).start()
    started_s = time.monotonic()
    assert box.take(timeout_s=None) == "news"
    assert time.monotonic() - started_s < 60


def test_closing_wakes_every_reader_and_leaves_what_is_inside() -> None:
    box: Mailbox[int] = Mailbox()
    got: list[int | None] = []
    readers = [threading.Thread(target=lambda: got.append(box.take(timeout_s=None))) for _ in range(3)]
    for reader in readers:
        reader.start()
    box.close()
    for reader in readers:
        reader.join(60)
    assert got == [None, None, None] and box.closed
    box.put(7)
    assert box.take(timeout_s=None) == 7


def test_a_slow_reader_skips_and_never_goes_back() -> None:
    box: Mailbox[int] = Mailbox()
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or seen[-1:] != [499]:
            item = box.take(timeout_s=0.1)
            if item is not None:
                seen.append(item)
                time.sleep(0.002)

    reader = threading.Thread(target=read)
    reader.start()
    rings = 0
    for number in range(500):
        rings += box.put(number)
    done.set()
    reader.join(60)
    assert seen == sorted(seen) and seen[-1] == 499
    assert len(seen) < 500
    assert rings == len(seen), "one notification for each item taken, no more"
