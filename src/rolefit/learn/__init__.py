"""Learning from placements: models, folds, measures, selection weights. Needs `rolefit[learn]`."""
