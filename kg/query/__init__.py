"""Questions to the graph: saved ones, running them, and why a row is an answer."""

from kg.query.binding import Parameter, bound
from kg.query.choices import Choice, choices
from kg.query.elsewhere import Elsewhere
from kg.query.explain import Execution, explain
from kg.query.heads import Question
from kg.query.process import Limits, Results, Triples, called
from kg.query.rewrites.service import Services
from kg.query.run import evaluating, run
from kg.query.saved import ask, asked, question, questions, ships
from kg.query.vocabulary import Unknown, unknown_terms
from kg.query.why import Explanation, Unexplained, why

__all__ = [
    "Choice",
    "Elsewhere",
    "Execution",
    "Explanation",
    "Limits",
    "Parameter",
    "Question",
    "Results",
    "Services",
    "Triples",
    "Unexplained",
    "Unknown",
    "ask",
    "asked",
    "bound",
    "called",
    "choices",
    "evaluating",
    "explain",
    "question",
    "questions",
    "run",
    "ships",
    "unknown_terms",
    "why",
]
