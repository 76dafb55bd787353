"""Fit and situation -> one direction an agent, through named gates that anybody can recheck."""
