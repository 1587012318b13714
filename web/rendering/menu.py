"""The menu of a user, by their rights."""

from dataclasses import dataclass

from web.auth.rights import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. `also`: the first parts of other addresses whose pages belong to it."""

    label: str
    path: str
    right: Right
    also: tuple[str, ...] = ()

    def is_current(self, path: str) -> bool:
        """Whether the page at an address is this one, or belongs to it."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.path, *self.also))


MENU = (
    Entry("My calls", "/calls", Right.WORK_CALLS),
    Entry("Mail room", "/mail", Right.SEE_LETTERS, also=("/letters",)),
    Entry("Estates", "/estates", Right.SEE_ESTATES),
    Entry("My matters", "/matters", Right.OWN_MATTERS),
    Entry("Files", "/files", Right.TAKE_FILES),
    Entry("Payments", "/payments", Right.POST_PAYMENTS),
    Entry("Refunds", "/refunds", Right.PROPOSE_REFUNDS),
    Entry("Tasks", "/tasks", Right.SEE_TASKS),
    Entry("Stuck accounts", "/stuck", Right.HOLD_ACCOUNTS),
    Entry("Agencies", "/agencies", Right.TAKE_FILES),
    Entry("Dashboard", "/house", Right.SEE_PRACTICE, also=("/templates",)),
    Entry("Reports", "/reports", Right.SEE_REPORTS),
    Entry("Schedules", "/schedules", Right.SEE_PRACTICE, also=("/drafts", "/simulations", "/experiments")),
    Entry("Users", "/users", Right.RUN_USERS),
    Entry("Access log", "/logs", Right.READ_LOGS),
)
"""The menu in its order on the page."""

FIRST = (
    Entry("Dashboard", "/house", Right.APPROVE_MONEY),
    Entry("Users", "/users", Right.RUN_USERS),
    Entry("Files", "/files", Right.TAKE_FILES),
    Entry("Access log", "/logs", Right.READ_LOGS),
    *MENU,
)
"""The first page of a user: the first of these that the user has a right to."""
