"""Which model to trust: the same moves, folds and measures for all, and one rule of promotion."""
