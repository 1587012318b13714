"""How Alembic meets the book: on a connection that it is given, or on the database named by the settings."""

from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401  (makes every table known)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
