"""The one blueprint that the reviewer's views share."""

from flask import Blueprint

pages = Blueprint("review", __name__)
