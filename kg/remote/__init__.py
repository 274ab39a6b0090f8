"""A SPARQL endpoint or graph store somewhere else: asked with limits, never trusted.

Nothing is sent but to the address that was given. Proxies of the environment are not used, and
redirects lead to the same server only.
"""

from kg.remote.address import Address, Credentials, is_address
from kg.remote.endpoint import Endpoint
from kg.remote.graphs import GraphStore
from kg.remote.http import Limits

__all__ = ["Address", "Credentials", "Endpoint", "GraphStore", "Limits", "is_address"]
