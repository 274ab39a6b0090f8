"""The page runs in Chromium 80 (February 2020): its scripts are ES2019, its styles as old.

Scripts are parsed by tree-sitter and styles by tinycss2. What the browser has by name, of
JavaScript, of the DOM and of CSS, is held against the list of what came after Chromium 80.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import tinycss2
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from kg import assets

NEWER = json.loads((Path(__file__).parent / "data/newer-than-chromium-80.json").read_text("utf-8"))
TEMPLATES = assets.folder("templates")
PARSER = Parser(Language(tree_sitter_javascript.language()))

# Names in the list that the scripts use for something of their own.
OWN = {"at", "first", "fontFamily", "phrase", "sources", "with"}
# Syntax after ES2019, by the grammar's names.
SYNTAX = {
    "optional_chain": "?.",
    "field_definition": "a class field",
    "private_property_identifier": "#private",
    "class_static_block": "a static block",
    "import_attribute": "an import attribute",
    "meta_property": "import.meta",
    "import": "import()",
    "using_declaration": "using",
    "ERROR": "a syntax error",
}
OPERATORS = {"??", "??=", "||=", "&&="}
UNSAFE = {"eval", "Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "setHTML"}


def nodes(node: Node):
    yield node
    for child in node.children:
        yield from nodes(child)


def newer_script(text: str) -> list[str]:
    """What in a script is newer than ES2019 and Chromium 80, or runs text as code."""
    tree = PARSER.parse(text.encode())
    return [found for node in nodes(tree.root_node) if (found := _newer(node))]


def _newer(node: Node) -> str | None:
    said = node.text.decode() if node.text else ""
    if node.is_missing or node.type in SYNTAX:
        return SYNTAX.get(node.type, "a syntax error")
    if node.type in OPERATORS:
        return node.type
    if node.type == "number" and re.search(r"n$|_", said):
        return "BigInt or a separator in a number"
    if node.type == "regex":
        return _newer_pattern(node)
    if node.type == "await_expression" and not _within_function(node):
        return "await outside a function"
    return _newer_name(node, said)


def _newer_pattern(node: Node) -> str | None:
    pattern, flags = (
        (part.text or b"").decode() if (part := node.child_by_field_name(name)) else ""
        for name in ("pattern", "flags")
    )
    if set(flags) & set("dv"):
        return f"the flags {flags}"
    if re.search(r"\(\?<[=!]|\(\?[ims-]+:", pattern):
        return "lookbehind or modifiers"
    return None


def _within_function(node: Node) -> bool:
    around = node.parent
    while around and not re.search("function|method", around.type):
        around = around.parent
    return around is not None


def _newer_name(node: Node, said: str) -> str | None:
    parent = node.parent
    if node.type == "property_identifier" and parent and parent.type == "member_expression":
        used = parent.parent
        called = used is not None and used.type == "call_expression" and used.children[0] == parent
        if said in UNSAFE or parent.text in (b"document.write", b"document.writeln"):
            return said
        if said in NEWER["javascript"] and (said not in OWN or called):
            return said
    of_its_own = {"formal_parameters", "variable_declarator", "array_pattern"}
    if node.type == "identifier" and parent and parent.type not in of_its_own:
        if said in {"eval", "Function"}:
            return said
        # A class or a function of the browser; a name that starts small may be a variable.
        if said in NEWER["javascript"] and (said[0].isupper() or said == "structuredClone"):
            return said
    return None


FUNCTIONS = {"is", "where", "has", "nth-col"}
UNITS = re.compile(r"([sld]v(h|w|b|i|min|max)|cq\w+|r?lh|r?cap|rch|rex|ric)$")
VALUES = {
    *("color-mix", "oklch", "oklab", "lch", "lab", "hwb", "color", "light-dark"),
    *("round", "rem", "mod", "sin", "cos", "pow", "sqrt", "abs", "sign", "linear"),
}
# Rules that older browsers skip with what is in them; nothing there is needed.
EXTRA = re.compile(r"forced-colors|prefers-contrast")


def newer_style(text: str) -> list[str]:
    """What in a style sheet Chromium 80 does not understand."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return [found for rule in rules for found in _newer_rule(rule)]


def _newer_rule(rule) -> list[str]:
    if rule.type == "error":
        return [rule.message]
    if rule.type == "at-rule":
        return _newer_at_rule(rule)
    found = list(_newer_selector(tinycss2.serialize(rule.prelude)))
    content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    found += ["nesting" for part in content if part.type in ("qualified-rule", "at-rule")]
    declared = {part.lower_name: part for part in content if part.type == "declaration"}
    if declared.keys() & {"gap", "row-gap", "column-gap"} and "grid" not in tinycss2.serialize(
        declared["display"].value if "display" in declared else []
    ):
        found.append("gap without a grid")
    return found + [f for part in declared.values() for f in _newer_declaration(part)]


def _newer_at_rule(rule) -> list[str]:
    if rule.lower_at_keyword in NEWER["at-rules"] or rule.content is None:
        return ["@" + rule.lower_at_keyword]
    prelude = tinycss2.serialize(rule.prelude)
    if EXTRA.search(prelude):
        return []
    if re.search(r"[<>]|\bnot\s*\(|\bor\b", prelude):
        return ["@media " + prelude.strip()]
    if rule.lower_at_keyword != "media":
        return []
    inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
    return [f for part in inner for f in _newer_rule(part)]


def _newer_selector(selector: str):
    parts = selector.split(",")
    known = set(NEWER["selectors"]) | FUNCTIONS
    for name in re.findall(r":([a-z-]+)", selector):
        # One selector that is not understood drops the whole rule: it must stand by itself.
        if name == "focus-visible":
            if any(":focus-visible" not in part for part in parts):
                yield ":focus-visible beside others"
        elif name in known:
            yield ":" + name
    for arguments in re.findall(r":not\(([^()]*(?:\([^()]*\))?[^()]*)\)", selector):
        if re.search(r"[\s,>+~]", arguments.strip()):
            yield ":not() of a list"


def _newer_declaration(part):
    if part.lower_name in NEWER["properties"] and part.lower_name != "forced-color-adjust":
        yield part.lower_name
    for token in _tokens(part.value):
        if token.type == "dimension" and UNITS.match(token.lower_unit):
            yield token.lower_unit
        if token.type == "function" and token.lower_name in VALUES:
            yield token.lower_name + "()"


def _tokens(values):
    for token in values:
        yield token
        yield from _tokens(
            getattr(token, "arguments", None) or getattr(token, "content", None) or []
        )


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("map*.js")), ids=lambda file: file.name)
def test_the_scripts_are_as_old_as_the_page_says(file):
    assert newer_script(file.read_text("utf-8")) == []


def test_the_styles_are_as_old_as_the_page_says():
    assert newer_style((TEMPLATES / "map.css").read_text("utf-8")) == []


@pytest.mark.parametrize(
    "script",
    [
        *("a?.b;", "a?.[0];", "a?.();", "a ?? b;", "a ??= b;", "a ||= b;", "a &&= b;"),
        *("class A { #x = 1; }", "class A { x = 1; }", "class A { static { f(); } }"),
        *("class A { #f() {} }", "await f();", "import('x');", "1n;", "1_000;"),
        *("/a/d;", "/a/v;", "/(?<=a)b/;", "/(?<!a)b/;", "/(?i:a)/;"),
        *(
            "[1].at(-1);",
            "s.replaceAll('a', 'b');",
            "structuredClone(a);",
            "Object.hasOwn(a, 'b');",
        ),
        *("l.findLast(f);", "l.toSorted();", "Object.groupBy(l, f);", "Promise.any(l);"),
        *("new WeakRef(a);", "e.replaceChildren();", "e.checkVisibility();", "s.isWellFormed();"),
        *("eval('1');", "new Function('1');", "e.innerHTML = a;", "document.write(a);"),
        *("e.insertAdjacentHTML('x', a);", "f(;"),
    ],
)
def test_a_newer_script_is_found(script):
    assert newer_script(script) != []


@pytest.mark.parametrize(
    "script",
    [
        *("const { a, ...b } = c;", "try { f(); } catch { g(); }", "async () => { await f(); };"),
        *("l.flatMap(f);", "Object.fromEntries(l);", "s.trimEnd();", "/(?<name>a)/su;"),
        *("new DecompressionStream('deflate');", "state.with === state.at;", "2 ** 3;"),
        *("function* g() { yield 1; }", "for await (const a of b) { f(); }"),
    ],
)
def test_an_old_script_is_let_be(script):
    text = script if "for await" not in script else f"async () => {{ {script} }};"
    assert newer_script(text) == []


@pytest.mark.parametrize(
    "style",
    [
        *("a:has(b) { color: red }", "a:is(b, c) { color: red }", ":where(a) { color: red }"),
        *("a { inset: 0 }", "a { aspect-ratio: 1 }", "a { display: flex; gap: 4px }"),
        *("@layer a { b { color: red } }", "@container (width > 1px) { a { color: red } }"),
        *("a { & b { color: red } }", "a { b { color: red } }", "a { height: 100dvh }"),
        *(
            "a { width: 5cqw }",
            "a { color: oklch(1 0 0) }",
            "a { color: color-mix(in lab, red, blue) }",
        ),
        *("a:focus, b:focus-visible { color: red }", "a:not(b, c) { color: red }"),
        *("@media (width >= 600px) { a { color: red } }", "@property --a { syntax: '*' }"),
        *("a { content-visibility: auto }", "a { accent-color: red }", "a { text-wrap: balance }"),
        *("@media print { a { inset: 0 } }", "a { scale: 2 }", "@import 'x';"),
    ],
)
def test_a_newer_style_is_found(style):
    assert newer_style(style) != []


@pytest.mark.parametrize(
    "style",
    [
        *("a { width: min(10px, 5vw); height: clamp(1px, 2px, 3px) }", "a:focus { outline: none }"),
        *("a:focus:not(:focus-visible) { outline: none }", "a { display: grid; gap: 4px }"),
        *("@media (min-width: 900px) { a { overflow-wrap: anywhere } }", "a { color: var(--x) }"),
    ],
)
def test_an_old_style_is_let_be(style):
    assert newer_style(style) == []
