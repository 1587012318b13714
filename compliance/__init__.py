"""What does the law allow? Rules as cited rows, and the small pure functions that read them.

EVERY RULE MUST BE CHECKED BY COUNSEL BEFORE IT IS USED ON A REAL ACCOUNT. Not legal advice.

    facts = {"actor": "first_party", "person.state": "OH", "account.payer_class": "qmb"}
    match check(StepKind.LETTER, facts, today):
        case Block() as block:      # block.rule, .citation, .reason, .until, .cleared_by, .firmness, .findings
            ...
        case Require() as need:     # need.what: the documents or wording required first
            ...
        case Allow() as allow:      # allow.findings: notes and deadlines
            ...

    next_action_on(decision, today)     # the next review date; None: never, try the schedule's next step
    nearest(StepKind.LETTER, facts, today)      # the rule that came nearest to stopping an allowed step
    lawful_window(zones_of("79901", "212-555-0100"), today)     # the hours of a call, in UTC

`check` and `nearest` are in check.py, their results in decisions.py, the kinds of steps in rules.py, hours in hours.py.

Law is a row: `rules/*.yaml` by subject, with citation, dates, confidence and a note. `rules/vocabulary.yaml` defines
how a row is read and which facts it can use; `rules/corrections.md` lists corrections. The code that reads rows
contains no state and no statute, and reads no clock and no database. A fact whose name is not in the vocabulary is
refused.
"""
