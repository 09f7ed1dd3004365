"""Identifiers: ascending, time-ordered, within 63 bits, and different in every process."""

import threading
import time

from cefn.kernel.ids import EPOCH_MS, PROCESS_BITS, SEQUENCE_BITS, TIME_SHIFT, IdMaker, new_id, new_ids


def test_identifiers_ascend_and_fit_a_bigint() -> None:
    taken = [new_id(), *new_ids(2_000), new_id()]
    assert taken == sorted(set(taken))
    assert 0 < taken[0] < taken[-1] < 2**63


def test_an_identifier_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = IdMaker().take(1)[0]
    after = time.time_ns() // 1_000_000
    assert before <= (made >> TIME_SHIFT) + EPOCH_MS <= after


def test_more_than_a_millisecond_holds_borrows_from_the_next() -> None:
    maker = IdMaker()
    taken = maker.take(3 * (1 << SEQUENCE_BITS) + 1)
    assert taken == sorted(set(taken))
    assert (taken[-1] >> TIME_SHIFT) - (taken[0] >> TIME_SHIFT) in {3, 4}
    assert maker.take(1)[0] > taken[-1]


def test_processes_draw_different_bits() -> None:
    def bits(maker: IdMaker) -> int:
        return (maker.take(1)[0] >> SEQUENCE_BITS) & ((1 << PROCESS_BITS) - 1)

    assert len({bits(IdMaker()) for _ in range(20)}) > 10


def test_threads_never_share_an_identifier() -> None:
    maker, taken = IdMaker(), list[int]()
    lock = threading.Lock()

    def take() -> None:
        for _ in range(200):
            mine = maker.take(5)
            with lock:
                taken.extend(mine)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == len(taken) == 8_000
