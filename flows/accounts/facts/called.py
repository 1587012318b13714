"""What a fact of the database is called in the rules: its name there, and what they ask of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.facts import MadeFacts
from models.enums import FactName


class Asked(StrEnum):
    """What the rules ask of a fact: its day, whether it is so, whether it is not, a word, a flag, its number."""

    DAY = "day"
    YES = "yes"
    NO = "no"
    WORD = "word"
    FLAG = "flag"
    CENTS = "cents"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Called:
    """One fact in the vocabulary of the rules. `word` is a word of an enum, or the flag."""

    name: str
    asked: Asked
    word: str = ""


FLAGS = "account.flags"

FACT_CALLED: Mapping[FactName, tuple[Called, ...]] = {
    FactName.SCREENED: (Called("account.fa_screened", Asked.YES),),
    FactName.SCREENING_DECLINED: (Called("account.screening_declined", Asked.YES),),
    FactName.STATE_NOTICE: (Called("account.state_notice_on", Asked.DAY),),
    FactName.ITEMIZED_BILL: (Called("account.itemized_bill_on", Asked.DAY),),
    FactName.STATE_CHECKLIST: (Called("account.state_checklist_on", Asked.DAY),),
    FactName.ECA_NOTICE: (Called("account.eca_notice_on", Asked.DAY), Called("account.pls_enclosed", Asked.YES)),
    FactName.ORAL_EFFORT: (Called("account.oral_fap_effort_on", Asked.DAY),),
    FactName.INDIGENCE: (Called("account.indigence_documented", Asked.YES),),
    FactName.FREE_CARE: (Called("account.fa_status", Asked.WORD, "eligible_free"),),
    FactName.DISCOUNTED_CARE: (Called("account.fa_status", Asked.WORD, "eligible_partial"),),
    FactName.ASSISTANCE_INCOMPLETE: (Called("account.fa_status", Asked.WORD, "incomplete"),),
    FactName.ASSISTANCE_DENIED: (Called("account.fa_status", Asked.WORD, "not_eligible"),),
    FactName.DISCOUNT_APPLIED: (Called("account.discount_applied", Asked.YES),),
    FactName.PRICE_TRANSPARENCY_FAILED: (Called("account.price_transparency_ok", Asked.NO),),
    FactName.GFE: (Called("account.gfe_cents", Asked.CENTS),),
    FactName.GFE_BILLED: (Called("account.billed_cents", Asked.CENTS),),
    FactName.NSA_PROTECTED: (
        Called(FLAGS, Asked.FLAG, "nsa_protected"),
        Called("account.nsa_cost_share_cents", Asked.CENTS),
    ),
    FactName.MEDICAID_ELIGIBLE_AT_SERVICE: (Called("account.medicaid_eligible_at_service", Asked.YES),),
    FactName.MEDICAID_REMITTANCE: (Called("account.medicaid_remittance_on", Asked.DAY),),
    FactName.BANKRUPTCY_CASE: (Called("account.bankruptcy_case_no", Asked.WORD, "on file"),),
    FactName.FPL: (Called("person.fpl_pct", Asked.PERCENT),),
    FactName.MONTHLY_INCOME: (Called("person.monthly_income_cents", Asked.CENTS),),
    **{
        name: (Called(FLAGS, Asked.FLAG, name.value),)
        for name in (
            FactName.BALANCE_ADJUSTED,
            FactName.GFE_REVIEWED,
            FactName.PPDR_OPEN,
            FactName.IDR_OPEN,
            FactName.SURPRISE_BILL,
            FactName.EMERGENCY_PHYSICIAN,
            FactName.DENIED_NOT_NECESSARY,
            FactName.ABN_SIGNED,
            FactName.QMB,
            FactName.DUAL_ELIGIBLE,
            FactName.MEDICAID_PENDING,
            FactName.MEDICAID_COPAY_ONLY,
            FactName.MEDICAID_NONCOVERED_SIGNED,
            FactName.HSN_LOW_INCOME,
            FactName.TRICARE_COST_SHARE_ONLY,
            FactName.WC_DENIED_FINAL,
            FactName.VETERAN_MEDICAL,
            FactName.FORENSIC_EXAM,
            FactName.PART2,
            FactName.RESTRICT_PLAN_DISCLOSURE,
            FactName.BANKRUPTCY_DISCHARGED,
        )
    },
}
"""Every fact of the database, with what the rules ask of it."""


def rule_facts(days: Mapping[FactName, date], amounts: Mapping[FactName, int]) -> MadeFacts:
    """The facts of an account in the words of the rules; flags are a list under `account.flags`.

    Of two financial assistance statuses the later date counts, and on the same date the one more in the patient's
    favor: the one named first.
    """
    found: MadeFacts = {}
    flags: list[str] = []
    for name, on in sorted(days.items(), key=lambda one: one[1], reverse=True):
        for called in FACT_CALLED[name]:
            match called.asked:
                case Asked.FLAG:
                    flags.append(called.word)
                case Asked.WORD:
                    found.setdefault(called.name, called.word)
                case Asked.CENTS if name in amounts:
                    found[called.name] = amounts[name]
                case Asked.PERCENT if name in amounts:
                    found[called.name] = amounts[name] / 100
                case Asked.DAY:
                    found[called.name] = on
                case Asked.YES | Asked.NO:
                    found[called.name] = called.asked is Asked.YES
                case _:
                    pass
    if flags:
        found[FLAGS] = tuple(sorted(flags))
    return found
