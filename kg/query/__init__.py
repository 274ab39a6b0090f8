"""Questions to the graph: saved ones, running them, and why a row is an answer."""

from kg.query.run import Results, evaluating, run
from kg.query.saved import Parameter, Question, bound, question, questions
from kg.query.why import Explanation, Unexplained, why

__all__ = [
    "Explanation",
    "Parameter",
    "Question",
    "Results",
    "Unexplained",
    "bound",
    "evaluating",
    "question",
    "questions",
    "run",
    "why",
]
