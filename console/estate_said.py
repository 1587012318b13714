"""How a matter is said to people: its day, how sure it is, and what is next."""

from typing import Any

from console.output import out, say_json, say_table
from models.values import dollars


def docket_line(row: dict[str, Any]) -> dict[str, Any]:
    """A matter in the few columns that a screen has room for."""
    sure = f"{row['because']} (confidence: {row['confidence'] or 'not rated'})"
    by = f"{row['file_by']}\n{days_left(row)}" if row["file_by"] else "no day"
    return {
        "matter": f"{row['number']}\n{row['decedent']}", "file by": by,
        "what sets it": "\n".join(filter(None, (sure, missing_said(row)))),
        "state": "\n".join(filter(None, (row["state"], row["county"], row["case_number"]))),
        "balance_cents": row["balance_cents"], "next": row["next"],
    }  # fmt: skip


def days_left(view: dict[str, Any]) -> str:
    """How many days are left for the day that counts, or that it has passed."""
    left = view["days_left"]
    return f"{left} days" if left >= 0 else f"PASSED {-left} days ago"


def missing_said(view: dict[str, Any]) -> str:
    """Which facts are missing, and between which days the deadline may be; nothing where none is."""
    if not view["missing"]:
        return ""
    said = f"Facts are missing: {', '.join(view['missing'])}"
    if view["earliest"]:
        said += f"; at the earliest {view['earliest']}, if they came today"
    return said + (f"; not later than {view['latest']}" if view["latest"] else "; no last day is known")


def say_matter(view: dict[str, Any], json: bool) -> None:
    """One matter, for people or as JSON."""
    if json:
        say_json(view)
        return
    out.print(f"Matter {view['number']}: {view['decedent']}, died {view['death_on'] or 'on a day not known'}, "
              f"{view['creditor']}; {view['state']}, {dollars(view['balance_cents'])}")  # fmt: skip
    if view["deadline"]:
        out.print(f"{view['what']}: by {view['deadline']}, act by {view['file_by']} ({days_left(view)})")
    none = "" if view["deadline"] else "No deadline: "
    sure = f"confidence: {view['confidence'] or 'not rated'}"
    out.print(f"{none}{view['because']} ({view['citation'] or 'no rule'}; {sure})")
    if between := missing_said(view):
        out.print(between)
    following = f"It may go to: {', '.join(view['may_follow'])}" if view["may_follow"] else "It is at its end"
    out.print(f"Next: {view['next']}. {following}" if view["next"] else following)
    say_table("Accounts", view["accounts"], ("number", "payer_class", "service_from", "balance_cents",
                                             "insurance_open", "state"))  # fmt: skip
    if view["facts"]:
        facts = [{**fact, "value": fact["says"]} for fact in view["facts"]]
        say_table("Facts", facts, ("name", "value", "source", "source_on", "set_by"))
    if view["participants"]:
        say_table("Participants", view["participants"], ("id", "role", "authority", "name", "city", "phone"))
    if view["papers"]:
        say_table("Papers", view["papers"], ("paper", "kind", "reader", "made_on", "sent_on", "how", "file"))
    if view["dates"]:
        say_table("Dates", view["dates"], ("id", "kind", "on", "at", "place", "note"))
