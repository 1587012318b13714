"""The deployment of each flow on a Prefect server, and the worker that runs them: on machines with this version
installed and the same settings in their environment.

The server gets names, hours, dates and counts. The flows are found by their module, so a worker needs no source folder.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.business_days.days import Hour
from flows.collections_day import collections_day
from flows.scheduler.backup_run import backup_run
from flows.scheduler.flow import collections_night
from flows.scheduler.print_run import print_run

POOL = "pastdue"
"""The work pool. Its type is process: a run is a process on the worker's machine."""

TAG = "pastdue"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow on the server, with one active run at a time. `nightly`: it starts at the hour of the practice."""

    flow: Flow[..., Any]
    name: str
    says: str
    nightly: bool = False

    @property
    def title(self) -> str:
        """As Prefect shows it."""
        return f"{self.flow.name}/{self.name}"


DEPLOYMENTS: Sequence[Deployment] = (
    Deployment(collections_night, "nightly", "Today, and each missed day before it", nightly=True),
    Deployment(collections_day, "days", "The days from business_date up to through, for example after an outage"),
    Deployment(print_run, "print", "Print the letters that are written; those over a limit wait for a manager"),
    Deployment(backup_run, "backup", "Back up the database and the home"),
)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment that was registered. `cron` is in the practice's time zone; empty if it is started by hand."""

    name: str
    cron: str
    time_zone: str


def deploy(hour: Hour, pool: str = POOL) -> list[Deployed]:
    """Register the deployments on the server of PREFECT_API_URL, replacing earlier ones, and the pool if it is new."""
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(pool)
        except ObjectNotFound:
            client.create_work_pool(WorkPoolCreate(name=pool, type=ProcessWorker.type))
    return [_deploy(one, hour, pool) for one in DEPLOYMENTS]


def _deploy(one: Deployment, hour: Hour, pool: str) -> Deployed:
    schedule = Cron(hour.cron, timezone=hour.zone.key) if one.nightly else None
    made: Any = one.flow.to_deployment(
        one.name,
        schedule=schedule,
        concurrency_limit=1,
        description=one.says,
        tags=[TAG],
        work_pool_name=pool,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    made.apply()
    return Deployed(one.title, hour.cron if one.nightly else "", hour.zone.key if one.nightly else "")


def work(pool: str = POOL, *, limit: int | None = None, once: bool = False) -> None:
    """Run what the server starts in a pool, until this process ends; at most `limit` runs at the same time."""

    asyncio.run(ProcessWorker(work_pool_name=pool, limit=limit).start(run_once=once))
