"""Questions to the graph: saved ones, running them, and why a row is an answer."""

from kg.query.binding import Parameter, bound
from kg.query.choices import Choice, choices
from kg.query.elsewhere import Elsewhere
from kg.query.heads import Question
from kg.query.rewrites.service import Services
from kg.query.run import Results, evaluating, run
from kg.query.saved import ask, asked, question, questions, ships
from kg.query.vocabulary import Unknown, unknown_terms
from kg.query.why import Unexplained, why

__all__ = [
    "Choice",
    "Elsewhere",
    "Parameter",
    "Question",
    "Results",
    "Services",
    "Unexplained",
    "Unknown",
    "ask",
    "asked",
    "bound",
    "choices",
    "evaluating",
    "question",
    "questions",
    "run",
    "ships",
    "unknown_terms",
    "why",
]
