"""Who may read which report: by role, and by the creditors that a user is limited to."""

from collections.abc import Collection

from flows.reports.model import Report
from flows.reports.registry import REPORTS
from models.errors import NotPermitted
from models.user_enums import Role


def may_read(report: Report, roles: Collection[Role]) -> bool:
    """Whether a user with these roles may read a report."""
    return not report.roles.isdisjoint(roles)


def require_reader(report: Report, roles: Collection[Role]) -> None:
    """Raise NotPermitted if a user with these roles may not read a report."""
    if not may_read(report, roles):
        able = ", ".join(sorted(role.label for role in report.roles))
        raise NotPermitted(f"you may not read {report.title}", f"it requires one of these roles: {able}")


def readable(roles: Collection[Role]) -> list[Report]:
    """The reports that a user with these roles may read, in the order of the list."""
    return [one for one in REPORTS.values() if may_read(one, roles)]
