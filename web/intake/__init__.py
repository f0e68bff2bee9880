"""The clerk's pages: handing scans in and watching them go through."""

from web.intake.views import pages

__all__ = ["pages"]
