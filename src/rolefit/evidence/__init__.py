"""Raw rows become evidence: siblings that do not know each other."""
