"""How a call ended, and what follows from it: one table."""

from dataclasses import dataclass

from models.kinds import HoldKind, HoldScope


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Work that a disposition makes for somebody."""

    kind: str
    role: str
    due_days: int = 5


@dataclass(frozen=True, slots=True)
class Disposition:
    """A way for a call to end.

    `talked`: a conversation with the guarantor took place. `counts`: it counts as a call of the week.
    `closes`: the call task is done with. `hold` opens a hold (on the person where its kind is a person's).
    `needs` names what must be given with it: an amount and a date, or a date.
    """

    code: str
    says: str
    talked: bool = False
    counts: bool = True
    closes: bool = False
    hold: HoldKind | None = None
    scope: HoldScope | None = None
    task: FollowUp | None = None
    needs: tuple[str, ...] = ()


_TABLE = (
    Disposition("no_answer", "Nobody answered"),
    Disposition("busy", "The line was busy"),
    Disposition("voicemail", "A voicemail was left that says nothing of the debt"),
    Disposition("wrong_number", "The number is somebody else's", closes=True, hold=HoldKind.PHONE_UNKNOWN,
                task=FollowUp("find-phone", "clerk")),
    Disposition("disconnected", "The number is out of service", counts=False, closes=True,
                hold=HoldKind.PHONE_UNKNOWN, task=FollowUp("find-phone", "clerk")),
    Disposition("third_party", "Somebody else answered; nothing was said of the debt"),
    Disposition("right_party_no_commitment", "Reached, and nothing was promised", talked=True, closes=True),
    Disposition("promise_to_pay", "The guarantor promised an amount by a date", talked=True, closes=True,
                needs=("amount", "date")),
    Disposition("paid", "The guarantor says that it is paid", talked=True, closes=True,
                task=FollowUp("look-for-payment", "clerk")),
    Disposition("arrangement", "The guarantor wants to pay by instalments", talked=True, closes=True,
                task=FollowUp("set-up-arrangement", "collector", 2)),
    Disposition("callback", "The guarantor asked to be called on a day", talked=True, needs=("date",)),
    Disposition("dispute", "The guarantor disputes the bill", talked=True, closes=True, hold=HoldKind.DISPUTE,
                task=FollowUp("review-dispute", "clerk", 30)),
    Disposition("insurance_provided", "The guarantor named an insurance", talked=True, closes=True,
                hold=HoldKind.INSURANCE_PENDING, task=FollowUp("bill-insurance", "clerk", 3)),
    Disposition("financial_assistance_requested", "The guarantor asked for financial assistance", talked=True,
                closes=True, hold=HoldKind.FINANCIAL_ASSISTANCE, task=FollowUp("review-financial-assistance", "clerk")),
    Disposition("hardship", "The guarantor cannot pay now", talked=True, closes=True,
                task=FollowUp("review-financial-assistance", "clerk")),
    Disposition("cease", "The guarantor asked not to be called again", talked=True, closes=True, hold=HoldKind.CEASE,
                scope=HoldScope.CALLS),
    Disposition("attorney", "The guarantor has an attorney", talked=True, closes=True, hold=HoldKind.ATTORNEY,
                task=FollowUp("write-to-attorney", "manager")),
    Disposition("bankruptcy", "The guarantor is in bankruptcy", talked=True, closes=True, hold=HoldKind.BANKRUPTCY,
                task=FollowUp("check-bankruptcy", "manager")),
    Disposition("deceased", "The guarantor has died", closes=True, needs=("date",)),
    Disposition("language_barrier", "The guarantor speaks another language", closes=True,
                task=FollowUp("call-with-interpreter", "collector", 2)),
    Disposition("refused", "The guarantor refuses to pay", talked=True, closes=True),
)  # fmt: skip

DISPOSITIONS: dict[str, Disposition] = {one.code: one for one in _TABLE}
