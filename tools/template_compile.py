#!/usr/bin/env python3
"""Compiles an HTML template into C: template_compile.py NAME.html NAME.tpl.c NAME.tpl.h

A file opens with its headers and holds one or more templates:

    {# include "office/partners/pages.h" #}
    {# template partner_page(struct partner_page *p) #}
    <h1>{{ name }}</h1>
    {% each row in rows %}<p>{{ row.title }}</p>{% else %}<p>{% t partners.none %}</p>{% end %}

gives void tpl_partner_page(struct cx *cx, struct html *h, const struct partner_page *p). Several templates may follow each other.

    {{ path }}                    a value, escaped for its place; picked by C type (HTML_VALUE of format/html.h)
    {{ date path }}               through i18n: date date_short date_numeric ago number t (the path holds a message) and,
                                  with two paths, instant (zone) money (currency) percent (of)
    {{ url path }}                the whole value of an address attribute, checked by html_url_value
    {{ query path }}              percent-encoded, after the literal beginning of an address: href="/people?q={{ query q }}"
    {% if A %} {% elif A %} {% else %} {% end %}   A: path, not path, path == CONSTANT, joined by and / or
    {% each x in path %} {% each x, i in path %} {% else %} {% end %}   over anything with ptr and len; else: it is empty
    {% include name(path) %}      another template; {% call fn(path) %} void fn(struct cx *, struct html *, const T *)
    {% t key n=path who="x" when=date(path) what=t(path) %}   a message; t(path) is a translated word
    {% icon name %} {% icon name small %}     part_icon(h, ICON_name, small)

Paths: a loop variable, the parameter's own name, cx, or else a field of the parameter; a dot goes through pointers too.
Values stand only in text and in double-quoted attributes. White space beside block elements goes, other runs become one
space; comments go. Whatever could open a hole (style, on..., inline scripts, open quotes, unbalanced tags) stops the
build with file:line.
"""
import os
import re
import sys

VOID = set("area br col hr img input link meta param source track wbr".split())
BLOCK = set("html head body title meta link script div p ul ol li table caption colgroup col thead tbody tfoot tr td th section "
            "main nav header footer form fieldset legend h1 h2 h3 h4 h5 h6 dl dt dd details summary option optgroup "
            "datalist article aside figure figcaption blockquote pre hr br dialog template search address svg g path circle "
            "rect line polyline polygon defs use symbol".split())
CLOSES_P = set("div p ul ol table section main nav header footer form fieldset h1 h2 h3 h4 h5 h6 dl details article aside "
               "figure figcaption blockquote pre hr dialog address search".split())
NOT_NESTED = ("a", "button", "form", "label", "option")
FORBIDDEN = {"style": "styles stand in the style sheet", "base": "it would turn every address",
             "object": "not under our content policy", "embed": "not under our content policy",
             "applet": "not under our content policy", "frame": "not under our content policy",
             "frameset": "not under our content policy", "animate": "it can rewrite attributes",
             "set": "it can rewrite attributes", "foreignObject": "not under our content policy"}
URL_ATTRS = set("href src action formaction poster cite data ping manifest background xlink:href".split())
FORBIDDEN_ATTRS = {"style": "styles stand in the style sheet", "srcdoc": "it holds a whole page",
                   "srcset": "it holds a list of addresses", "http-equiv": "headers are set by the server"}
VERBATIM = ("pre", "textarea")  # white space counts; browsers drop one line end at the start
FILTERS = {"date": ("date_text", 1), "date_short": ("date_short", 1), "date_numeric": ("date_numeric", 1),
           "ago": ("ago_text", 1), "number": ("number_text", 1), "t": ("tr", 1), "instant": ("instant_text", 2),
           "money": ("money_text", 2), "percent": ("percent_text", 2)}
DIRECTIVE = re.compile(r"\{#(.*?)#\}|\{\{(.*?)\}\}|\{%(.*?)%\}", re.S)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
CONSTANT = re.compile(r"(-?\d+|[A-Z][A-Z0-9]*_[A-Za-z0-9_]+|UNKNOWN)\Z")
TEMPLATE = re.compile(r"template\s+(\w+)\s*\(\s*(?:(?:const\s+)?struct\s+(\w+)\s*\*\s*(\w+))?\s*\)\Z")


class TemplateError(Exception):
    def __init__(self, line, text):
        super().__init__(text)
        self.line, self.text = line, text


def c_string(text):
    for a, b in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(a, b)
    return f'"{text}"'


class Place:
    """Where in the HTML the next character stands. Literal text goes through feed(); what leaves is in out."""

    def __init__(self):
        self.state, self.out, self.line = "text", [], 1
        self.stack = []            # (element, line)
        self.tag = self.attr = ""  # being read
        self.tag_line, self.attrs, self.end_tag = 0, [], False
        self.address = ""          # of an address attribute: literals, with \1 for url and \2 for query
        self.space, self.before = "", "block"  # white space not yet decided; what stands before it
        self.last_space = False

    def fail(self, text):
        raise TemplateError(self.line, text)

    def inside(self, *names):
        return any(name in names for name, _ in self.stack)

    def emit(self, text):
        self.out.append(text)

    def settle_space(self, after):
        """One space or none for the white space that was read."""
        if self.space and self.before not in ("block", "space") and after != "block":
            self.emit(" ")
            self.before = "space"
        self.space = ""

    def feed(self, text):
        for c in text:
            getattr(self, "in_" + self.state)(c)
            if c == "\n":
                self.line += 1

    # Text and markup

    def in_text(self, c):
        if c == "<":
            self.state, self.tag, self.attrs, self.end_tag = "open", "", [], False
            self.tag_line = self.line
        elif self.inside(*VERBATIM):
            self.emit(c)
        elif c.isspace() and c not in "\u00a0\u202f":
            self.space += c
        else:
            if self.inside("script"):
                self.fail("a script stands in a file of its own: the element stays empty")
            self.settle_space("text")
            self.before = "text"
            self.emit(c)

    def in_open(self, c):
        if c == "!":
            self.state, self.tag = "declaration", "<!"
        elif c == "/" and not self.end_tag:
            self.end_tag = True
        elif c.isalpha():
            self.state, self.tag = "name", c
        else:
            self.fail("< opens a tag: write &lt; for the sign")

    def in_declaration(self, c):
        self.tag += c
        if self.tag == "<!--":
            self.state = "comment"
        elif c == ">":
            if self.tag.lower() != "<!doctype html>":
                self.fail("only <!doctype html> and comments begin with <!")
            self.emit("<!doctype html>")
            self.state, self.before, self.space = "text", "block", ""

    def in_comment(self, c):
        self.tag += c
        if len(self.tag) >= 7 and self.tag.endswith("-->"):
            self.state = "text"

    def in_name(self, c):
        if c.isalnum() or c in "-:":
            self.tag += c
            return
        if not c.isspace() and c not in ">/":
            self.fail(f"{c!r} in the name of a tag")
        if not self.end_tag:
            self.open_tag()
        elif c == "/":
            self.fail(f"</{self.tag}/> is no tag")
        self.state = "between"
        self.last_space = False
        self.in_between(c)

    def open_tag(self):
        if self.tag.lower() in FORBIDDEN or self.tag in FORBIDDEN:
            self.fail(f"<{self.tag}> is not used here: {FORBIDDEN.get(self.tag, FORBIDDEN.get(self.tag.lower()))}")
        if self.inside("textarea", "script", "title") and not self.inside("svg"):
            self.fail(f"<{self.tag}> inside <{self.stack[-1][0]}>, which holds text only")
        if self.tag in CLOSES_P and self.inside("p"):
            self.fail(f"<{self.tag}> inside <p>: browsers close the paragraph there")
        if self.tag in NOT_NESTED and self.inside(self.tag):
            self.fail(f"<{self.tag}> inside <{self.tag}>")
        self.settle_space("block" if self.tag in BLOCK else "tag")
        self.emit("<" + self.tag)

    # Inside a tag

    def in_between(self, c):
        if c.isspace():
            self.last_space = True
        elif c == ">":
            self.close_tag(False)
        elif c == "/" and not self.end_tag:
            self.state = "slash"
        elif self.end_tag:
            self.fail(f"</{self.tag}> takes no attributes")
        elif not (c.isalpha() or c in "_:@"):
            self.fail(f"{c!r} where an attribute's name is expected")
        elif not self.last_space:
            self.fail("a space is missing before the attribute")
        else:
            self.state, self.attr = "attribute", c

    def in_slash(self, c):
        if c != ">":
            self.fail("/ inside a tag")
        if self.tag not in VOID and not self.inside("svg") and self.tag != "svg":
            self.fail(f"<{self.tag}/>: browsers ignore the slash here, write </{self.tag}>")
        self.close_tag(True)

    def in_attribute(self, c):
        if c.isalnum() or c in "-_:.":
            self.attr += c
            return
        if c == "=":
            self.check_attribute()
            self.state = "equals"
            return
        self.end_name()
        self.in_between(c)

    def end_name(self):
        """A bare attribute has ended."""
        self.check_attribute()
        self.emit(" " + self.attr)
        self.state, self.last_space = "between", False

    def check_attribute(self):
        name = self.attr.lower()
        if name.startswith("on"):
            self.fail(f"{self.attr}: no code in attributes, scripts attach by data-* attributes")
        if name in FORBIDDEN_ATTRS:
            self.fail(f"{self.attr} is not used here: {FORBIDDEN_ATTRS[name]}")
        if name in self.attrs:
            self.fail(f"{self.attr} stands twice in <{self.tag}>")
        self.attrs.append(name)

    def in_equals(self, c):
        if c != '"':
            self.fail(f"the value of {self.attr} stands in double quotes")
        self.emit(f' {self.attr}="')
        self.state, self.address, self.last_space = "value", "", False

    def is_address(self):
        return self.attr.lower() in URL_ATTRS

    def in_value(self, c):
        if c == '"':
            if self.is_address():
                self.check_address(True)
            self.emit(c)
            self.state, self.last_space = "between", False
            return
        if c == "<":
            self.fail("< in an attribute: a quote is missing, or write &lt;")
        if self.is_address():
            if self.address.startswith("\1"):
                self.fail("nothing follows {{ url ... }} in an address")
            self.address += c
        if c.isspace() and c not in "\u00a0\u202f":
            if not self.last_space:
                self.emit(" ")
            self.last_space = True
            return
        self.last_space = False
        self.emit(c)

    def check_address(self, at_end):
        if self.address == "" or self.address.startswith("\1"):
            return
        good = ("#", "?", "/") + (("https://", "mailto:", "tel:") if at_end and "\2" not in self.address else ())
        if self.address.startswith("//") or not self.address.startswith(good):
            self.fail(f"the address in {self.attr} begins with / (or #, ?), or is {{{{ url ... }}}} as a whole")

    def close_tag(self, slash):
        block = self.tag in BLOCK
        if self.end_tag:
            self.pop(self.tag)
            self.settle_space("block" if block else "tag")
            self.emit(f"</{self.tag}>")
        else:
            if slash and self.tag not in VOID:
                self.emit("/>")
            else:
                self.emit(">")
                if self.tag not in VOID:
                    self.stack.append((self.tag, self.tag_line))
                if self.tag in VERBATIM:
                    self.emit("\n")
        self.state, self.space, self.before = "text", "", "block" if block else "tag"

    def pop(self, tag):
        if not self.stack:
            self.fail(f"</{tag}> closes nothing")
        name, line = self.stack[-1]
        if name != tag:
            self.fail(f"</{tag}> closes <{name}> of line {line}")
        self.stack.pop()

    # What directives ask

    def before_directive(self):
        """Ends a bare attribute or a tag's name, so that a block may stand behind it."""
        if self.state == "name" and not self.end_tag:
            self.open_tag()
            self.state, self.last_space = "between", False

    def snapshot(self):
        kind = ""
        if self.state == "value" and self.is_address():
            self.check_address(False)
            kind = "start" if not self.address else "whole" if self.address.startswith("\1") else "path"
        attr = self.attr if self.state == "value" else ""
        tag = self.tag if self.state != "text" else ""
        return (self.state, tag, attr, kind, tuple(name for name, _ in self.stack))


class Block:
    def __init__(self, kind, line, place, names):
        self.kind, self.line, self.start, self.ends, self.has_else = kind, line, place.snapshot(), [], False
        self.stack, self.address, self.attrs = list(place.stack), place.address, list(place.attrs)
        self.before, self.befores, self.all_attrs = place.before, [], list(place.attrs)
        self.names = dict(names)


class Compiler:
    def __init__(self, source):
        self.source = source
        self.includes, self.templates, self.icons = [], [], False
        self.name = None

    def fail(self, text):
        raise TemplateError(self.place.line, text)

    # Emission

    def flush(self):
        text = "".join(self.place.out)
        self.place.out = []
        if text:
            self.code.append(f"\thtml_lit(h, {c_string(text)});")

    def statement(self, text):
        self.flush()
        self.code.append(f"#line {self.place.line} {c_string(self.path)}")
        self.code.append("\t" + text)

    # Values

    def path_c(self, text):
        if not PATH.match(text):
            self.fail(f"{text!r} is no path: names joined by dots")
        steps = text.split(".")
        if steps[0] in self.names:
            value = self.names[steps[0]]
        elif steps[0] == "cx":
            value = "*cx"
        elif self.param is None:
            self.fail(f"{steps[0]} is not known: the template has no parameter")
        else:
            return self.walk(f"{self.param}->{steps[0]}", steps[1:])
        return self.walk(f"({value})" if value.startswith("*") else value, steps[1:])

    @staticmethod
    def walk(value, steps):
        for step in steps:
            value = f"HTML_PTR({value})->{step}"
        return value

    def operand(self, text):
        return text if CONSTANT.match(text) and text not in self.names else self.path_c(text)

    def filter_c(self, name, operands):
        function, count = FILTERS[name]
        if len(operands) != count:
            self.fail(f"{name} takes {count} path{'s' if count > 1 else ''}")
        return f"{function}(cx, {', '.join(self.path_c(o) for o in operands)})"

    def condition(self, words):
        parts, joins = [[]], set()
        for word in words:
            if word in ("and", "or"):
                joins.add(word)
                parts.append([])
            else:
                parts[-1].append(word)
        if len(joins) > 1:
            self.fail("and beside or: decide it in C and pass a field")
        return (" && " if "and" in joins else " || ").join(self.simple_condition(p) for p in parts)

    def simple_condition(self, words):
        if len(words) == 1:
            return f"HTML_TRUE({self.path_c(words[0])})"
        if len(words) == 2 and words[0] == "not":
            return f"!HTML_TRUE({self.path_c(words[1])})"
        if len(words) == 3 and words[1] in ("==", "!=", "<", ">", "<=", ">="):
            return f"({self.operand(words[0])} {words[1]} {self.operand(words[2])})"
        self.fail("a condition is: path, not path, path == CONSTANT, joined by and / or")

    # Directives

    def value(self, text):
        place, words = self.place, text.split()
        if not words:
            self.fail("{{ }} is empty")
        if place.state == "text":
            if place.inside("script"):
                self.fail("a value inside <script>: pass it in a data-* attribute")
            place.settle_space("text")
            place.before = "text"
            macro = "HTML_ATTR_VALUE" if place.inside("textarea", "title") else "HTML_VALUE"
        elif place.state == "value":
            macro = "HTML_ATTR_VALUE"
            place.last_space = False
        else:
            self.refuse_place("a value")
        if words[0] in ("url", "query") and len(words) == 2:
            self.address_value(words[0], self.path_c(words[1]))
            return
        if place.state == "value" and place.is_address():
            self.fail(f"{place.attr} takes {{{{ url path }}}}, or a literal beginning and {{{{ query path }}}}")
        if len(words) > 1:
            if words[0] not in FILTERS:
                self.fail(f"{words[0]} is no filter: {', '.join(sorted(FILTERS))}, url, query")
            self.statement(f"html_text(h, {self.filter_c(words[0], words[1:])});")
        else:
            self.statement(f"{macro}(h, {self.path_c(words[0])});")

    def address_value(self, kind, value):
        place = self.place
        if place.state != "value":
            self.fail(f"{kind} stands in an attribute")
        if kind == "query":
            if place.is_address():
                place.check_address(False)
                if place.address == "" or place.address.startswith("\1"):
                    self.fail("{{ query path }} follows the literal beginning of an address")
                place.address += "\2"
            self.statement(f"html_query(h, {value});")
            return
        if not place.is_address():
            self.fail(f"{{{{ url path }}}} stands in {', '.join(sorted(URL_ATTRS))}")
        if place.address:
            self.fail("{{ url path }} is the whole address: nothing stands before it")
        place.address = "\1"
        self.statement(f"html_url_value(h, {value});")

    def refuse_place(self, what):
        places = {"comment": "inside a comment", "open": "as the name of a tag", "name": "in the name of a tag",
                  "attribute": "in the name of an attribute", "between": "as an attribute", "slash": "inside a tag",
                  "equals": f"in an unquoted {self.place.attr}", "declaration": "inside <!"}
        self.fail(f"{what} {places[self.place.state]}: it stands in text or in a double-quoted attribute")

    def text_only(self, what):
        if self.place.state != "text" or self.place.inside("script", "textarea", "title"):
            self.fail(f"{what} stands between tags")
        self.place.settle_space("text")
        self.place.before = "text"

    def act(self, text):
        words = text.split()
        if not words:
            self.fail("{% %} is empty")
        self.place.before_directive()
        handler = getattr(self, "do_" + words[0], None)
        if handler is None:
            self.fail(f"{words[0]} is not known: if, elif, else, end, each, include, call, t, icon")
        handler(text.split(None, 1)[1] if len(words) > 1 else "")

    def open_block(self, kind):
        place = self.place
        if place.state not in ("text", "value", "between"):
            self.refuse_place(kind)
        if place.state == "between" and place.end_tag:
            self.fail(f"</{place.tag}> takes no attributes")
        if place.state == "text":
            if place.inside("script"):
                self.fail("a script stands in a file of its own: the element stays empty")
            place.settle_space("unknown")
        self.blocks.append(Block(kind, place.line, place, self.names))

    def end_branch(self):
        """Closes the branch that was open and goes back to how the place was before the block."""
        place, block = self.place, self.blocks[-1]
        if place.state == "attribute":
            place.end_name()
        if place.state == "text":
            place.settle_space("unknown")
        end = place.snapshot()
        if end[:3] != block.start[:3]:
            self.fail(f"the {block.kind} of line {block.line} begins and ends in different places of the HTML")
        block.ends.append(end)
        block.befores.append(place.before)
        block.all_attrs += place.attrs[len(block.attrs):]
        if [s[0] for s in block.stack] != [s[0] for s in place.stack]:
            self.fail(f"the tags opened since line {block.line} are not closed, or one too many is")
        place.attrs = list(block.attrs)
        self.names = dict(block.names)

    def next_branch(self, what):
        if not self.blocks or self.blocks[-1].has_else:
            self.fail(f"{what} without if")
        self.end_branch()
        place, block = self.place, self.blocks[-1]
        place.address, place.before = block.address, block.before
        if place.state == "between":
            place.last_space = True
        self.flush()

    def do_if(self, rest):
        self.open_block("if")
        self.statement(f"if ({self.condition(rest.split())}) {{")

    def do_elif(self, rest):
        if not self.blocks or self.blocks[-1].kind != "if":
            self.fail("elif without if")
        self.next_branch("elif")
        self.statement(f"}} else if ({self.condition(rest.split())}) {{")

    def do_else(self, rest):
        if rest:
            self.fail("else takes nothing: write elif")
        self.next_branch("else")
        block = self.blocks[-1]
        block.has_else = True
        if block.kind == "if":
            self.code.append("\t} else {")
        else:
            self.code.append(f"\t}}\n\tif (HTML_PTR({block.path})->len == 0) {{")

    def do_each(self, rest):
        found = re.match(r"(\w+)(?:\s*,\s*(\w+))?\s+in\s+(\S+)\Z", rest)
        if not found:
            self.fail("each is written: each x in path, or each x, i in path")
        item, index, text = found.groups()
        for name in (item, index):
            if name and (not NAME.match(name) or name in self.names or name in ("cx", "h", "p", "html")):
                self.fail(f"{name} is taken: choose another name for the loop")
        path = self.path_c(text)
        self.open_block("each")
        self.blocks[-1].path = path
        counter = index or f"{item}_index"
        self.statement(f"for (size_t {counter} = 0; {counter} < HTML_PTR({path})->len; {counter}++) {{")
        self.code.append(f"\t__auto_type {item} = &HTML_PTR({path})->ptr[{counter}];\n\t(void){item};")
        self.names[item] = f"*{item}"
        if index:
            self.names[index] = index

    def do_end(self, rest):
        if rest:
            self.fail("end takes nothing")
        if not self.blocks:
            self.fail("end without if or each")
        self.end_branch()
        place, block = self.place, self.blocks.pop()
        ends = block.ends + ([] if block.has_else and block.kind == "if" else [block.start])
        if any(e != ends[0] for e in ends):
            self.fail(f"the address is complete after one branch of line {block.line} and not after another")
        befores = set(block.befores + ([] if block.has_else and block.kind == "if" else [block.before]))
        place.before = befores.pop() if len(befores) == 1 else "unknown"
        place.last_space, place.attrs = False, block.all_attrs
        self.flush()
        self.code.append("\t}")

    def call(self, rest, what, prefix):
        found = re.match(r"(\w+)\s*\(\s*([\w.]*)\s*\)\Z", rest)
        if not found:
            self.fail(f"{what} is written: {what} name(path)")
        self.text_only(what)
        name, path = found.groups()
        args = f", HTML_PTR({self.path_c(path)})" if path else ""
        self.statement(f"{prefix}{name}(cx, h{args});")
        self.place.before = "unknown"

    def do_include(self, rest):
        self.call(rest, "include", "tpl_")

    def do_call(self, rest):
        self.call(rest, "call", "")

    def do_icon(self, rest):
        words = rest.split()
        if not words or not NAME.match(words[0]) or words[1:] not in ([], ["small"]):
            self.fail("icon takes the name of an icon, and small for the one in a line of text")
        self.text_only("icon")
        self.icons = True
        self.statement(f"part_icon(h, ICON_{words[0]}, {'true' if words[1:] else 'false'});")
        self.place.before = "tag"

    def message_arg(self, name, value):
        if value.startswith('"'):
            return f"ARG_Z(\"{name}\", {c_string(value[1:-1])})"
        found = re.match(r"(\w+)\(([^()]*)\)\Z", value)
        if not found:
            return f'ARG_ANY("{name}", {self.operand(value)})'
        function, operands = found.group(1), [o.strip() for o in found.group(2).split(",")]
        if function not in FILTERS:
            self.fail(f"{function} is no filter: {', '.join(sorted(FILTERS))}")
        if function == "t":
            return f'ARG_M("{name}", {self.path_c(operands[0])})'
        return f'ARG_S("{name}", {self.filter_c(function, operands)})'

    def do_t(self, rest):
        place = self.place
        if place.state == "value":
            if place.is_address():
                self.fail(f"a message in {place.attr}: an address is not translated")
            place.last_space = False
        elif place.state == "text":
            if place.inside("script"):
                self.fail("a script stands in a file of its own: the element stays empty")
            place.settle_space("text")
            place.before = "text"
        else:
            self.refuse_place("a message")
        found = re.match(r"([A-Za-z0-9_.]+)((?:\s+\w+=(?:\"[^\"]*\"|[^\s()]+\([^()]*\)|[^\s()]+))*)\s*\Z", rest)
        if not found:
            self.fail("t is written: t key name=path name=date(path) name=\"text\"")
        args = re.findall(r"(\w+)=(\"[^\"]*\"|[^\s()]+\([^()]*\)|[^\s()]+)", found.group(2))
        listed = "".join(", " + self.message_arg(n, v) for n, v in args)
        self.statement(f"html_tr(cx, h, M_{found.group(1).replace('.', '_')}{listed});")

    # Files

    def begin_template(self, found, line):
        self.end_template()
        self.name, self.struct, self.param = found.groups()
        self.place, self.code, self.blocks, self.names = Place(), [], [], {}
        self.place.line = line
        if self.param:
            if self.param in ("cx", "h"):
                self.fail(f"{self.param} is taken: name the parameter p")
            self.names[self.param] = "*" + self.param

    def signature(self):
        parameter = f", const struct {self.struct} *{self.param}" if self.param else ""
        return f"void tpl_{self.name}(struct cx *cx, struct html *h{parameter})"

    def end_template(self):
        if self.name is None:
            return
        if self.blocks:
            block = self.blocks[-1]
            raise TemplateError(block.line, f"{block.kind} without end")
        if self.place.state != "text":
            raise TemplateError(self.place.tag_line, "this tag, comment or quote is not closed")
        if self.place.stack:
            name, line = self.place.stack[-1]
            raise TemplateError(line, f"<{name}> is not closed")
        self.flush()
        self.templates.append((self.signature(), self.code))

    def note(self, text, line):
        if text.startswith("include"):
            found = re.match(r'include\s+("[\w./-]+")\Z', text)
            if not found:
                raise TemplateError(line, 'include is written: {# include "folder/file.h" #}')
            self.includes.append(found.group(1))
        elif text.startswith("template"):
            found = TEMPLATE.match(text)
            if not found:
                raise TemplateError(line, "template is written: {# template name(struct type *p) #}")
            self.begin_template(found, line)

    def literal(self, text, line):
        bad = re.search(r"\{\{|\{%|\{#|\}\}|%\}|#\}", text)
        if bad:
            raise TemplateError(line + text.count("\n", 0, bad.start()), f"{bad.group()} without its other half")
        if self.name is None:
            if text.strip():
                raise TemplateError(line, "nothing stands before {# template ... #}")
            return
        self.place.line = line
        self.place.feed(text)

    def compile(self, path):
        self.path, at = path, 0
        source = self.source.replace("\r\n", "\n")
        for found in DIRECTIVE.finditer(source):
            self.literal(source[at:found.start()], source.count("\n", 0, at) + 1)
            line = source.count("\n", 0, found.start()) + 1
            note, value, act = found.groups()
            at = found.end()
            if note is not None:
                self.note(note.strip(), line)
                continue
            if self.name is None:
                raise TemplateError(line, "nothing stands before {# template ... #}")
            self.place.line = line
            if value is not None:
                self.value(value.strip())
            else:
                self.act(act.strip())
        self.literal(source[at:], source.count("\n", 0, at) + 1)
        self.end_template()
        if self.name is None:
            raise TemplateError(1, "{# template name(struct type *p) #} is missing")

    def header_text(self):
        lines = ["/* Generated from a template. */", "#pragma once", '#include "base/cx.h"',
                 '#include "platform/format/html.h"'] + [f"#include {i}" for i in self.includes]
        return "\n".join(lines + [""] + [s + ";" for s, _ in self.templates] + [""])

    def code_text(self, header):
        lines = ["/* Generated from a template. */", f"#include {c_string(header)}", '#include "platform/i18n/i18n.h"']
        lines += ['#include "platform/assets/icons.h"', '#include "platform/web/widgets/parts.h"'] if self.icons else []
        for signature, code in self.templates:
            lines += ["", signature, "{"] + code + ["}"]
        return "\n".join(lines + [""])


def main(argv):
    if len(argv) != 4:
        print("usage: template_compile.py NAME.html NAME.tpl.c NAME.tpl.h", file=sys.stderr)
        return 2
    with open(argv[1], "rb") as f:
        source = f.read()
    try:
        try:
            compiler = Compiler(source.decode("utf-8"))
        except UnicodeDecodeError as e:
            raise TemplateError(source.count(b"\n", 0, e.start) + 1, "this is not UTF-8") from e
        compiler.compile(argv[1])
    except TemplateError as e:
        print(f"{argv[1]}:{e.line}: {e.text}", file=sys.stderr)
        return 1
    with open(argv[2], "w", encoding="utf-8") as f:
        f.write(compiler.code_text(os.path.basename(argv[3])))
    with open(argv[3], "w", encoding="utf-8") as f:
        f.write(compiler.header_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
