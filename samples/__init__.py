"""Drawn specimen certificates, with truth. No real paper, person or number is in here."""
