"""Questions to the graph: saved ones, running them, and why a row is an answer."""

from kg.query.elsewhere import Elsewhere
from kg.query.rewrites.service import Services
from kg.query.run import Results, evaluating, run
from kg.query.saved import Parameter, Question, bound, question, questions
from kg.query.why import Unexplained, why

__all__ = [
    "Elsewhere",
    "Parameter",
    "Question",
    "Results",
    "Services",
    "Unexplained",
    "bound",
    "evaluating",
    "question",
    "questions",
    "run",
    "why",
]
