"""The backup as a Prefect flow, to start from a server's page or on a schedule of its own."""

from prefect import flow, get_run_logger

from flows.collections_day import practice_from_environment
from flows.operations.backup import back_up, standing_order
from models.clock import system_clock


@flow(name="backup", flow_run_name="backup")
def backup_run() -> str:
    """Back up the database and the home; returns the file's name."""
    practice = practice_from_environment()
    try:
        done = back_up(practice.database, practice.settings, standing_order(practice.settings), system_clock())
    finally:
        practice.database.close()
    get_run_logger().info("backup %s, %s bytes", done.path.name, done.bytes)
    return done.path.name
