"""Explanations read off the numbers that decided: reasons, notes, contrast, change."""
