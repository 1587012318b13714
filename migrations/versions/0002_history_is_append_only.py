"""No event of an account's history can be changed or taken away, and no ledger entry either."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = ("account_event", "ledger_entry")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for kept in KEPT:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {kept}_no_{verb.lower()} BEFORE {verb} ON {kept} "
                    f"BEGIN SELECT RAISE(ABORT, '{kept} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for kept in KEPT:
        op.execute(
            f"CREATE TRIGGER {kept}_append_only BEFORE UPDATE OR DELETE ON {kept} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {kept}_no_truncate BEFORE TRUNCATE ON {kept} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for kept in KEPT:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {kept}_no_{verb}")
        return
    for kept in KEPT:
        op.execute(f"DROP TRIGGER {kept}_append_only ON {kept}")
        op.execute(f"DROP TRIGGER {kept}_no_truncate ON {kept}")
    op.execute("DROP FUNCTION refuse_change()")
