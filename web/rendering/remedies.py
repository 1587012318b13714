"""Where to click after a refusal: the page of each remedy that has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote

from models.errors import Advice
from models.remedies import Remedy


@dataclass(frozen=True, slots=True)
class Link:
    """A page that helps, with its label and address."""

    label: str
    address: str


_AGENCY_FILES = Link("Agency files", "/agencies/files")
_CALLS = Link("My calls", "/calls")
_MATTER = Link("Open the matter", "/estates/{matter}")
_MATTERS = Link("Estate matters", "/estates")
_MAIL = Link("Mail room", "/mail")
_TASKS = Link("Tasks", "/tasks")
_REVIEWS = Link("Reviews", "/house/reviews")

PAGES: Mapping[Remedy, tuple[Link, ...]] = {
    Remedy.APPROVE_REVIEW: (_REVIEWS,),
    Remedy.AS_MANAGER: (),
    Remedy.BRING_BACK: (_TASKS,),
    Remedy.CANCEL_PLAN: (),
    Remedy.CONFIRM_DEATH: (_MATTER, _MATTERS),
    Remedy.CORRECT_CONTACT: (),
    Remedy.CORRECT_DEATH: (_MATTER, _MATTERS),
    Remedy.CORRECT_MAILED_DATE: (_MAIL,),
    Remedy.CREATE_PLAN: (),
    Remedy.DECIDE_SERVICE: (_MATTER, _MATTERS),
    Remedy.END_PARTY: (_MATTER, _MATTERS),
    Remedy.END_REFERRAL: (_MATTER, _MATTERS),
    Remedy.ENTER_ATTORNEY: (),
    Remedy.ENTER_PARTY: (_MATTER, _MATTERS),
    Remedy.FORGET_FACT: (_MATTER, _MATTERS),
    Remedy.BACK_UP: (),
    Remedy.INITIALIZE: (),
    Remedy.LIST_AGENCY_FILES: (_AGENCY_FILES,),
    Remedy.LIST_BATCHES: (_MAIL,),
    Remedy.LIST_CALLS: (_CALLS,),
    Remedy.LIST_CREDITORS: (),
    Remedy.LIST_DEATHS: (_MATTERS,),
    Remedy.LIST_INSURANCE: (),
    Remedy.LIST_LETTERS: (_MAIL,),
    Remedy.LIST_MATTERS: (_MATTERS,),
    Remedy.LIST_PLACEMENT_REVIEWS: (Link("Placement queue", "/agencies"),),
    Remedy.LIST_PLANS: (),
    Remedy.LIST_REFUNDS: (Link("Refunds", "/refunds"),),
    Remedy.LIST_REPORTS: (Link("Reports", "/reports"),),
    Remedy.LIST_REVIEWS: (_REVIEWS,),
    Remedy.LIST_SAVED_REPORTS: (Link("Reports", "/reports"),),
    Remedy.LIST_SETTLEMENTS: (),
    Remedy.LIST_SET_ASIDE: (_TASKS,),
    Remedy.LIST_STUCK: (Link("Stuck accounts", "/stuck"),),
    Remedy.LIST_SUSPECTS: (Link("Possible duplicates", "/persons"),),
    Remedy.LIST_TOKENS: (Link("Users and API keys", "/users"),),
    Remedy.LIST_UNSURE_LETTERS: (_MAIL,),
    Remedy.LIST_USERS: (Link("Users and API keys", "/users"),),
    Remedy.MAKE_OFFER: (_MATTER, _MATTERS),
    Remedy.MARK_BILLED: (),
    Remedy.MARK_MAILED: (_MAIL,),
    Remedy.MARK_PAPER_SENT: (_MATTER, _MATTERS),
    Remedy.MOVE_CREDIT: (Link("Payments", "/payments"),),
    Remedy.OFFER_SETTLEMENT: (),
    Remedy.OPEN_MATTER: (_MATTERS,),
    Remedy.POST_ESTATE_PAYMENT: (_MATTER, _MATTERS),
    Remedy.PRINT_LETTERS: (_MAIL,),
    Remedy.PUBLISH_POOLS: (),
    Remedy.PUBLISH_SPOUSES: (),
    Remedy.RECORD_DEATH: (),
    Remedy.RECORD_FACT: (),
    Remedy.RECORD_MATTER_FACT: (_MATTER, _MATTERS),
    Remedy.RECORD_PROMISE: (),
    Remedy.REFER_MATTER: (_MATTER, _MATTERS),
    Remedy.REVERSE_PAYMENT: (Link("Payments", "/payments"),),
    Remedy.REWRITE_AGENCY_FILE: (_AGENCY_FILES,),
    Remedy.RUN_DAYS: (),
    Remedy.SHOW_ACCOUNT: (),
    Remedy.SHOW_MATTER: (_MATTER, _MATTERS),
    Remedy.SHOW_PLAN: (),
    Remedy.TAKE_STEP: (_MATTER, _MATTERS),
    Remedy.UNDO_DEATH: (_MATTER, _MATTERS),
    Remedy.VERIFY_HISTORY: (),
    Remedy.WRITE_CLAIM: (_MATTER, _MATTERS),
}
"""The pages of each remedy, the most specific first; none if the remedy is on the current page, or is done by the
operator of pastdue."""


def link_of(advice: Advice) -> Link | None:
    """The first page whose address can be completed from the advice's facts; None if there is no such page."""
    if advice.remedy is None:
        return None
    facts = {name: quote(str(fact), safe="") for name, fact in advice.facts.items()}
    for link in PAGES[advice.remedy]:
        if all(field is None or field in facts for _, field, _, _ in Formatter().parse(link.address)):
            return Link(link.label, link.address.format_map(facts))
    return None
