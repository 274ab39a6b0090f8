"""The words of SPARQL, as one would write them: to complete them, and to find the one meant."""

CLAUSES = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "WHERE", "FROM", "NAMED",
    "DISTINCT", "REDUCED", "OPTIONAL", "UNION", "MINUS", "FILTER", "EXISTS", "NOT EXISTS", "BIND",
    "VALUES", "GRAPH", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "ASC", "DESC", "AS",
    "IN", "NOT IN", "UNDEF",
)  # fmt: skip
FUNCTIONS = (
    "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "STR", "LANG",
    "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "BNODE", "COALESCE", "IF", "CONTAINS", "STRSTARTS",
    "STRENDS", "STRBEFORE", "STRAFTER", "STRLEN", "STRLANG", "STRDT", "SUBSTR", "CONCAT",
    "REPLACE", "REGEX", "LCASE", "UCASE", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS",
    "NOW", "ABS", "CEIL", "FLOOR", "ROUND", "RAND", "isIRI", "isLiteral", "isBlank", "isNumeric",
    "sameTerm", "ENCODE_FOR_URI",
)  # fmt: skip
