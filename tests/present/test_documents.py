"""Tables and notes as Markdown, LaTeX and HTML: nothing in them breaks the document, and pdfLaTeX compiles them."""

import ast
import html as standard
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.present.documents import html, markdown
from ftpstats.present.latex import escaped, latex
from ftpstats.present.summaries import summary_table
from ftpstats.present.tables import Table, shown_label
from tests.analysis.rows import rows, table
from tests.programs import require

ROOT = Path(__file__).parents[2]
AWKWARD = 'a|b_c&d\\e|f "g", [h]'


def two_columns(*cells):
    return Table("", ("label", "n"), frozenset({1}), tuple((cell, "1") for cell in cells), frozenset())


def grouped(*numbers, names="AB"):
    """A table of one section, with these numbers."""
    lines = tuple((f"  {name}", number) for name, number in zip(names, numbers, strict=True))
    return Table("title", ("label", "n"), frozenset({1}), (("100 KB", ""), *lines), frozenset({0}))


def summary_of(*parts):
    return summary_table([summarise(sample) for sample in samples(table(*parts))], 0.95, "s")


def in_latex(tables, notes=()):
    return latex(tables, notes, has_notes=True)


FORMS = {"markdown": markdown, "latex": lambda tables, notes: latex(tables, notes, has_notes=True)}

MARKDOWN = [
    (AWKWARD, r'a\|b\_c\&d\\e\|f "g", \[h]'),
    ("\\|", r"\\\|"),  # the backslash first, or the bar would end the cell
    ("*x*", r"\*x\*"),
    ("`x`", r"\`x\`"),
    ("<b>", r"\<b>"),
    ("&lt;~~x~~", r"\&lt;\~\~x\~\~"),
    ("  indented", "indented"),
]


@pytest.mark.parametrize(("cell", "written"), MARKDOWN)
def test_markdown_escapes(cell, written):
    head, rule, line = markdown([two_columns(cell)], []).splitlines()
    assert re.fullmatch(r"\| label +\| +n \|", head)
    assert re.fullmatch(r"\|:-+\|-+:\|", rule)
    assert re.fullmatch(rf"\| {re.escape(written)} +\| +1 \|", line)


def test_a_table_without_rows_is_its_heading():
    empty = Table("", ("label", "n"), frozenset({1}), (), frozenset())
    shown = [line.split("|")[1].strip(" :-") for line in markdown([empty], []).splitlines()]
    assert shown == ["label", ""]
    assert r"label & n \\" in in_latex([empty])


def test_a_heading_of_rows_is_bold():
    assert re.search(r"^\| \*\*100 KB\*\* +\| +\|$", markdown([grouped("1", "2")], []), re.MULTILINE)
    assert '<th colspan="2" style="text-align: left">100 KB</th>' in html([grouped("1", "2")], [])
    assert r"\multicolumn{2}{@{}l@{}}{\textbf{100 KB}} \\" in in_latex([grouped("1", "2")])


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", 'a "quoted" & <b>label</b>', "it's"])
def test_html_escapes_every_text(text):
    written = html([Table(text, (text, "n"), frozenset({1}), ((text, "1"),), frozenset())], [text])
    assert standard.unescape(written).count(text) == 4
    assert "<script>" not in written


@pytest.mark.parametrize("form", FORMS)
def test_documents_have_every_column_and_no_plot(form):
    text = FORMS[form]([summary_of(rows("A", [1.0, 1.1, 1.2]))], [])
    assert all(heading in text for heading in ("Shapiro", "median", "q3", "max", "MiB/s"))
    assert "◆" not in text
    mark = "|" if form == "markdown" else " & "
    cells = [line for line in text.splitlines() if re.match(r"\| (A|label)|\\quad A|label", line)]
    assert [line.count(mark) for line in cells] == [cells[0].count(mark)] * 2


@pytest.mark.parametrize("control", ["\n", "\r", "\x1b[1m"])
def test_a_control_character_breaks_no_table(control):
    found, plain = (summary_of(rows(label, [1.0, 1.1])) for label in (f"A{control}B", "AB"))
    for form in FORMS.values():
        written = form([found], [])
        assert control not in written.replace("\n", "") or control == "\n"
        assert len(written.splitlines()) == len(form([plain], []).splitlines())


def test_notes_stand_below_the_table():
    notes = ["one run of A_1", "50% are 1 ms"]
    assert markdown([two_columns("x")], notes).endswith(" 1 |\n\n- one run of A\\_1\n- 50% are 1 ms\n")
    small = "\\begingroup\\footnotesize\\raggedright\none run of A\\_1\\par\n50\\% are 1 ms\\par\n\\endgroup\n"
    assert in_latex([two_columns("x")], notes).endswith(f"\\par\\smallskip\n{small}")


# --- LaTeX ------------------------------------------------------------------------------------------------------------

LATEX = [
    ("a_b&c%d$e#f{g}", r"a\_b\&c\%d\$e\#f\{g\}"),
    ("\\~^", r"\textbackslash{}\textasciitilde{}\textasciicircum{}"),
    ("1 ± 2 µs – < >|", r"1 $\pm$ 2 $\mu$s -- $<$ $>$\textbar{}"),
    ("−0.5 %", r"$-$0.5 \%"),
    ("[bold]x[/]", "{[}bold]x{[}/]"),  # behind \\, a bracket would be its argument
    ("*x", "{*}x"),
    ("--same", "-{}-same"),  # no dash
    ("Größe Šß", r"Gr\"{o}\ss{}e \v{S}\ss{}"),
    ("日", r"\textbackslash{}u65e5"),
]


@pytest.mark.parametrize(("cell", "written"), LATEX)
def test_latex_escapes(cell, written):
    lines = in_latex([two_columns(cell)]).splitlines()
    assert lines[0] == r"% \usepackage{booktabs}"
    assert r"\begin{tabular}{@{}lr@{}}" in lines
    assert lines[lines.index(r"\midrule") + 1] == rf"{written} & 1 \\"
    assert lines[-1] == r"\end{tabular}\endgroup"


ALIGNED = [
    (("1.5", "12"), (r"1.5", r"12\phantom{.}\phantom{0}")),
    (("−1.25 %", "+3.0 %"), (r"$-$1.25 \%", r"+3.0\phantom{0} \%")),
    (("31.73 ms", "1.146 s"), ("31.73 ms", "1.146 s")),  # of differing units
    (("< 0.0001", "0.02"), (r"$<$ 0.0001", r"0.02\phantom{0}\phantom{0}")),
    (("0.5", "–"), ("0.5", "--")),
    (("7", "10"), ("7", "10")),
]


@pytest.mark.parametrize(("numbers", "written"), ALIGNED)
def test_decimals_of_a_section_are_aligned(numbers, written):
    text = in_latex([grouped(*numbers)])
    assert [rf"\quad {name} & {number} \\" for name, number in zip("AB", written, strict=True)] == text.splitlines()[
        -4:-2
    ]


def test_a_page_that_is_too_narrow_leaves_columns_out_and_says_so():
    found = summary_of(rows("A" * 40, [1.0, 1.1, 1.3]))
    text = in_latex([found])
    assert re.search(r"^% left out, for the page is too narrow: .*Shapiro p", text, re.MULTILINE)
    assert "Shapiro--Wilk p (a small one shows non-normality): 0.64.\\par" in text
    assert "\\par" not in latex([found], ["a note"], has_notes=False)


def test_every_character_of_ours_is_in_the_fonts():
    """What answers are made of needs no escape; the plots and bars of a terminal are in no document."""
    packages = (ROOT / "ftpstats" / name for name in ("present", "analysis"))
    files = [
        path
        for each in packages
        for path in each.glob("*.py")
        if path.stem not in {"textplot", "texthistogram", "textbars", "latex", "terminal"}
    ]
    texts = [text for path in files for text in texts_in(ast.parse(path.read_text()))]
    ours = {character for text in texts for character in text if not character.isascii()}
    assert {"±", "−", "²"} <= ours
    assert {character for character in ours if "backslash" in escaped(character)} == set()


def texts_in(tree):
    """What a module may print: its strings but those that document it."""
    nodes = list(ast.walk(tree))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    constants = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in documentation)
    return [node.value for node in constants if isinstance(node.value, str)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """What pdfLaTeX says of answers that stand in the `table*` of a two-column page."""
    program = require("pdflatex")

    def compiled(*texts):
        folder = tmp_path_factory.mktemp("latex")
        body = "".join(f"\\begin{{table*}}\\centering\n{text}\\end{{table*}}\\clearpage\n" for text in texts)
        begin = "\\documentclass[twocolumn]{article}\\usepackage{booktabs}\\begin{document}\n"
        (folder / "page.tex").write_text(f"{begin}{body}\\end{{document}}\n")
        command = [program, "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout[-2000:]
        return (folder / "page.log").read_text(errors="replace")

    return compiled


SPECIAL = [
    "".join(map(chr, range(32, 127))),
    "Größe ñ Š",
    "Ω 日本",
    "\x1b[1m\n",
    "fi--ff---''``",
    "\\end{tabular}",
    "%",
]


def test_hostile_labels_compile(compiled):
    labels = [shown_label(label) for label in SPECIAL]
    shown = [two_columns(*labels), grouped(*["1"] * len(labels), names=labels)]
    log = compiled(*(in_latex([one], labels) for one in shown))
    assert "Missing character" not in log


def test_a_page_that_overflows_is_noticed(compiled):
    assert "Overfull \\hbox" in compiled(in_latex([two_columns("x" * 200)]))
    wide = replace(two_columns("a word " * 60), columns=("label", "n"))
    assert "Overfull" not in compiled(in_latex([replace(wide, rows=(("label", wide.rows[0][0]),))]))


CASES = "--from tests/data/cases/dead-run.log"
RECORDED = "--from sample_logs/inetutils/FTP.log"
ANSWERS = [
    f"summary {RECORDED}",
    f"summary {RECORDED} --details --all-tests",
    f"compare xen vmware {RECORDED}",
    f"compare baseline xen vmware {RECORDED}",
    f"compare baseline xen vmware {RECORDED} --all-pairs --unit MB/s",
    f"compare xen vmware {RECORDED} --size 10MB --details --all-tests",
    f"summary {CASES} --from tests/data/cases/size-missing.log",
    f"compare a b {CASES}",
    f"compare a b {CASES} --method thesis",
    f"plan xen vmware {RECORDED}",
]


def test_answers_fit_a_page_of_two_columns(compiled, monkeypatch, capfd):
    from ftpstats.cli import main

    monkeypatch.chdir(ROOT)
    texts = []
    for command in ANSWERS:
        with pytest.raises(SystemExit):
            main([*command.split(), "--format", "latex"], "ftpstats")
        texts.append(capfd.readouterr().out)
    log = compiled(*texts)
    assert "Overfull" not in log
    assert "Missing character" not in log
    assert f"({len(texts)} pages" in log.replace("\n", "")
