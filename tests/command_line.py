"""Commands as a user types them, in a home of their own with a small set of account files."""

import json
from collections.abc import Iterator
from typing import Any

import typer.main
from typer.testing import CliRunner, Result

from cli.app import app

RUNNER = CliRunner()

BOOK = {
    "creditors.csv": "creditor_id,name,kind,state,address1,city,zip,phone\nC1,Maple Street Clinic,physician_practice,OH,12 Maple Street,Dayton,45402,937-555-0100\n",
    "guarantors.csv": "guarantor_id,first_name,last_name,birth_date,address1,city,state,zip,phone\nG1,Ada,Tester,1970-01-01,1 Test Lane,Dayton,OH,45402,937-555-0101\n",
    "patients.csv": "patient_id,guarantor_id,first_name,last_name,birth_date\nP1,G1,Ada,Tester,1970-01-01\n",
    "accounts.csv": "account_number,creditor_id,patient_id,guarantor_id,payer_class,service_from,first_statement_on,balance\n"
    "A1,C1,P1,G1,self_pay,2025-12-08,2026-01-07,120.00\n",
    "transactions.csv": "transaction_id,account_number,date,kind,amount\nT1,A1,2025-12-08,charge,150.00\nT2,A1,2026-01-07,patient_payment,-30.00\n",
}


def run(*words: str) -> Result:
    return RUNNER.invoke(app, list(words))


def ok(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def all_commands(group: Any = None, before: str = "pastdue") -> Iterator[str]:
    """Every command as a user types it."""
    group = typer.main.get_command(app) if group is None else group
    if group.invoke_without_command:
        yield before
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from all_commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"
