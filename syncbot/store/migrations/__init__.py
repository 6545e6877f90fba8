"""How the tables came to be, revision by revision; carried out by Alembic when a store is opened."""
