"""Migrations of the one app, made by Tortoise's own autodetector (`python -m domain.core.make_migrations`)."""
