"""A table of an Excel workbook as a place of rows; written cell by cell, everything else stays byte for byte."""

from .endpoint import WorkbookEndpoint

__all__ = ["WorkbookEndpoint"]
