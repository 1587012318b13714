"""The worked cases come out as a lawyer wrote them down; every rule fires on facts that meet it and on no others."""

import ast
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from compliance.check import check, nearest
from compliance.decisions import Allow, Block, Decision, next_action_on
from compliance.facts import BadFacts, FactType
from compliance.load import catalogue
from compliance.rules import Firmness, LookKind, Rule, StepKind
from tests.compliance.worked import worked_cases

TODAY = date(2027, 1, 6)


def read(name: str, text: str) -> Any:
    """A fact of a case, by its type."""
    field = catalogue().vocabulary[name]
    if field.type is FactType.LIST:
        return tuple(text.split("|"))
    if field.type is FactType.BOOL:
        return text == "true"
    if field.type is FactType.DATE:
        return date.fromisoformat(text)
    if field.type in (FactType.INT, FactType.FLOAT):
        return float(text) if "." in text else int(text)
    return text


def facts_of(case: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {"actor": case["actor"], "person.state": case["state"]}
    for pair in case["facts"].split("; "):
        name, _, text = pair.partition("=")
        facts[name] = read(name, text)
    return facts


def until(decision: Decision) -> str:
    if not isinstance(decision, Block):
        return ""
    if decision.until is not None:
        return decision.until.isoformat()
    return "cleared" if decision.firmness is Firmness.CLEARED else ""


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case["case_id"])
def test_a_worked_case_comes_out_as_written(case: dict[str, str]) -> None:
    decision = check(StepKind(case["step"]), facts_of(case), date.fromisoformat(case["today"]))
    assert type(decision).__name__.lower() == case["decision"], decision
    assert until(decision) == case["until_date"]
    if isinstance(decision, Allow):
        near = nearest(StepKind(case["step"]), facts_of(case), date.fromisoformat(case["today"]))
        assert (near.rule, near.citation) == (case["rule_id"], case["citation"]) if near else not case["rule_id"]
    else:
        assert (decision.rule, decision.citation) == (case["rule_id"], case["citation"])


def solve(node: ast.expr, want: bool) -> list[dict[str, Any]]:
    """Sets of facts that make a condition hold, or fail."""
    match node:
        case ast.BoolOp():
            every = isinstance(node.op, ast.And) is want
            parts = [solve(value, want) for value in node.values]
            if not every:
                return [facts for part in parts for facts in part]
            found: list[dict[str, Any]] = [{}]
            for part in parts:
                found = [both for one in found for other in part if (both := merge(one, other)) is not None][:200]
            return found
        case ast.UnaryOp():
            return solve(node.operand, not want)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return compare(left, op, right, want)
        case ast.Constant():
            return [{}] if bool(node.value) is want else []
        case _:
            name = ast.unparse(node)
            return [{name: want}] if want or catalogue().vocabulary[name].default else [{name: False}, {}]


def merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    both = dict(one)
    for name, value in other.items():
        if name in both and both[name] != value:
            if isinstance(value, tuple) and isinstance(both[name], tuple):
                value = both[name] + value
            else:
                return None
        both[name] = value
    return both


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr, want: bool) -> list[dict[str, Any]]:
    turned: dict[type, type] = {
        ast.NotEq: ast.Eq,
        ast.IsNot: ast.Is,
        ast.NotIn: ast.In,
        ast.LtE: ast.Gt,
        ast.GtE: ast.Lt,
    }
    if type(op) in turned:
        return compare(left, turned[type(op)](), right, not want)
    if isinstance(op, ast.In):
        if isinstance(right, ast.Attribute) and catalogue().vocabulary[ast.unparse(right)].default:
            return [{ast.unparse(left): "es" if want else "fr"}]
        return contain(left, right, want)
    if isinstance(op, ast.Eq | ast.Is):
        if not isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
            return [{ast.unparse(left): "one", ast.unparse(right): "one" if want else "other"}]
        name, value = (ast.unparse(left), right) if isinstance(right, ast.Constant) else (ast.unparse(right), left)
        given = ast.literal_eval(value)
        if want:
            return [{name: given}] if given is not None else [{}]
        return [{name: other} for other in others(name, given)] + ([{}] if given is not None else [])
    return order(left, op, right, want)


def contain(left: ast.expr, right: ast.expr, want: bool) -> list[dict[str, Any]]:
    if isinstance(right, ast.List | ast.Tuple):
        name, words = ast.unparse(left), ast.literal_eval(right)
        if want:
            return [{name: word} for word in words]
        return [{name: other} for other in others(name, words)] + [{}]
    name = ast.unparse(right)
    if not isinstance(left, ast.Constant):
        return [
            {ast.unparse(left): "call", name: ("call",) if want else ("none",)},
            {ast.unparse(left): "es", name: ("es",) if want else ("none",)},
        ]
    return [{name: (left.value,)}] if want else [{}, {name: ("something_else",)}]


def others(name: str, given: Any) -> list[Any]:
    """Values of a fact that are not the given one or ones."""
    field = catalogue().vocabulary[name]
    taken = given if isinstance(given, list) else [given]
    if field.words:
        return [word for word in sorted(field.words) if word not in taken][:2]
    return {
        FactType.BOOL: [value for value in (True, False) if value not in taken],
        FactType.DATE: [date(2026, 5, 5)],
    }.get(field.type, ["ZZ", 77])


def order(left: ast.expr, op: ast.cmpop, right: ast.expr, want: bool) -> list[dict[str, Any]]:
    """Values around the limits, tried out."""
    names = [
        ast.unparse(node) for node in ast.walk(ast.Tuple([left, right])) if ast.unparse(node) in catalogue().vocabulary
    ]
    limit = next((node.value for node in (right, left) if isinstance(node, ast.Constant)), None)
    tried: list[dict[str, Any]] = [{}] if not want else []
    for first in samples(names[0], limit):
        for second in samples(names[1], limit) if len(names) > 1 else [None]:
            tried.append({names[0]: first, **({names[1]: second} if len(names) > 1 else {})})
    from compliance.conditions import compile_condition

    condition = compile_condition(ast.unparse(ast.Compare(left, [op], [right])), catalogue().vocabulary)
    return [facts for facts in tried if bool(condition.holds(facts)) is want]


def samples(name: str, limit: Any) -> list[Any]:
    kind = catalogue().vocabulary[name].type
    if kind is FactType.TIME:
        return ["07:00", "12:00", "23:00"]
    if kind is FactType.DATE:
        return [date(2000, 1, 1), date(2026, 7, 1), date(2035, 1, 1)]
    base = limit if isinstance(limit, int | float) else 1_000
    return [base - 1, base, base + 1, base * 3 + 500, 0]


def setting(rule: Rule, facts: dict[str, Any], *, open_until: bool) -> dict[str, Any]:
    """The facts that put a rule in its place: its actor, its state, and a base date that has not run out."""
    around: dict[str, Any] = {"actor": rule.actor if rule.actor != "any" else "first_party"}
    if rule.of_a_state:
        around["person.state"] = rule.jurisdiction
    base = rule.look_again.base
    if base is not None and (open_until or base in facts):
        facts = {**facts, base: day_for(rule) - timedelta(days=max(rule.look_again.days - 1, 0))}
    return {**around, **facts}


HOSPITAL = {"account.creditor_kind": "public_hospital", "person.monthly_income_cents": 200_000}
NAMED = {"account.creditor_name": "Clinic"}
BY_HAND: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "fed-fdcpa-other-name": ({**NAMED, "step.sender_name": "Legal Dept"}, {**NAMED, "step.sender_name": "Clinic"}),
    "st-mi-first-party": ({**NAMED, "step.sender_name": "Legal Dept"}, {**NAMED, "step.sender_name": "Clinic"}),
    "fed-gfe-over-400": (
        {"account.payer_class": "self_pay", "account.gfe_cents": 10_000, "account.billed_cents": 50_000},
        {"account.payer_class": "self_pay", "account.gfe_cents": 10_000, "account.billed_cents": 49_999},
    ),
    "mul-probate-claim-deadline": (
        {"account.claim_bar_on": TODAY - timedelta(days=1)},
        {"account.claim_bar_on": TODAY},
    ),
    "st-co-plan-cap": (
        {**HOSPITAL, "account.fa_status": "eligible_partial", "step.monthly_payment_cents": 8_001},
        {**HOSPITAL, "account.fa_status": "eligible_partial", "step.monthly_payment_cents": 8_000},
    ),
    "st-md-plan-cap": (
        {**HOSPITAL, "step.monthly_payment_cents": 10_001},
        {**HOSPITAL, "step.monthly_payment_cents": 10_000},
    ),
    "st-ny-instalment-cap": (
        {**HOSPITAL, "step.monthly_payment_cents": 10_001, "person.fpl_pct": 400},
        {**HOSPITAL, "step.monthly_payment_cents": 10_001, "person.fpl_pct": 401},
    ),
    "st-nj-no-credit-reporting": ({}, {"account.service_on": date(2024, 1, 1)}),
    "pol-location-unknown": (
        {"contact.local_time_earliest": None},
        {"contact.local_time_earliest": "12:00", "contact.local_time_latest": "12:00"},
    ),
}
"""Facts that meet a rule and facts that do not, for conditions that compare one fact with another."""


def fires(rule: Rule, facts: dict[str, Any]) -> bool:
    for step in sorted(rule.applies_to):
        decision = check(step, facts, day_for(rule))
        if any(finding.rule == rule.id for finding in decision.findings):
            return True
    return False


def day_for(rule: Rule) -> date:
    if rule.look_again.kind is LookKind.NEXT_BUSINESS_DAY:
        return date(2027, 1, 3)  # a Sunday
    day = max(TODAY, rule.effective_from)
    return day if rule.effective_to is None else min(day, rule.effective_to)


@pytest.mark.parametrize("rule", catalogue().rules, ids=lambda rule: rule.id)
def test_every_rule_fires_on_facts_that_meet_it_and_on_no_others(rule: Rule) -> None:
    tree = ast.parse(" ".join(rule.condition.text.split()), mode="eval").body
    if rule.condition.never:
        assert rule.effect == "note_only", "a rule that never fires is kept for its note"
        return
    if rule.id in BY_HAND:
        meets, fails = BY_HAND[rule.id]
        assert fires(rule, setting(rule, meets, open_until=True))
        assert not fires(rule, setting(rule, fails, open_until=True))
        return
    meeting = [setting(rule, facts, open_until=True) for facts in solve(tree, True)]
    assert any(fires(rule, facts) for facts in meeting), f"none of {len(meeting)} fact sets meets {rule.condition.text}"
    if isinstance(tree, ast.Constant):
        # It holds whatever the facts; what keeps it from firing is another state, or a day that has come.
        elsewhere = {**meeting[0], "person.state": "ZZ"}
        over = {**meeting[0], rule.look_again.base or "": date(2000, 1, 1)}
        assert not fires(rule, elsewhere if rule.of_a_state else over)
        return
    failing = [setting(rule, facts, open_until=False) for facts in solve(tree, False)]
    failing = [facts for facts in failing if not rule.condition.holds(facts)]
    assert any(not fires(rule, facts) for facts in failing), f"no fact set fails {rule.condition.text}"


@pytest.mark.parametrize(
    "rule", [r for r in catalogue().rules if r.look_again.kind is LookKind.DATE], ids=lambda r: r.id
)
def test_a_wait_that_is_over_never_comes_back(rule: Rule) -> None:
    tree = ast.parse(" ".join(rule.condition.text.split()), mode="eval").body
    for facts in solve(tree, True)[:3]:
        given = setting(rule, facts, open_until=True)
        for step in sorted(rule.applies_to)[:2]:
            stopped = [
                any(
                    finding.rule == rule.id and finding.until
                    for finding in check(step, given, TODAY + timedelta(days=n)).findings
                )
                for n in range(0, 800, 40)
            ]
            if rule.outcome != "allow":
                assert stopped == sorted(stopped, reverse=True)


def test_all_rules_were_taken_in_with_citation_and_confidence() -> None:
    rules = catalogue().rules
    assert len(rules) == 260
    assert all(rule.citation and rule.confidence in ("high", "medium", "low") for rule in rules)


def test_what_must_be_cleared_is_asked_after_in_thirty_days_and_never_means_never() -> None:
    letter = {
        "actor": "first_party",
        "person.state": "OH",
        "step.letter_kind": "reminder_1",
        "step.attachments": ("language_notice",),
    }
    disputed = check(StepKind.LETTER, {**letter, "account.flags": ("disputed",)}, TODAY)
    assert next_action_on(disputed, TODAY) == TODAY + timedelta(days=30)
    qmb = check(StepKind.LETTER, {**letter, "account.payer_class": "qmb"}, TODAY)
    assert next_action_on(qmb, TODAY) is None


RENAMED = {"st-il-60-day": "st-il-90-day"}
"""Rules of the catalogue as it came that have another id now, because the number in it was no longer the law."""


@pytest.mark.field
def test_no_rule_of_the_catalogue_was_lost(field: Path) -> None:
    given = YAML(typ="safe").load((field / "compliance/rules.yaml").read_text("utf-8"))
    ours = {rule.id: rule for rule in catalogue().rules}
    theirs = {RENAMED.get(rule["id"], rule["id"]) for rule in given["rules"]}
    assert theirs <= set(ours)
    assert all(ours[added].source for added in set(ours) - theirs), "a rule that was added says where it was read"


def test_a_fact_that_nobody_knows_is_refused_not_passed_over() -> None:
    with pytest.raises(BadFacts, match=r'did you mean "account\.flags"'):
        check(StepKind.LETTER, {"actor": "first_party", "acount.flags": ("disputed",)}, TODAY)
    rate = {"actor": "first_party", "person.state": "AZ", "step.interest_rate_pct": "a lot"}
    with pytest.raises(BadFacts, match="is a str; enter a float"):
        check(StepKind.INTEREST, rate, TODAY)
