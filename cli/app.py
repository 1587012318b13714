"""The command `pastdue`: what it can do, in one table."""

import typer

from cli import (
    accounts,
    arrangements,
    call_results,
    calls,
    collectors,
    deaths,
    demo,
    experiments,
    facts,
    insurance,
    law,
    layouts,
    money,
    operations,
    persons,
    reviews,
    serve,
    settings,
    setup,
    stuck,
    tables,
    templates,
    users,
    workers,
)
from cli.estate_liability import estate
from cli.mail_desk import letters
from cli.placed_accounts import agency
from cli.saved_reports import report
from cli.schedule_drafts import schedule
from cli.typist import add_old_names, name_commands
from models.private import keep_private

app = typer.Typer(
    name="pastdue",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def every_command() -> None:
    """Work overdue medical accounts through letters and calls, and record every step in the account's history."""
    keep_private()


COMMANDS = {
    "init": setup.init,
    "demo": demo.demo,
    "intake": setup.intake,
    "run": setup.run,
    "account": accounts.account,
    "explain": accounts.explain_account,
    "disposition": call_results.disposition,
    "inbound": call_results.inbound,
    "pay": money.pay,
    "reverse-payment": money.reverse_payment,
    "transfer": money.transfer_credit,
    "tasks": accounts.tasks,
    "task-assign": accounts.task_assign,
    "task-done": accounts.task_done,
    "task-snooze": accounts.task_snooze,
    "note": accounts.write_note,
    "contact": settings.contact,
    "record": facts.record,
    "record-all": facts.record_all,
    "stuck": stuck.stuck,
    "resume": accounts.resume,
    "serve": serve.serve,
    "backup": operations.backup,
    "restore": operations.restore,
    "doctor": operations.doctor,
    "deploy": workers.deploy,
    "worker": workers.worker,
}

for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
app.add_typer(accounts.hold, name="hold")
app.add_typer(calls.calls, name="calls")
app.add_typer(collectors.collector, name="collector")
app.add_typer(arrangements.arrangement, name="arrangement")
app.add_typer(money.settlement, name="settlement")
app.add_typer(money.refund, name="refund")
app.add_typer(insurance.insurance, name="insurance")
app.add_typer(templates.template, name="template")
app.add_typer(report, name="report")
agency.add_typer(layouts.layout, name="layout")
app.add_typer(agency, name="agency")
app.add_typer(estate, name="estate")
app.add_typer(deaths.deaths, name="deaths")
app.add_typer(persons.person, name="person")
app.add_typer(reviews.review, name="review")
app.add_typer(users.user, name="user")
app.add_typer(users.token, name="token")
app.add_typer(law.law, name="law")
app.add_typer(tables.tables, name="table")
app.add_typer(tables.limits, name="limits")
app.add_typer(letters, name="letters")
app.add_typer(schedule, name="schedule")
app.add_typer(experiments.experiment, name="experiment")
app.add_typer(settings.settings, name="settings")
app.add_typer(settings.creditor, name="creditor")
app.add_typer(accounts.history, name="history")
add_old_names(app)
name_commands(app)


def main() -> None:
    """Run the command line."""
    app()
