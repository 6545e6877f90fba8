"""The places that hold rows: one small interface (`base`), one in memory, and one folder a service."""
