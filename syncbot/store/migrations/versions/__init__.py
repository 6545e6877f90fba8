"""The revisions, numbered in their order; a released one is never changed."""
