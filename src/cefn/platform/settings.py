"""A company's settings: each has a kind with type, default and name; a row only where the company chose otherwise.

    LOW_STOCK_DAYS = SettingKind("inventory.low_stock_days", int, 14, _("days of cover below which stock is low"))
    days = setting_read(actor.company_id, LOW_STOCK_DAYS)

Kinds are declared beside the code that reads them and listed in one table for the settings page
(`settings_register`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cefn.kernel import clock, sql
from cefn.kernel.errors import Fault, InvalidInput
from cefn.kernel.ids import new_id
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.audit import AuditDraft, audit_record
from cefn.platform.models import Setting
from cefn.platform.permissions import permission_require

Value = TypeVar("Value", bool, int, str, list)  # type: ignore[type-arg]


@dataclass(frozen=True, slots=True)
class SettingKind(Generic[Value]):
    """One setting: code "area.name", Python type, default, what it is called; limits for numbers, choices for texts."""

    code: str
    type: type[Value]
    default: Value
    label: str | Promise
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


_kinds: dict[str, SettingKind[Any]] = {}


def settings_register(kinds: Iterable[SettingKind[Any]]) -> None:
    """Replace the table of settings; ValueError if two have one code or a default does not fit its own kind."""
    table: dict[str, SettingKind[Any]] = {}
    for kind in kinds:
        if kind.code in table or _fault(kind, kind.default):
            raise ValueError(f"setting {kind.code}")
        table[kind.code] = kind
    _kinds.clear()
    _kinds.update(table)


def settings_registered() -> Mapping[str, SettingKind[Any]]:
    """Return the table of settings, by code."""
    return _kinds


def _fault(kind: SettingKind[Any], value: Any) -> str:
    """Return what is wrong with a value, as a sentence, or an empty text. True is no number here."""
    if type(value) is not kind.type:
        return _("This needs to be of another kind.")
    if kind.type is int and (
        (kind.least is not None and value < kind.least) or (kind.most is not None and value > kind.most)
    ):
        return _("This is outside what is allowed.")
    if kind.choices and value not in kind.choices:
        return _("This is not one of the choices.")
    return ""


def _remedy(kind: SettingKind[Any]) -> str:
    if kind.choices:
        return _("Choose one of: ") + ", ".join(kind.choices)
    if kind.least is not None or kind.most is not None:
        return _("Give a whole number from %(least)s to %(most)s.") % {
            "least": "-∞" if kind.least is None else kind.least,
            "most": "∞" if kind.most is None else kind.most,
        }
    return _("Give a value such as %(example)s.") % {"example": sql.json_text(kind.default)}


def setting_read(company_id: int, kind: SettingKind[Value]) -> Value:
    """Return the company's value of a setting, or its default."""
    return settings_read(company_id, [kind])[kind.code]  # type: ignore[no-any-return]


def settings_read(company_id: int, kinds: Iterable[SettingKind[Any]]) -> dict[str, Any]:
    """Return code -> value for many settings, in one query.

    A stored value that no longer fits its kind (an older version wrote it) gives way to the default.
    """
    wanted = {kind.code: kind for kind in kinds}
    held = dict(Setting.objects.filter(company_id=company_id, code__in=list(wanted)).values_list("code", "value"))
    return {
        code: held[code] if code in held and not _fault(kind, held[code]) else kind.default
        for code, kind in wanted.items()
    }


def settings_set(*, values: Mapping[str, Any], actor: Actor) -> None:
    """Set settings by code; raises InvalidInput naming each that is unknown or does not fit."""
    permission_require(actor, "settings.edit")
    faults: list[Fault] = []
    for code, value in values.items():
        kind = _kinds.get(code)
        if kind is None:
            faults.append(Fault(code, str(value), _("There is no such setting."), _("Look at the list of settings.")))
        elif sentence := _fault(kind, value):
            faults.append(Fault(code, str(value), sentence, _remedy(kind)))
    if faults:
        raise InvalidInput(faults=faults)

    def change() -> None:
        before = settings_read(actor.company_id, [_kinds[code] for code in values])
        rows: Sequence[Sequence[Any]] = [
            (new_id(), code, sql.json_text(value)) for code, value in sorted(values.items())
        ]
        sql.run(
            "INSERT INTO platform_setting (id, company_id, code, value, updated_at, updated_by_id)"
            " SELECT v.id, %s, v.code, v.value, %s, %s FROM {v} WHERE true"
            " ON CONFLICT (company_id, code) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,"
            " updated_by_id = excluded.updated_by_id",
            [actor.company_id, clock.now(), actor.user_id],
            v=sql.Rows("id bigint, code text, value jsonb", rows),
        )
        audit_record(
            actor=actor,
            events=[
                AuditDraft(f"setting:{code}", "setting-changed", {"before": before[code], "after": value})
                for code, value in sorted(values.items())
                if before[code] != value
            ],
        )

    run_whole(change)
