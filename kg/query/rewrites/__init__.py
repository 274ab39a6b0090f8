"""Rewrites of a query, one a module; each gives the query back as it is where it does not apply."""
