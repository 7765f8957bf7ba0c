"""Modules as operators name them in `jobs.workers`."""
