"""The print run as a Prefect flow. A run over a limit is held in the database for a manager, and not in Prefect.

Anyone with access to Prefect's page can resume a run and type any name there, which proves nothing: a held batch
is released in the browser by the manager who is signed in, or by `pastdue letters print --approve`. Prefect sees
a date and counts, never a person's data.
"""

from prefect import flow, get_run_logger

from flows.business_days.parameters import Day
from flows.collections_day import practice_from_environment
from flows.correspondence.letters.commands import mail_room
from flows.correspondence.print_batches.commands import print_letters
from flows.correspondence.print_batches.queries import batches_for_a_manager
from models.enums import BatchState


@flow(name="print-run", flow_run_name="print {business_date}")
def print_run(business_date: Day) -> list[int]:
    """Print the written letters; returns the batches that were printed. Those over a limit stay held."""
    practice = practice_from_environment()
    try:
        done = print_letters(mail_room(practice, "print run"), practice.settings.outbox, business_date)
        with practice.database.reading() as conn:
            waiting = [one["id"] for one in batches_for_a_manager(conn)]
    finally:
        practice.database.close()
    if waiting:
        numbers = ", ".join(map(str, waiting))
        get_run_logger().warning(
            "over a limit: batches %s are held until a manager releases them, on the page Mail or at the command line",
            numbers,
        )
    return [batch.batch for batch in done if batch.state == BatchState.PRINTED.value]
