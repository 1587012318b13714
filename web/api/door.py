"""Authorization of programs: a key of their own, the same table of rights, the same log of viewed data."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.engine import Connection

from flows.practice import Practice
from flows.settings.queries import policy_now
from flows.users.keys import digest_of, used_token
from flows.users.queries import Person, program_of
from flows.users.sign_in import record_wrong_key
from flows.users.view_log import View, write_views
from models.database import Transaction
from models.errors import NotPermitted
from models.user_enums import Seen
from web.auth.rights import Right, may
from web.auth.session import Workspace, address_of

bearer = HTTPBearer(auto_error=False, description="The API key, as it was shown when it was created.")
Bearer = Depends(bearer)


class NoKey(Exception):
    """There was no key, or the key is unknown or was revoked."""


class TooManyKeys(Exception):
    """Too many wrong keys were sent from one address recently."""


class NoRight(NotPermitted):
    """The key is known, but its role does not have the right."""

    def __init__(self, right: Right) -> None:
        super().__init__(f"this key does not have permission: {right.label}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a program that is authorized to make it. `today` is the practice's day, `now` is UTC."""

    practice: Practice
    who: Person
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The business date."""
        return self.now.astimezone(self.zone).date()

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment of the database."""
        return self.practice.database.reading()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A change in the program's name."""
        return self.practice.database.transaction(actor=self.who.name, business_date=self.today)

    def saw(self, views: Sequence[View], about: str) -> None:
        """Record whose data is about to be sent."""
        if views:
            with self.transaction() as tx:
                write_views(tx, Seen.API, [View(one.person_id, one.account_id, about) for one in views], self.now)


class Key:
    """A dependency of every route: admits a program whose key has the right."""

    def __init__(self, right: Right) -> None:
        self.right = right

    def __call__(self, request: Request, given: HTTPAuthorizationCredentials | None = Bearer) -> Call:
        """Returns the program's call; raises NoKey or NoRight."""
        work: Workspace = request.app.state.work
        if given is None:
            raise NoKey
        now, digest = work.clock(), digest_of(given.credentials)
        with work.practice.database.reading() as conn:
            zone = ZoneInfo(policy_now(conn).time_zone)
            who = program_of(conn, digest, now.astimezone(zone).date())
        if who is None:
            self._wrong(work, address_of(request), now)
            raise NoKey
        used_token(work.practice.database, digest, now)
        if not may(who.roles, self.right):
            raise NoRight(self.right)
        return Call(work.practice, who, zone, now)

    def _wrong(self, work: Workspace, address: str, now: datetime) -> None:
        if not record_wrong_key(work.practice.database, address, now):
            raise TooManyKeys
