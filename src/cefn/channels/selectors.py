"""Questions about imports and saved mappings."""

from django.db.models import QuerySet

from cefn.channels.models import ImportedDocument, ImportRow, ImportRun, MappingProfile
from cefn.kernel.errors import NotFound
from cefn.platform.access import access_rows
from cefn.platform.actors import Actor

PERMISSION = "imports.view"


def access_imports(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports that the actor may see, newest first."""
    rows = access_rows(actor, ImportRun.objects.select_related("file", "companion"), permission=PERMISSION)
    return rows.order_by("-created_at", "-id")


def import_get(*, actor: Actor, key: str) -> ImportRun:
    """Return an import by its number (IMP-000001) or id; raises NotFound."""
    rows = access_imports(actor)
    found = rows.filter(number=key.strip().upper()).first()
    if found is None and key.isascii() and key.isdigit() and len(key) < 19:
        found = rows.filter(pk=int(key)).first()
    if found is None:
        raise NotFound(thing="import", name=key)
    return found


def access_import_rows(actor: Actor) -> QuerySet[ImportRow]:
    """Return rows of imports that the actor may see, in file order."""
    return access_rows(actor, ImportRow.objects.all(), permission=PERMISSION).order_by("line", "id")


def access_imported_documents(actor: Actor) -> QuerySet[ImportedDocument]:
    """Return what imports made that the actor may see."""
    return access_rows(actor, ImportedDocument.objects.select_related("run"), permission=PERMISSION).order_by("id")


def access_mappings(actor: Actor) -> QuerySet[MappingProfile]:
    """Return the company's saved mappings."""
    return access_rows(actor, MappingProfile.objects.all(), permission=PERMISSION).order_by("kind", "name")
