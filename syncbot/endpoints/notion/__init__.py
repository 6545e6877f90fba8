"""Notion data sources as endpoints."""
