"""State maps: what is wrong with one is found when it is made; an illegal move names the legal ones."""

import pytest
from django.db import models

from cefn.books.states import INVOICE_MOVES
from cefn.kernel.errors import IllegalMove
from cefn.kernel.states import StateMap
from cefn.orders.states import ORDER_MOVES, RETURN_MOVES
from cefn.warehouse.states import BATCH_MOVES, SHIPMENT_MOVES, TASK_MOVES


class Light(models.TextChoices):
    """States of a traffic light."""

    RED = "red"
    GREEN = "green"
    AMBER = "amber"


GOOD = {"red": {"green"}, "green": {"amber"}, "amber": {"red"}}


def test_a_good_map_answers() -> None:
    lights = StateMap(Light, GOOD, start={"red"})
    assert lights.allows("red", "green")
    assert not lights.allows("red", "amber")
    assert lights.sources("red") == ["amber"]
    lights.require("L1", "red", "green")


def test_an_illegal_move_names_the_legal_ones() -> None:
    with pytest.raises(IllegalMove) as caught:
        StateMap(Light, GOOD, start={"red"}).require("L1", "red", "amber")
    assert str(caught.value) == "L1 is red and can't become amber. From red it can become: green."
    assert caught.value.status == 409


@pytest.mark.parametrize(
    ("moves", "start", "said"),
    [
        ({"red": {"green"}, "green": {"red"}}, {"red"}, "amber"),
        ({"red": {"green"}, "green": {"blue"}, "amber": {"red"}}, {"red"}, "blue"),
        ({"red": {"green"}, "green": {"red"}, "amber": {"red"}}, {"red"}, r"never reached: \['amber'\]"),
        (GOOD, {"white"}, "white"),
    ],
)
def test_a_faulty_map_stops_the_program(moves: dict[str, set[str]], start: set[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        StateMap(Light, moves, start=start)


@pytest.mark.parametrize(
    ("states", "ends"),
    [
        (ORDER_MOVES, {"done", "cancelled"}),
        (RETURN_MOVES, {"closed", "rejected", "cancelled"}),
        (SHIPMENT_MOVES, {"delivered", "cancelled"}),
        (BATCH_MOVES, {"done", "cancelled"}),
        (TASK_MOVES, {"picked", "short", "cancelled"}),
        (INVOICE_MOVES, {"cancelled"}),
    ],
)
def test_documents_end_where_they_should(states: StateMap, ends: set[str]) -> None:
    assert {state for state, targets in states.moves.items() if not targets} == ends
