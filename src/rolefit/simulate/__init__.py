"""Simulated centres with known truth."""
