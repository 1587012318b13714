"""Users, sign-ins, tokens, and the log of who saw which person's data; the logs are append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(40)
KEPT = ("user_change", "sign_in", "patient_view")


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String()),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("attorney", sa.String()),
        sa.Column("oidc_subject", sa.String(), unique=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String()),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("disabled_on", sa.Date()),
    )
    op.create_table(
        "user_change",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("outcome", WORD, nullable=False),
    )
    op.create_index("ix_sign_in_address", "sign_in", ["address", "at"])
    op.create_table(
        "api_token",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("revoked_on", sa.Date()),
    )
    _patient_view()
    _append_only()
    _to_find_people()
    op.create_index("ix_ledger_posted", "ledger_entry", ["posted_on", "kind"])


def _to_find_people() -> None:
    """Names as they are typed, numbers by their digits and by their last four; as in flows/people/queries.py."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    collate = "" if sqlite else ' COLLATE "C"'
    for name in ("last_name", "first_name"):
        op.execute(f"CREATE INDEX ix_person_find_{name} ON person ((lower({name}){collate}))")
    for name in ("phone", "mobile"):
        digits = name
        for sign in ("-", " ", "(", ")", "+1"):
            digits = f"replace({digits}, '{sign}', '')"
        op.execute(f"CREATE INDEX ix_person_find_{name} ON person (({digits}{collate}))")
        four = f"substr({name}, -4)" if sqlite else f"right({name}, 4)"
        op.execute(f"CREATE INDEX ix_person_find_{name}_end ON person (({four}))")
    op.execute("CREATE INDEX ix_person_birth_date ON person (birth_date)")
    if not sqlite:
        # SQLite compares as it stores; PostgreSQL by its language, in which a range of beginnings is none.
        op.execute('CREATE INDEX ix_account_find_number ON account ((number COLLATE "C"))')


def _patient_view() -> None:
    op.create_table(
        "patient_view",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("what", WORD, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger()),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
    op.create_index("ix_patient_view_person", "patient_view", ["person_id", "id"])
    op.create_index("ix_patient_view_user", "patient_view", ["user_name", "business_date"])
    op.create_index("ix_patient_view_day", "patient_view", ["business_date"])


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for kept in KEPT:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {kept}_no_{verb.lower()} BEFORE {verb} ON {kept} "
                    f"BEGIN SELECT RAISE(ABORT, '{kept} is append-only'); END"
                )
        return
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
    for name in ("last_name", "first_name", "phone", "mobile", "phone_end", "mobile_end"):
        op.execute(f"DROP INDEX ix_person_find_{name}")
    op.execute("DROP INDEX ix_person_birth_date")
    op.drop_index("ix_ledger_posted", "ledger_entry")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP INDEX ix_account_find_number")
    for name in ("patient_view", "api_token", "sign_in", "user_change", "app_user"):
        op.drop_table(name)
