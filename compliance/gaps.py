"""Facts that a rule uses and that were not entered: an allowed step shows the facts it depends on. Pure."""

from collections.abc import Mapping
from datetime import date

from compliance.check import check, with_derived
from compliance.facts import Facts
from compliance.load import catalogue
from compliance.lookup import DERIVED, Catalogue
from compliance.may_hold import May, given_only, may_hold
from compliance.rules import LookKind, Outcome, StepKind


def not_given(
    step: StepKind, facts: Facts, today: date, *, rules: Catalogue | None = None
) -> Mapping[str, tuple[str, ...]]:
    """The missing facts by which a rule could still stop the step, each with the rules that use it.

    Facts with a default, such as policies, are not included. Much slower than `check`: not for bulk.
    """
    law = catalogue() if rules is None else rules
    fired = {finding.rule for finding in check(step, facts, today, rules=law).findings}
    known = with_derived(DERIVED, step, facts, today)
    defaults = [name for name, field in law.vocabulary.items() if field.default is not None]
    is_open = given_only(known, [*DERIVED, *defaults])
    found: dict[str, list[str]] = {}
    for rule in law.index(step, facts).rules:
        if rule.id in fired or rule.outcome is Outcome.ALLOW or not rule.in_force(today):
            continue
        answer = may_hold(rule.condition, law, known, is_open)
        asked = set(answer.hangs_on) if answer.may is not May.NO else set[str]()
        base = rule.look_again.base
        if answer.may is not May.NO and rule.look_again.kind is LookKind.DATE and base and known.get(base) is None:
            asked.add(base)
        for name in asked:
            found.setdefault(name, []).append(rule.id)
    return {name: tuple(sorted(set(found[name]))) for name in sorted(found)}
