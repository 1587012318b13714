"""Second factors, roles that a second administrator agrees to, and single sessions; no name is locked any more."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("app_user", "failures")
    op.drop_column("app_user", "locked_until")
    op.add_column("app_user", sa.Column("second_factor", sa.String(), nullable=True))
    op.add_column("app_user", sa.Column("second_factor_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("app_user", sa.Column("recovery", sa.String(), nullable=False, server_default=""))
    op.add_column("app_user", sa.Column("asked_roles", sa.String(), nullable=True))
    op.add_column("app_user", sa.Column("asked_by", sa.String(), nullable=True))
    op.create_table(
        "app_session",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("began", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
    )
    op.create_index("ix_app_session_user", "app_session", ["user_name", "began"])
    op.create_index("ix_sign_in_name", "sign_in", ["name", "address", "at"])


def downgrade() -> None:
    op.drop_index("ix_sign_in_name", "sign_in")
    op.drop_table("app_session")
    for name in ("second_factor", "second_factor_at", "recovery", "asked_roles", "asked_by"):
        op.drop_column("app_user", name)
    op.add_column("app_user", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("app_user", sa.Column("locked_until", sa.String(), nullable=True))
