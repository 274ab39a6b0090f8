"""Questions to the graph: saved ones, running them, and why a row is an answer."""

from kg.query.process import Limits, Results, Triples, called
from kg.query.run import evaluating, run
from kg.query.saved import Parameter, Question, bound, question, questions
from kg.query.why import Unexplained, why

__all__ = [
    "Limits",
    "Parameter",
    "Question",
    "Results",
    "Triples",
    "Unexplained",
    "bound",
    "called",
    "evaluating",
    "question",
    "questions",
    "run",
    "why",
]
