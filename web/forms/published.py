"""Publishing an edit of a table from its form: what others published meanwhile is shown before anything is saved."""

from flows.practice_tables import SHIPPED, Edit, TableChanged, publish_edit
from web.auth.session import RequestContext
from web.rendering.refusals import Changed


def publish_form(visit: RequestContext, name: str, edit: Edit, reason: str) -> int:
    """Publish an edit if no other version was published since its page was drawn; else show what that changed."""
    seen = visit.typed.number("seen", "Version") or SHIPPED
    based_on = visit.typed.number("based_on", "Version")
    with visit.transaction() as tx:
        try:
            return publish_edit(tx, name, edit, reason, seen, seen if based_on is None else based_on)
        except TableChanged as error:
            raise _changed(visit, error) from None


def _changed(visit: RequestContext, error: TableChanged) -> Changed:
    changes = [one.sentence for one in error.changes] or ["Only its wording changed."]
    number, by = f"Version {error.now.version}", visit.name_of(error.now.by)
    events = [{"number": number, "why": one, "actor": by} for one in changes]
    if error.now.reason:
        events.append({"number": "Reason", "why": error.now.reason, "actor": ""})
    advice = (
        "Save anyway to add your change. Values that you did not change stay as they are now; where both changed the "
        "same value, yours is used"
    )
    return Changed(events, str(error.now.version), "table", advice)
