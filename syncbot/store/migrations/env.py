"""Carries revisions out on the connection that `open` hands in, inside its transaction."""

from alembic import context

from syncbot.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
