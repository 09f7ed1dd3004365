"""State machines: a map from each state to the states that may follow, checked when the module is imported."""

from collections.abc import Iterable, Mapping

from django.db import models

from cefn.kernel.errors import IllegalMove


class StateMap:
    """The legal moves of one kind of document.

    `moves` maps every state to the states it may become; `start` are the states a document may be made in.
    Raises ValueError at import when a state is missing, unknown, or can't be reached.
    """

    def __init__(
        self, states: type[models.TextChoices], moves: Mapping[str, Iterable[str]], *, start: Iterable[str]
    ) -> None:
        self.states = states
        self.moves: dict[str, frozenset[str]] = {str(k): frozenset(map(str, v)) for k, v in moves.items()}
        self.start = frozenset(map(str, start))
        self._validate()

    def _validate(self) -> None:
        declared = set(self.states.values)
        named = set(self.moves) | {state for targets in self.moves.values() for state in targets} | set(self.start)
        if named != declared or set(self.moves) != declared:
            raise ValueError(f"{self.states.__name__}: states and moves differ: {sorted(named ^ declared)}")
        seen: set[str] = set()
        todo = list(self.start)
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo.extend(self.moves[state])
        if seen != declared:
            raise ValueError(f"{self.states.__name__}: never reached: {sorted(declared - seen)}")

    def sources(self, target: str) -> list[str]:
        """Return the states from which `target` may be reached in one move."""
        return [state for state, targets in self.moves.items() if target in targets]

    def allows(self, state: str, target: str) -> bool:
        """Tell whether `state` may become `target`."""
        return target in self.moves[state]

    def require(self, document: str, state: str, target: str) -> None:
        """Raise IllegalMove, naming the legal states, unless `state` may become `target`."""
        if not self.allows(state, target):
            legal = ", ".join(sorted(self.moves[state])) or "-"
            raise IllegalMove(document=document, state=state, target=target, legal=legal)
