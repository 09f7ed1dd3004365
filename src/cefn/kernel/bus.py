"""Events and their handlers: one table says what happens next.

Handlers run in the publisher's transaction, in listed order; an exception in one fails the whole use case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Handler = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, in the past tense, to one or many documents of one company."""

    company_id: int
    actor: Any


class Bus:
    """Holds the wiring table; `publish` walks it."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], tuple[Handler, ...]] = {}

    def wire(self, table: Mapping[type[Event], Sequence[Handler]]) -> None:
        """Replace the wiring by `table`: event class -> handlers in the order they run."""
        self._handlers = {event: tuple(handlers) for event, handlers in table.items()}

    def publish(self, event: Event) -> None:
        """Run every handler wired to this event's class; KeyError for an event that is not in the table."""
        for handler in self._handlers[type(event)]:
            handler(event)


bus = Bus()
