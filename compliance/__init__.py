"""What does the law allow? Rules as cited tables, and the small pure functions that read them.

EVERY RULE MUST BE CHECKED BY COUNSEL BEFORE IT IS USED ON A REAL ACCOUNT. Not legal advice.

    check(StepKind.LETTER, {"account.payer_class": "qmb", ...}, today) -> Allow | Block | Require
"""

from compliance.check import Allow, Block, Decision, Finding, Require, check, next_action_on
from compliance.hours import Window, lawful_window, zones_of
from compliance.load import BadRules, Catalogue, catalogue
from compliance.rules import Firmness, Outcome, Rule, StepKind

__all__ = [
    "Allow",
    "BadRules",
    "Block",
    "Catalogue",
    "Decision",
    "Finding",
    "Firmness",
    "Outcome",
    "Require",
    "Rule",
    "StepKind",
    "Window",
    "catalogue",
    "check",
    "lawful_window",
    "next_action_on",
    "zones_of",
]
