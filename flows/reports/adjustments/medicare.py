"""The Medicare bad debt log, in the layout of the cost report's listing (form CMS-2552-10, Exhibit 2A)."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.agency_handoff.remittance.bad_debt import BAD_DEBT, bad_debt_log
from flows.reports.creditors import creditor_codes
from flows.reports.cube import ACCOUNT, count_of
from flows.reports.model import Asked, Cell, Column, Group, Report, Row, Span, Table, Tie, Unit
from models import AccountFact
from models.columns import table
from models.enums import FactName

FACT = table(AccountFact)

LISTED = (
    Column("account", "Account", Unit.ACCOUNT, "The account number"),
    Column("patient", "Patient", Unit.PERSON, "The beneficiary"),
    Column("creditor", "Creditor", Unit.TEXT, "The provider"),
    Column("service_from", "Service from", Unit.DATE, "The first day of service"),
    Column("first_bill_on", "First bill", Unit.DATE, "The day of the first bill to the beneficiary"),
    Column("agency", "Agency", Unit.TEXT, "The agency that had the account"),
    Column("returned_on", "Returned", Unit.DATE, "When the agency returned it"),
    Column("written_off_on", "Written off", Unit.DATE, "When it was written off"),
    Column("balance_cents", "Bad debt", Unit.CENTS, "The balance that was listed"),
    Column("recovered_cents", "Recovered", Unit.CENTS, "What was paid after it was listed"),
    Column("claimable", "Claimable", Unit.TEXT, "Whether the evidence is complete"),
    Column("missing", "Missing", Unit.TEXT, "What is missing (42 CFR 413.89)"),
)

EXHIBIT = (
    Column("last_name", "1 Last name", Unit.PERSON, "The beneficiary's last name"),
    Column("first_name", "2 First name", Unit.PERSON, "The beneficiary's first name"),
    Column("service_from", "3 Service from", Unit.DATE, "The first day of service"),
    Column("service_to", "4 Service to", Unit.DATE, "The last day of service"),
    Column("account", "5 Account", Unit.ACCOUNT, "The patient account number"),
    Column("mbi", "6 MBI or HICN", Unit.TEXT, "Not on record: enter it from the claim"),
    Column("medicaid_number", "7 Medicaid number", Unit.TEXT, "Not on record: enter it if dually eligible"),
    Column("deemed_indigent", "8 Deemed indigent", Unit.TEXT, "Y if the provider deemed the beneficiary indigent"),
    Column("medicare_ra_on", "9 Medicare RA", Unit.DATE, "Not on record: the date of the remittance advice"),
    Column("medicaid_ra_on", "10 Medicaid RA", Unit.DATE, "Not on record: the date of the remittance advice"),
    Column("secondary_ra_on", "11 Secondary payer RA", Unit.DATE, "Not on record: the date it was received"),
    Column("responsibility_cents", "12 Beneficiary responsibility", Unit.CENTS, "What the beneficiary was billed"),
    Column("first_bill_on", "13 First bill", Unit.DATE, "The date of the first bill to the beneficiary"),
    Column("written_off_on", "14 A/R write-off", Unit.DATE, "When it was written off the receivables"),
    Column("sent_to_agency", "15 Sent to agency", Unit.TEXT, "Y if it was sent to a collection agency"),
    Column("returned_on", "16 Returned", Unit.DATE, "When the agency returned it"),
    Column("ceased_on", "17 Effort ceased", Unit.DATE, "When all collection effort ended"),
    Column("medicare_off_on", "18 Medicare write-off", Unit.DATE, "When it was listed as a Medicare bad debt"),
    Column("recovery_fye", "19 Recoveries: FYE", Unit.TEXT, "The year in which a recovered debt had been claimed"),
    Column("deductible_cents", "20 Deductible", Unit.CENTS, "Not on record: enter it from the remittance advice"),
    Column("coinsurance_cents", "21 Coinsurance", Unit.CENTS, "Not on record: enter it from the remittance advice"),
    Column("paid_cents", "22 Payments", Unit.CENTS, "What the beneficiary paid"),
    Column("recovered_cents", "23 Recovered", Unit.CENTS, "What was paid after it was listed"),
    Column("allowable_cents", "24 Allowable", Unit.CENTS, "The bad debt whose evidence is complete, less recoveries"),
)

NOTE = (
    "Columns 6, 7, 9 to 11, 20 and 21 are not on record here and are left empty. Compare the headings with the exhibit "
    "of your cost reporting period before you file it"
)


def _rows(conn: Connection, asked: Asked) -> list[dict[str, Cell]]:
    """The log with the keys of its people, of the creditors that are asked for, listed by the last day."""
    is_indigent = sa.exists().where(FACT.c.account_id == ACCOUNT.c.id, FACT.c.name == FactName.INDIGENCE.value)
    query = sa.select(
        ACCOUNT.c.number,
        ACCOUNT.c.id,
        ACCOUNT.c.patient_id,
        ACCOUNT.c.creditor_id,
        ACCOUNT.c.original_cents,
        BAD_DEBT.c.listed_on,
        is_indigent.label("indigent"),
    ).join(BAD_DEBT, BAD_DEBT.c.account_id == ACCOUNT.c.id)
    accounts = {row.number: row for row in conn.execute(query)}
    codes = creditor_codes(conn)
    found: list[dict[str, Cell]] = []
    for line in bad_debt_log(conn):
        account = accounts[line["account"]]
        is_asked = asked.creditors is None or account.creditor_id in asked.creditors
        if not is_asked or not asked.first <= account.listed_on <= asked.last:
            continue
        recovered, listed = line["recovered_cents"], line["balance_cents"]
        found.append(
            {
                "account": line["account"],
                "patient": f"{line['patient_first_name']} {line['patient_last_name']}",
                "last_name": line["patient_last_name"],
                "first_name": line["patient_first_name"],
                "creditor": codes[account.creditor_id],
                "service_from": line["service_from"],
                "service_to": line["service_to"] or line["service_from"],
                "first_bill_on": line["first_bill_on"],
                "agency": line["agency"],
                "sent_to_agency": "Y" if line["placed_on"] else "N",
                "returned_on": line["returned_on"],
                "ceased_on": line["ceased_on"],
                "written_off_on": line["written_off_on"],
                "medicare_off_on": account.listed_on,
                "deemed_indigent": "Y" if account.indigent else "N",
                "responsibility_cents": account.original_cents,
                "paid_cents": max(account.original_cents - listed, 0),
                "balance_cents": listed,
                "recovered_cents": recovered,
                "allowable_cents": listed - recovered if line["claimable"] else 0,
                "claimable": "Yes" if line["claimable"] else "No",
                "missing": line["missing"],
                "account_id": account.id,
                "person_id": account.patient_id,
            }
        )
    return found


def _table(columns: tuple[Column, ...], conn: Connection, asked: Asked, note: str = "") -> Table:
    rows: list[Row] = [*_rows(conn, asked)]
    sums = [one.name for one in columns if one.unit is Unit.CENTS and rows and one.name in rows[0]]
    total: dict[str, Cell] = {name: sum(int(str(row[name])) for row in rows) for name in sums}
    return Table(columns, rows, {"rows": len(rows), **total}, (note,) if note else ())


def read_log(conn: Connection, asked: Asked) -> Table:
    """The log."""
    return _table(LISTED, conn, asked)


def read_exhibit(conn: Connection, asked: Asked) -> Table:
    """The log in the layout of the exhibit."""
    return _table(EXHIBIT, conn, asked, NOTE)


def _ties(conn: Connection, asked: Asked) -> list[Tie]:
    source = BAD_DEBT.join(ACCOUNT, ACCOUNT.c.id == BAD_DEBT.c.account_id)
    listed = BAD_DEBT.c.listed_on.between(asked.first, asked.last)
    there = count_of(conn, source, ACCOUNT.c.creditor_id, asked, listed)
    return [Tie("Every listed account is in the report", int(str(read_log(conn, asked).total["rows"])), there)]


_TIES_OUT = "Every account that was listed in the period is in the report."

MEDICARE_BAD_DEBT = Report(
    name="medicare-bad-debt",
    title="Medicare bad debt log",
    group=Group.ADJUSTMENTS,
    question="Which Medicare bad debts are listed, and is their evidence complete?",
    span=Span.PERIOD,
    measures=LISTED,
    read=read_log,
    ties_out=_TIES_OUT,
    ties=_ties,
    names_people=True,
    months=12,
)

MEDICARE_EXHIBIT = Report(
    name="medicare-exhibit-2a",
    title="Medicare bad debts for the cost report",
    group=Group.ADJUSTMENTS,
    question="What goes into the listing of Medicare bad debts (CMS-2552-10, Exhibit 2A)?",
    span=Span.PERIOD,
    measures=EXHIBIT,
    read=read_exhibit,
    ties_out=_TIES_OUT,
    ties=_ties,
    names_people=True,
    months=12,
)
