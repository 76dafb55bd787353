"""Runs: checked tables in, results out."""
