"""How often things happen at the made-up practice: each figure with its source, or "assumption" where none exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure, and where it is from."""

    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Table(Generic[K]):
    """Figures by a key, and where they are from."""

    values: Mapping[K, float]
    source: str

    def __getitem__(self, key: K) -> float:
        return self.values[key]


# People who pay

COLLECTED = Rate(
    0.55,
    "Crowe RCA, Hospital Collection Rates for Self-Pay Patient Accounts (2022): 55% of self-pay after insurance, 2021",
)
"""The share of patient balances that is paid in the end."""

COLLECTED_WITHIN = Table(
    {30: 0.42, 60: 0.24, 90: 0.15, 120: 0.08, 180: 0.06, 365: 0.05},
    "assumption, shaped by the Commercial Law League of America's survey: 72% collectible after three months, 44% "
    "after six, 29% after a year; no published split for patients' balances",
)
"""Of what is paid, the share that arrives up to this many days after the first bill, and after the day before it."""

COLLECTED_BY_BALANCE = Table(
    {50_000: 1.1, 500_000: 1.0, 750_000: 0.58, 1_000_000: 0.31, 10**12: 0.2},
    "Crowe RCA (2022), self-pay after insurance in 2021: 32% of balances of $5,000 to $7,500, 17% of $7,501 to "
    "$10,000; other bands: assumption",
)
"""How much more or less often a balance up to this many cents is paid than an average one."""

SEASON = Table(
    {1: 0.88, 2: 1.2, 3: 1.16, 4: 1.1, 5: 1.04, 6: 0.98, 7: 0.95, 8: 0.93, 9: 0.96, 10: 1.0, 11: 0.93, 12: 0.84},
    "JPMorgan Chase Institute, Who Files Early and Who Defers Healthcare (2018): tax refunds raise health spending by "
    "38% (February), 22% (March), 11% (April and May); scaled down, other months: assumption",
)
"""How much more or less is paid in a month than on average."""

AFTER_LETTER = Rate(1.8, "assumption: people pay more often in the ten days after a letter reached them")
"""How much more often people pay soon after a letter."""

PAYS_IN_FULL = Rate(
    0.66, "Flywire and PYMNTS, The Changing Landscape of Healthcare Payment Plans (2018): 26.6% and 39.9% paid at once"
)
"""The share of payments that pay the whole balance."""

ROUNDED_UP = Rate(0.02, "HFMA and others, Credit Balances: $2 million of new ones a year at $100 million of revenue")
"""The share of people who round a payment up above their balance, which leaves a credit balance."""

RETURNED_CHECKS = Rate(0.008, "assumption: somewhat above the Federal Reserve's share for all checks, below 1%")

PAYS_BY = Table(
    {"card": 47.0, "online": 21.0, "check": 23.0, "ach": 6.0, "cash": 3.0},
    "Global Payments Integrated survey (2019): 62% prefer a card; the split with the portal and the others: assumption",
)
"""How people pay, by weight."""

# Promises and plans

PROMISES = Table(
    {"in_time": 0.46, "in_part": 0.12, "late": 0.14},
    "assumption: about half of the promises are kept, as practices say; no published figure for medical accounts",
)
"""How likely a promise is kept in time, in part, or after its grace period. The others are not paid at all."""

PLANS_BREAK = Rate(
    0.25,
    "PayZen and HFMA, Healthcare Affordability: The Provider Perspective (2025): in-house plans have default rates of "
    "20 to 30%",
)
"""The share of people with a plan who stop paying it."""

PLAN_PAID_IN_TIME = Rate(0.93, "assumption: the others pay within the grace period")

# Mail and calls

RETURNED_MAIL = Rate(
    0.043, "USPS Office of Inspector General, Undeliverable as Addressed Mail: 4.3% of all mail in fiscal year 2013"
)

DIAL_ENDS = Table(
    {"no_answer": 24.0, "voicemail": 44.0, "third_party": 9.0, "wrong_number": 4.0, "busy": 3.0, "disconnected": 1.0},
    "CallTime.AI, The Best Time for Call Time (2020), 200,000 calls: 44% voicemail, 24% no answer, 13% connected, 5 to "
    "8% wrong numbers; lower here, since patients gave their numbers themselves",
)
"""How a dial ends that does not reach the guarantor, by weight."""

REACHED = Rate(0.15, "CallTime.AI (2020): 13% of 200,000 calls connected; patients know their practice: assumption")
"""The share of dials that reach the guarantor, on average over the hours."""

REACHED_AT = Table(
    {8: 0.84, 9: 0.9, 10: 0.98, 11: 1.0, 12: 0.94, 13: 0.9, 14: 0.88, 15: 0.95, 16: 1.02, 17: 1.1, 18: 1.14, 19: 1.1},
    "CallHub, Best Time for Phonebanking (2021), 2.2 million calls: 17.6% answered from 8 to 9 a.m., 23.4% from 6 to 7 "
    "p.m.; the hours between: assumption",
)
"""How much more or less often people are reached at an hour of their day than on average."""

TALKS = Table(
    {
        "promise_to_pay": 36.0,
        "right_party_no_commitment": 24.0,
        "arrangement": 12.0,
        "callback": 8.0,
        "paid": 4.0,
        "insurance_provided": 4.0,
        "dispute": 4.0,
        "hardship": 3.0,
        "financial_assistance_requested": 3.0,
        "refused": 5.0,
        "cease": 1.0,
        "attorney": 0.4,
        "bankruptcy": 0.4,
    },
    "assumption: no published split of conversations about medical bills",
)
"""How a conversation ends, by weight."""

CALLS_IN = Rate(0.012, "assumption: about 7 in 100 letters are answered by a call")
"""How likely a person calls on a working day in the week after a letter reached them."""

# What people report in writing

DEATHS = Rate(0.0002, "assumption: about 5 in 100 accounts a year; a real practice has fewer, and less to show")
"""How likely a death is reported on a working day, for each account with a balance."""

AFTER_DEATH = Rate(0.1, "assumption: an error for the desk to find")
"""How often a report of death is accepted although a service is dated after it."""

DISPUTES = Rate(0.0003, "assumption: disputes in writing, beside those by phone")
"""How likely a bill is disputed in writing on a working day, for each account with a balance."""

COMPLAINTS = Rate(0.00012, "assumption: about 3 complaints a year for each 100 placed accounts")
"""How likely a person complains of an agency on a working day."""

# Agencies

LIQUIDATED = Table(
    {"harbor": 0.153, "beacon": 0.12},
    "ACA International, Top Collection Markets Survey: 15.3% recovered for hospitals, 21.8% for other providers. The "
    "split between the two agencies: assumption",
)
"""The share of what is placed that an agency collects within a year, by agency."""

AGENCY_PAID_IN_FULL = Rate(0.4, "assumption: the share of payments to an agency that pay the whole balance")

# Insurance and charity

INSURERS_PAY = Rate(0.45, "assumption: of the insurance that patients report late, the share that pays something")
NOT_COVERED = Rate(0.25, "assumption: of that insurance, the share that was not in force")
REPROCESSED = Rate(0.002, "assumption: about 1 in 10 claims is paid or adjusted again in the months after the bill")
"""How likely an insurer corrects its decision on a working day."""

PAID_TWICE = Rate(
    0.3,
    "assumption: most credit balances come from an insurer that pays after the patient did; all of them stay below the "
    "2% of revenue a year of HFMA and others, Credit Balances",
)
"""How likely an insurer pays late for an account that its patient had paid off."""

ASSISTED = Rate(0.45, "assumption: of the applications for financial assistance, the share that is approved")
