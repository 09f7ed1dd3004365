"""Saved views: a person's named filters of a list, shown as tabs above it; a shared one is shown to everybody."""

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from cefn.kernel import clock
from cefn.kernel.errors import Fault, InvalidInput, NotAllowed
from cefn.kernel.transactions import run_whole
from cefn.platform.actors import Actor
from cefn.platform.models import SavedView
from cefn.platform.permissions import permission_has

NAME_CHARACTERS = 80


def access_saved_views(actor: Actor) -> QuerySet[SavedView]:
    """Return the actor's own views and those shared in the company, in the order of their tabs."""
    mine = Q(user_id=actor.user_id) | Q(is_shared=True)
    return SavedView.objects.filter(mine, company_id=actor.company_id).order_by("area", "position", "id")


def saved_view_keep(*, area: str, name: str, query: str, is_shared: bool = False, actor: Actor) -> SavedView:
    """Keep a filter under a name, or change the actor's view of that name; sharing needs `settings.edit`.

    `query` is the part of the address after the question mark.
    """
    if actor.user_id is None:
        raise NotAllowed(permission=_("saved views, which belong to people"))
    if is_shared and not permission_has(actor, "settings.edit"):
        raise NotAllowed(permission=_("sharing a view with everybody"))
    clean = name.strip()
    if not clean or len(clean) > NAME_CHARACTERS:
        remedy = _("Give it a name of at most %(count)s characters.") % {"count": NAME_CHARACTERS}
        raise InvalidInput(faults=[Fault("name", name, _("The view needs a name."), remedy)])
    user_id = actor.user_id

    def keep() -> SavedView:
        own = SavedView.objects.filter(company_id=actor.company_id, user_id=user_id, area=area)
        last = own.aggregate(last=Max("position"))["last"] or 0
        view: SavedView = SavedView.objects.update_or_create(
            company_id=actor.company_id,
            user_id=user_id,
            area=area,
            name=clean,
            defaults={"query": query.lstrip("?"), "is_shared": is_shared},
            create_defaults={
                "query": query.lstrip("?"),
                "is_shared": is_shared,
                "position": last + 1,
                "created_at": clock.now(),
            },
        )[0]
        return view

    return run_whole(keep)


def saved_views_remove(*, view_ids: list[int], actor: Actor) -> int:
    """Remove the actor's own views; return how many."""
    return SavedView.objects.filter(company_id=actor.company_id, user_id=actor.user_id, pk__in=view_ids).delete()[0]
