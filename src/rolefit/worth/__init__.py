"""What suggestions are worth where the truth is known: pure arithmetic, reusable for any model."""
