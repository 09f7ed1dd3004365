"""People with other rights than the machine's, for the tests of the reports."""

from dataclasses import replace

from cefn.platform.actors import Actor


def actor_of(
    actor: Actor,
    *,
    permissions: frozenset[str] | None = None,
    warehouses: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
) -> Actor:
    """Return the actor with other permissions or record rules."""
    return replace(
        actor, permissions=actor.permissions if permissions is None else permissions,
        warehouse_codes=frozenset(warehouses), channel_codes=frozenset(channels),
    )  # fmt: skip
