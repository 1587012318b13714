"""The print run as a Prefect flow: where a run is over the limit, it waits for a manager's answer.

Prefect sees a date, counts and the answer, never a person's data. Run from a deployment the flow is suspended (its
process ends and it begins again with the answer); run by hand it pauses. Either way nothing is printed twice: what is
done stands in the book.
"""

from datetime import date

from prefect import flow, get_run_logger, pause_flow_run, suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import deployment

from flows.collections_day import open_house
from flows.printing.commands import print_letters
from flows.printing.queries import batches_in
from models.kinds import BatchState

ANSWER_SECONDS = 24 * 60 * 60
"""How long a run waits for its manager; after that it is released by `pastdue letters print --approve`."""


class Release(RunInput):
    """A manager's answer: whether the waiting letters may be printed, and who says so."""

    approve: bool
    by: str


@flow(name="print-run", flow_run_name="print {business_date}", validate_parameters=False)
def print_run(business_date: date, answer_seconds: int = ANSWER_SECONDS) -> list[int]:
    """Print the written letters; gives the batches that were printed. Over the limit, ask before."""
    house = open_house()
    try:
        done = print_letters(house.mail_room("print run"), house.settings.outbox, business_date)
        with house.book.reading() as conn:
            waiting = batches_in(conn, BatchState.WAITING)
        if waiting:
            get_run_logger().info("%s batches wait for a manager", len(waiting))
            answer = _ask(answer_seconds)
            if answer.approve:
                room = house.mail_room(answer.by)
                done += print_letters(room, house.settings.outbox, business_date, approve=True)
    finally:
        house.book.close()
    return [batch.batch for batch in done if batch.state == BatchState.PRINTED.value]


def _ask(seconds: int) -> Release:
    if deployment.id is not None:
        return suspend_flow_run(wait_for_input=Release, timeout=seconds)
    return pause_flow_run(wait_for_input=Release, timeout=seconds)
