"""Commands for a Prefect server: register the deployments, and start a worker."""

import os
from dataclasses import asdict
from typing import Annotated

import typer

from cli.output import Json, open_practice, out, refusals, say_json
from flows.business_days.queries import hour_now
from flows.scheduler.orchestrator import require_answer, settle_prefect
from models.errors import Refused
from models.private import keep_private

Pool = Annotated[str, typer.Option("--pool", help="The work pool on the Prefect server.")]


@refusals
def deploy(pool: Pool = "pastdue", json: Json = False) -> None:
    """Register the flows on the Prefect server: the nightly run with its hour, days, print run and backup."""
    _require_server()
    with open_practice() as practice, practice.database.reading() as conn:
        hour = hour_now(conn)
    # Prefect takes seconds to load, which no other command should wait for.
    from flows.scheduler.deployments import deploy as register

    made = register(hour, pool)
    if json:
        say_json({"pool": pool, "deployments": [asdict(one) for one in made]})
        return
    for one in made:
        when = f"{one.cron} {one.time_zone}" if one.cron else "started by hand"
        out.print(f"{one.name}: {when}", markup=False, highlight=False)
    out.print(
        f"Registered in the pool {pool}. Start a worker: pastdue worker --pool {pool}", markup=False, soft_wrap=True
    )


@refusals
def worker(
    pool: Pool = "pastdue",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="The most runs at the same time.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Start what is due now, wait for it, and end.")] = False,
) -> None:
    """Run what the Prefect server starts in a pool, until it is stopped."""
    _require_server()
    keep_private()
    with open_practice():
        pass
    from flows.scheduler.deployments import work

    work(pool, limit=limit, once=once)


def _require_server() -> None:
    """Raise Refused unless PREFECT_API_URL names a server that responds."""
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        raise Refused(
            "PREFECT_API_URL is not set", "set it to the address of your Prefect server, such as http://HOST:4200/api"
        )
    settle_prefect()
    require_answer(url)
