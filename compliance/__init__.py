"""What does the law allow? Rules as cited rows, and the small pure functions that read them.

EVERY RULE MUST BE CHECKED BY COUNSEL BEFORE IT IS USED ON A REAL ACCOUNT. Not legal advice.

    facts = {"actor": "first_party", "person.state": "OH", "account.payer_class": "qmb"}
    match check(StepKind.LETTER, facts, today):
        case Block() as block:      # block.rule, .citation, .reason, .until, .cleared_by, .firmness, .findings
            ...
        case Require() as need:     # need.what: the paper or the words that must be there first
            ...
        case Allow() as allow:      # allow.findings: notes and deadlines
            ...

    next_action_on(decision, today)     # when to look again; None: never, try the schedule's next step
    nearest(StepKind.LETTER, facts, today)      # which rule came nearest to stopping a step that is allowed
    lawful_window(zones_of("79901", "212-555-0100"), today)     # the hours of a call, in UTC

`check` and `nearest` stand in check.py, what they answer in decisions.py, the kinds of steps in rules.py, hours in
hours.py.

Law is a row: `rules/*.yaml` by subject, with citation, dates, confidence and a note; `rules/vocabulary.yaml` says how
one is read and what it may ask about; `rules/corrections.md` what was corrected. The code that reads rows knows no
state and no statute, reads no clock and no database. A fact by a name that the vocabulary lacks is refused.
"""
