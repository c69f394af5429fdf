"""What the template compiler takes and what it refuses, with the line it names."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "tools"))
import template_compile  # noqa: E402

HEAD = "{# template t(struct thing *p) #}"


def compiled(body, head=HEAD):
    compiler = template_compile.Compiler(head + body)
    compiler.compile("t.html")
    return "\n".join(compiler.templates[0][1])


def html_of(body):
    """The literal text that leaves, statements shown as their line of C."""
    return [line.strip() for line in compiled(body).split("\n") if not line.startswith("#line")]


class Accepted(unittest.TestCase):
    def check(self, body, *wanted):
        self.assertEqual(html_of(body), list(wanted))

    def test_text(self):
        self.check("<p>{{ name }}</p>", 'html_lit(h, "<p>");', "HTML_VALUE(h, p->name);", 'html_lit(h, "</p>");')

    def test_attribute(self):
        self.check('<p title="{{ a.b }}"></p>', 'html_lit(h, "<p title=\\"");',
                   "HTML_ATTR_VALUE(h, HTML_PTR(p->a)->b);", 'html_lit(h, "\\"></p>");')

    def test_url(self):
        self.check('<a href="{{ url home }}">x</a>', 'html_lit(h, "<a href=\\"");', "html_url_value(h, p->home);",
                   'html_lit(h, "\\">x</a>");')

    def test_query(self):
        self.check('<a href="/p?q={{ query q }}&amp;n={{ query n }}#x">x</a>', 'html_lit(h, "<a href=\\"/p?q=");',
                   "html_query(h, p->q);", 'html_lit(h, "&amp;n=");', "html_query(h, p->n);",
                   'html_lit(h, "#x\\">x</a>");')

    def test_if_around_attribute(self):
        self.check('<input{% if on %} checked{% end %} name="a">', 'html_lit(h, "<input");',
                   "if (HTML_TRUE(p->on)) {", 'html_lit(h, " checked");', "}", 'html_lit(h, " name=\\"a\\">");')

    def test_if_else_in_value(self):
        self.check('<i class="a{% if on %} b{% else %} c{% end %}"></i>', 'html_lit(h, "<i class=\\"a");',
                   "if (HTML_TRUE(p->on)) {", 'html_lit(h, " b");', "} else {", 'html_lit(h, " c");', "}",
                   'html_lit(h, "\\"></i>");')

    def test_conditions(self):
        code = compiled("{% if not a and b.c == STATE_DONE %}x{% elif n > 3 %}y{% end %}")
        self.assertIn("if (!HTML_TRUE(p->a) && (HTML_PTR(p->b)->c == STATE_DONE)) {", code)
        self.assertIn("} else if ((p->n > 3)) {", code)

    def test_each(self):
        code = compiled("<ul>{% each x, i in rows %}<li>{{ x.name }}{{ i }}{% call w(x) %}</li>{% end %}</ul>")
        self.assertIn("for (size_t i = 0; i < HTML_PTR(p->rows)->len; i++) {", code)
        self.assertIn("__auto_type x = &HTML_PTR(p->rows)->ptr[i];", code)
        self.assertIn("HTML_VALUE(h, HTML_PTR((*x))->name);", code)
        self.assertIn("HTML_VALUE(h, i);", code)
        self.assertIn("w(cx, h, HTML_PTR((*x)));", code)

    def test_each_else(self):
        self.assertIn("if (HTML_PTR(p->rows)->len == 0) {", compiled("{% each x in rows %}a{% else %}b{% end %}"))

    def test_calls(self):
        code = compiled("{% include other(p) %}{% call widget(form) %}{% call plain() %}{% icon tick %}{% icon bell small %}")
        for wanted in ("tpl_other(cx, h, HTML_PTR((*p)));", "widget(cx, h, HTML_PTR(p->form));", "plain(cx, h);",
                       "part_icon(h, ICON_tick, false);", "part_icon(h, ICON_bell, true);"):
            self.assertIn(wanted, code)

    def test_message(self):
        code = compiled('{% t a.b n=count who="me" when=date(day) what=t(word) %}')
        self.assertIn('html_tr(cx, h, M_a_b, ARG_ANY("n", p->count), ARG_Z("who", "me"), '
                      'ARG_S("when", date_text(cx, p->day)), ARG_M("what", p->word));', code)

    def test_filters(self):
        code = compiled('<p title="{{ ago at }}">{{ number n }} {{ money cents currency }}</p>')
        self.assertIn("html_text(h, ago_text(cx, p->at));", code)
        self.assertIn("html_text(h, number_text(cx, p->n));", code)
        self.assertIn("html_text(h, money_text(cx, p->cents, p->currency));", code)

    def test_white_space(self):
        self.check("\n<div>\n  <b>a</b>\n  <i>b</i>  c\n</div>\n",
                   'html_lit(h, "<div><b>a</b> <i>b</i> c</div>");')
        self.check("<pre>\n a\n  b</pre>", 'html_lit(h, "<pre>\\n\\n a\\n  b</pre>");')
        self.check("<p>a\u00a0b</p>", 'html_lit(h, "<p>a\u00a0b</p>");')

    def test_comment_goes(self):
        self.check("<p>a<!-- b --></p>{# c #}", 'html_lit(h, "<p>a</p>");')

    def test_svg(self):
        self.check('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
                   'html_lit(h, "<svg viewBox=\\"0 0 1 1\\"><path d=\\"M0 0\\"/></svg>");')

    def test_script_by_address(self):
        self.check('<script src="/a.js" defer></script>', 'html_lit(h, "<script src=\\"/a.js\\" defer></script>");')

    def test_textarea_keeps_first_line(self):
        self.check("<textarea>{{ a }}</textarea>", 'html_lit(h, "<textarea>\\n");', "HTML_ATTR_VALUE(h, p->a);",
                   'html_lit(h, "</textarea>");')

    def test_branches_may_give_whole_addresses(self):
        compiled('<a href="{% if a %}/x{% else %}/y{% end %}?q={{ query q }}">x</a>')

    def test_line_of_template(self):
        self.assertIn('#line 3 "t.html"', compiled("\n<p>\n{{ a }}</p>"))

    def test_two_templates_and_no_parameter(self):
        compiler = template_compile.Compiler("{# include \"a/b.h\" #}\n{# template one() #}a{# template two() #}b")
        compiler.compile("t.html")
        self.assertEqual([s for s, _ in compiler.templates], ["void tpl_one(struct cx *cx, struct html *h)",
                                                              "void tpl_two(struct cx *cx, struct html *h)"])
        self.assertIn('#include "a/b.h"', compiler.header_text())


REFUSED = {
    # values where they could open a hole
    "script": ("<script src=\"/a.js\">{{ a }}</script>", "inside <script>"),
    "inline script": ("<script>alert(1)</script>", "stays empty"),
    "script if": ("<script>{% if a %}{% end %}</script>", "stays empty"),
    "style element": ("<style>p{}</style>", "style sheet"),
    "style attribute": ('<p style="color:{{ a }}"></p>', "style sheet"),
    "literal style": ('<p style="color:red"></p>', "style sheet"),
    "onclick": ('<p onclick="f()"></p>', "no code in attributes"),
    "ONLOAD": ('<p ONLOAD="{{ a }}"></p>', "no code in attributes"),
    "comment": ("<!-- {{ a }} -->", "inside a comment"),
    "comment if": ("<!-- {% if a %} -->{% end %}", "inside a comment"),
    "unquoted": ("<p title={{ a }}></p>", "unquoted"),
    "unquoted literal": ("<p title=a></p>", "double quotes"),
    "single quotes": ("<p title='{{ a }}'></p>", "double quotes"),
    "tag name": ("<{{ a }}>", "as the name of a tag"),
    "part of tag name": ("<h{{ a }}></h1>", "in the name of a tag"),
    "attribute": ("<p {{ a }}></p>", "as an attribute"),
    "attribute name": ('<p data-{{ a }}="x"></p>', "in the name of an attribute"),
    "message as attribute": ("<p {% t a %}></p>", "as an attribute"),
    "srcdoc": ('<iframe srcdoc="{{ a }}"></iframe>', "whole page"),
    "srcset": ('<img srcset="{{ a }}">', "list of addresses"),
    "refresh": ('<meta http-equiv="refresh" content="0">', "by the server"),
    "base": ('<base href="/x">', "every address"),
    "object": ('<object data="/x"></object>', "content policy"),
    # addresses
    "plain href": ('<a href="{{ a }}">x</a>', "{{ url path }}"),
    "plain action": ('<form action="{{ a }}"></form>', "{{ url path }}"),
    "plain formaction": ('<button formaction="/x/{{ a }}">x</button>', "{{ url path }}"),
    "text before url": ('<a href="/x{{ url a }}">x</a>', "nothing stands before"),
    "text after url": ('<a href="{{ url a }}/x">x</a>', "nothing follows"),
    "query first": ('<a href="{{ query a }}">x</a>', "follows the literal beginning"),
    "query in scheme": ('<a href="https://{{ query a }}">x</a>', "begins with /"),
    "javascript literal": ('<a href="javascript:f()">x</a>', "begins with /"),
    "other host": ('<img src="//evil.example/x" alt="">', "begins with /"),
    "relative": ('<a href="page">x</a>', "begins with /"),
    "url in text": ("<p>{{ url a }}</p>", "in an attribute"),
    "url in title": ('<p title="{{ url a }}"></p>', "stands in"),
    "message in href": ('<a href="{% t a %}">x</a>', "not translated"),
    "half an address": ('<a href="{% if a %}/x{% end %}">x</a>', "after one branch"),
    # balance
    "unclosed": ("<p>", "<p> is not closed"),
    "crossed": ("<b><i></b></i>", "closes <i>"),
    "extra end": ("</p>", "closes nothing"),
    "void end": ("<br></br>", "closes nothing"),
    "self closing": ("<div/>", "ignore the slash"),
    "open quote": ('<p title="a></p>', "< in an attribute"),
    "open tag": ("<p", "not closed"),
    "if opens a tag": ("{% if a %}<p>{% end %}</p>", "not closed, or one too many|different places"),
    "else differs": ("{% if a %}<b>{% else %}</b>{% end %}", "different places|not closed"),
    "if over a quote": ('<p {% if a %}title="{% end %}"></p>', "different places"),
    "if over a tag": ("<p{% if a %}>{% end %}</p>", "different places"),
    "no space after if": ('<p {% if a %}hidden{% end %}title="x"></p>', "space is missing"),
    "p in p": ("<p><p></p></p>", "inside <p>"),
    "div in p": ("<p><div></div></p>", "inside <p>"),
    "link in link": ('<a href="/x"><a href="/y"></a></a>', "inside <a>"),
    "twice": ('<p id="a" id="b"></p>', "stands twice"),
    "bare less-than": ("<p>1 < 2</p>", "&lt;"),
    "tag in title": ("<title><b></b></title>", "text only"),
    # directives
    "unknown directive": ("{% raw a %}", "is not known"),
    "unknown filter": ("{{ raw a }}", "no filter"),
    "no end": ("{% if a %}", "without end"),
    "end alone": ("{% end %}", "end without"),
    "else twice": ("{% if a %}{% else %}{% else %}{% end %}", "without if"),
    "elif in each": ("{% each x in y %}{% elif a %}{% end %}", "elif without if"),
    "code in path": ("{{ system(1) }}", "no path"),
    "arrow": ("{{ a->b }}", "no path"),
    "and with or": ("{% if a and b or c %}{% end %}", "decide it in C"),
    "loop name taken": ("{% each p in rows %}{% end %}", "is taken"),
    "widget in attribute": ('<p title="{% call w(a) %}"></p>', "between tags"),
    "icon in title": ("<title>{% icon x %}</title>", "between tags"),
    "open braces": ("{{ a", "other half"),
    "empty": ("{{ }}", "is empty"),
}


class Refused(unittest.TestCase):
    def test_all(self):
        for name, (body, wanted) in REFUSED.items():
            with self.subTest(name):
                with self.assertRaises(template_compile.TemplateError) as caught:
                    compiled("\n" + body)
                self.assertRegex(caught.exception.text, "|".join(
                    part.replace("(", r"\(").replace("{", r"\{").replace("}", r"\}") for part in wanted.split("|")))
                self.assertEqual(caught.exception.line, 2)

    def test_loop_variable_ends(self):
        code = compiled("{% each x in rows %}{{ x.a }}{% end %}{{ x.a }}")
        self.assertIn("HTML_VALUE(h, HTML_PTR(p->x)->a);", code)

    def test_no_template(self):
        with self.assertRaises(template_compile.TemplateError):
            compiled("<p></p>", head="")


if __name__ == "__main__":
    unittest.main()
