"""Made-up staff who sign in: one for each role, and a second collector."""

from dataclasses import dataclass
from datetime import date

from demo.estates import ATTORNEY, ATTORNEY_SAYS
from flows.estates.attorneys import set_attorney
from flows.practice import Practice
from flows.users.commands import add_user
from flows.users.passwords import made_up_password
from models.clock import system_clock
from models.user_enums import Role


@dataclass(frozen=True, slots=True)
class Staff:
    """A made-up person."""

    name: str
    full_name: str
    role: Role
    attorney: str | None = None


STAFF = (
    Staff("maria", "Maria Costa", Role.COLLECTOR),
    Staff("sam", "Sam Oduya", Role.COLLECTOR),
    Staff("nora", "Nora Vance", Role.MAIL_ROOM),
    Staff("priya", "Priya Raman", Role.ESTATE_DESK),
    Staff("leo", "Leo Brandt", Role.CLERK),
    Staff("grace", "Grace Holloway", Role.MANAGER),
    Staff("orin", "Orin Fenwicker", Role.ATTORNEY, ATTORNEY),
    Staff("omar", "Omar Haddad", Role.AUDITOR),
    Staff("ada", "Ada Whitcomb", Role.ADMIN),
)


def take_on(practice: Practice, today: date) -> list[dict[str, str]]:
    """Add the made-up staff as users; returns their names and passwords, which are new each time."""
    sign_ins: list[dict[str, str]] = []
    with practice.database.transaction(actor="demo", business_date=today) as tx:
        set_attorney(tx, ATTORNEY, ATTORNEY_SAYS)
        for one in STAFF:
            password = made_up_password()
            add_user(
                tx,
                one.name,
                one.full_name,
                [one.role],
                password,
                system_clock(),
                attorney=one.attorney,
                must_change=False,
            )
            sign_ins.append({"name": one.name, "role": one.role.value, "password": password})
    return sign_ins
