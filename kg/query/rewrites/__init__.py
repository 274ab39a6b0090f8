"""Rewrites of a query that give the same answers sooner, a module each.

Each is a function of a query's algebra and a view that gives the query back, the same object
where it does not apply. `kg.query.plan` applies them in order.
"""
