"""What to type after a refusal: the command of each remedy, and the options for missing values."""

from collections.abc import Mapping
from types import MappingProxyType

from models.errors import Advice, Refused
from models.remedies import Remedy

OR = ", or "
"""Separates two alternative commands."""

COMMANDS: Mapping[Remedy, str] = {
    Remedy.APPROVE_REVIEW: "pastdue review approve {accounts}",
    Remedy.AS_MANAGER: "--role manager",
    Remedy.BACK_UP: "pastdue backup",
    Remedy.BRING_BACK: "pastdue resume {account}",
    Remedy.CANCEL_PLAN: "pastdue arrangement cancel {plan} --reason ...",
    Remedy.CONFIRM_DEATH: "pastdue estate step {matter} confirmed --death ... --source ...",
    Remedy.CORRECT_CONTACT: "pastdue contact {account}",
    Remedy.CORRECT_DEATH: "pastdue estate death {matter} --on ...",
    Remedy.CORRECT_MAILED_DATE: "pastdue letters correct-mailed {batch}",
    Remedy.CREATE_PLAN: "pastdue arrangement create {account}",
    Remedy.DECIDE_SERVICE: "pastdue estate service {matter} {account} ...",
    Remedy.END_PARTY: "pastdue estate party-end {party}",
    Remedy.END_REFERRAL: "pastdue estate refer {matter} --end",
    Remedy.ENTER_ATTORNEY: "pastdue estate attorney CODE --name ...",
    Remedy.ENTER_PARTY: "pastdue estate party {matter} {role} --name ... --authority {authority}",
    Remedy.FORGET_FACT: "pastdue estate forget {matter} {fact} --why ...",
    Remedy.INITIALIZE: "pastdue init",
    Remedy.LIST_AGENCY_FILES: "pastdue agency files",
    Remedy.LIST_BATCHES: "pastdue letters batches",
    Remedy.LIST_CALLS: "pastdue calls",
    Remedy.LIST_CREDITORS: "pastdue creditor list",
    Remedy.LIST_DEATHS: "pastdue deaths list",
    Remedy.LIST_INSURANCE: "pastdue insurance list {account}",
    Remedy.LIST_LETTERS: "pastdue letters list",
    Remedy.LIST_MATTERS: "pastdue estate list",
    Remedy.LIST_PLACEMENT_REVIEWS: "pastdue agency waiting",
    Remedy.LIST_PLANS: "pastdue arrangement list",
    Remedy.LIST_REFUNDS: "pastdue refund list",
    Remedy.LIST_REPORTS: "pastdue report list",
    Remedy.LIST_REVIEWS: "pastdue review list",
    Remedy.LIST_SAVED_REPORTS: "pastdue report saved",
    Remedy.LIST_SETTLEMENTS: "pastdue settlement list",
    Remedy.LIST_SET_ASIDE: "pastdue tasks set-aside",
    Remedy.LIST_STUCK: "pastdue stuck",
    Remedy.LIST_SUSPECTS: "pastdue person suspects",
    Remedy.LIST_TOKENS: "pastdue token list",
    Remedy.LIST_UNSURE_LETTERS: "pastdue letters list --state unsure",
    Remedy.LIST_USERS: "pastdue user list",
    Remedy.MAKE_OFFER: "pastdue estate offer {matter} --amount ... --until ...",
    Remedy.MARK_BILLED: "pastdue insurance billed {insurance}",
    Remedy.MARK_MAILED: "pastdue letters mailed {batch}",
    Remedy.MARK_PAPER_SENT: "pastdue estate sent PAPER --how ... --on ...",
    Remedy.MOVE_CREDIT: "pastdue transfer, or pastdue refund propose {account}",
    Remedy.OFFER_SETTLEMENT: "pastdue settlement offer {account}",
    Remedy.OPEN_MATTER: "pastdue estate open {account} --death ... --source ...",
    Remedy.POST_ESTATE_PAYMENT: "pastdue estate paid {matter} --amount ... --ref ...",
    Remedy.PRINT_LETTERS: "pastdue letters print",
    Remedy.PUBLISH_POOLS: "pastdue agency pools FILE",
    Remedy.PUBLISH_SPOUSES: "pastdue table publish spouses FILE",
    Remedy.RECORD_DEATH: "pastdue estate open {account} --death ... --source ..., or pastdue inbound "
    "{account} deceased",
    Remedy.RECORD_FACT: "pastdue record {account} {fact}",
    Remedy.RECORD_MATTER_FACT: "pastdue estate fact {matter} {fact} ... --source ...",
    Remedy.RECORD_PROMISE: "pastdue inbound {account} promise_to_pay --amount ... --date ...",
    Remedy.REFER_MATTER: "pastdue estate refer {matter} ATTORNEY ...",
    Remedy.REVERSE_PAYMENT: "pastdue reverse-payment {account} --ref ... --reason ...",
    Remedy.REWRITE_AGENCY_FILE: "pastdue agency rewrite {file}",
    Remedy.RUN_DAYS: "pastdue run --date {first} --through {last}",
    Remedy.SHOW_ACCOUNT: "pastdue account {account}",
    Remedy.SHOW_MATTER: "pastdue estate show {matter}",
    Remedy.SHOW_PLAN: "pastdue arrangement show {plan}",
    Remedy.TAKE_STEP: "pastdue estate step {matter} {step} --source ...",
    Remedy.UNDO_DEATH: "pastdue estate undo {matter} --why ...",
    Remedy.VERIFY_HISTORY: "pastdue history verify",
    Remedy.WRITE_CLAIM: "pastdue estate paper {matter} claim --to PARTY",
}
"""A command for each remedy; a fact that a refusal does not name is shown in capitals, as in a usage line."""


class _Named(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return key.upper()


def sentence(refused: Refused) -> str:
    """A refusal for the command line: what is wrong, what to do, and the options or the command for it."""
    advice = refused.advice
    lacks = "; ".join(lack.text + _aside(_options(lack), _commands(lack, advice.facts)) for lack in refused.lacks)
    says = f"{refused.problem}: {lacks}" if lacks else refused.problem
    if advice.text:
        return f"{says}; {advice.text}{_aside(_options(advice), _commands(advice))}"
    says += _aside(_options(advice), [])
    commands = _commands(advice)
    return f"{says}; see {' or '.join(commands)}" if commands else says


def remedy_of(refused: Refused) -> str:
    """What to do, with the options or the command for it; empty if no remedy is known."""
    advice = refused.advice
    if advice.text:
        return advice.text + _aside(_options(advice), _commands(advice))
    typed = " or ".join([", ".join(_options(advice)), *_commands(advice)]).removeprefix(" or ")
    return f"see {typed}" if typed else ""


def advice_text(advice: Advice) -> str:
    """Advice with the options or the command for it."""
    return advice.text + _aside(
        _options(advice) if advice.field or advice.remedy is Remedy.AS_MANAGER else [], _commands(advice)
    )


def _aside(options: list[str], commands: list[str]) -> str:
    typed = [", ".join(options), *commands] if options else commands
    return f" ({' or '.join(typed)})" if typed else ""


def _options(advice: Advice) -> list[str]:
    fields = (advice.field,) if isinstance(advice.field, str) else advice.field
    options = [f"--{field.replace('_', '-')}" for field in fields]
    return [*options, COMMANDS[Remedy.AS_MANAGER]] if advice.remedy is Remedy.AS_MANAGER else options


def _commands(advice: Advice, facts: Mapping[str, str | int] = MappingProxyType({})) -> list[str]:
    if advice.remedy is None or advice.remedy is Remedy.AS_MANAGER:
        return []
    named = COMMANDS[advice.remedy].format_map(_Named({**facts, **advice.facts}))
    return [f"`{command}`" for command in named.split(OR)]
