"""One account of a comparison: terminal, page, chart, report and JSON say the same, to the word."""

import io
import json
from io import StringIO

import matplotlib
import pytest
from rich.console import Console

import colsim
from colsim.answers.what_if import compare_under, what_ifs
from colsim.comparison.account import account_of
from colsim.report import document_of, make_report
from colsim.reporting.account import Account, Grid, Picture, Points, Section, Words
from colsim.reporting.screen import print_result
from tests.unit.test_report import Seen, missing, told

SHORT = {"run.weeks": 30, "run.burn_in": 10}
KEYS = (
    "lead", "asked", "notes", "headline", "headline", "answer", "harms", "besides", "against",
    "by_form", "how_long", "rests_on", "what_if", "costs", "reading",
)  # fmt: skip


@pytest.fixture(scope="module")
def result():
    names = ("desktop", "desktop+co_location", "desktop+joint_training")
    loaded = [colsim.load_scenario(name, overrides=SHORT) for name in names]
    asked = what_ifs(loaded, ends=10, delivered=0.5)
    return compare_under(loaded, asked, replications=4, worlds="ranges")


@pytest.fixture(scope="module")
def saved(result, tmp_path_factory):
    folder = tmp_path_factory.mktemp("account") / "out"
    result.save(folder)
    return folder


def plain(text):
    return " ".join(text.split())


def on_screen(result, folder):
    screen = Console(file=StringIO(), width=5000)
    print_result(result, screen)
    return screen.file.getvalue()


def in_json(result, folder):
    document = json.loads((folder / "comparison.json").read_text())
    texts, rows = told(Account.from_dict(document["account"]))
    return " ".join([*texts, *(cell for row in rows for cell in row)])


def in_html(result, folder):
    make_report(folder, out=folder.parent / "r.html", force=True)
    return " ".join(Seen((folder.parent / "r.html").read_text(encoding="utf-8")).text)


def in_word(result, folder):
    docx = pytest.importorskip("docx")
    make_report(folder, out=folder.parent / "w.html", docx=True, force=True)
    document = docx.Document(io.BytesIO((folder.parent / "w.docx").read_bytes()))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return " ".join([*(p.text for p in document.paragraphs), *cells])


def widgets(box):
    yield box
    for child in getattr(box, "children", None) or ():
        yield from () if isinstance(child, str) else widgets(child)


def on_page(result, folder):
    """Return what the page is given: its template says it without a change."""
    solara = pytest.importorskip("solara")
    from colsim.dashboard.pages import compare_page, state

    slots = tuple(colsim.load_scenario(name) for name in ("desktop", "desktop+co_location"))

    @solara.component
    def page():
        state.comparing.value = state.Comparing(slots, result=result, compared=slots)
        compare_page._Found()

    box, drawn = solara.render(page(), handle_error=False)
    given = [one.account for one in widgets(box) if hasattr(one, "account")]
    drawn.close()
    texts, rows = told(Account.from_dict(getattr(given[0], "data", given[0])))
    return " ".join([*texts, *(cell for row in rows for cell in row)])


RENDERINGS = [on_screen, in_json, in_html, in_word, on_page]


def test_the_sections_come_in_their_order(result):
    assert [one.key for one in result.account.sections] == list(KEYS)
    texts, rows = told(result.account)
    assert len(texts) > 30
    assert len(rows) == 2 * 2 + 2 * 3


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_each_rendering_says_every_sentence_and_every_figure(result, saved, rendering):
    shown = rendering(result, saved)
    assert missing(result.account, shown) == []
    # and a word that is another in one of them is seen
    sentence = next(one for one in told(result.account)[0] if "100" in one)
    assert sentence in plain(shown)
    altered = plain(shown).replace(sentence, sentence.replace("100", "1000"))
    assert set(missing(result.account, altered)) == {sentence}


def test_the_screen_says_nothing_else(result, saved):
    texts, rows = told(result.account)
    known = {*texts, *(f"- {text}" for text in texts)}
    titles = {one.title for one in result.account.sections}
    cells = {plain(" ".join(row)) for row in rows}
    heads = {plain(" ".join(p.head)) for s in result.account.sections for p in s.parts
             if isinstance(p, Grid)}  # fmt: skip
    for line in on_screen(result, saved).splitlines():
        assert line.rstrip() in known | titles | {""} or plain(line) in cells | heads, line


def test_the_report_words_nothing_of_its_own_before_the_appendix(result, saved):
    _, rows = told(result.account)
    texts = [text for one in result.account.sections for text in one.texts()]
    document = document_of(saved)
    for section in document.sections:
        if section.appendix or section.title == "What it may not be used for":
            continue
        assert set(section.texts()) <= set(texts), section.title
        for part in section.parts:
            if isinstance(part, Grid):
                assert set(part.rows) <= set(rows), section.title


def test_the_chart_says_what_it_says_in_the_same_words(result):
    figure = result.plot()
    shown = plain(" ".join(one.get_text() for one in figure.findobj(matplotlib.text.Text)))
    shown = shown.replace("\\$", "$")
    account = result.account
    for section in account.all_of("headline"):
        for text in (section.title, *section.texts()):
            assert plain(text) in shown
    for text in [*account.texts("notes"), *account.texts("rests_on")[2:]]:
        assert plain(text) in shown
    # Harms are one line a policy, however many there are.
    assert len(account.texts("harms")) == len(result.names) - 1
    assert all(plain(one) in shown for one in account.texts("harms"))
    assert ": Harm: " not in shown
    for row in (row for part in account.parts("headline") if isinstance(part, Grid)
                for row in part.rows):  # fmt: skip
        assert f" {row[2]} better in {row[4]}" in shown


def test_what_must_be_said_first_comes_first(result, monkeypatch):
    monkeypatch.setattr(type(result), "said_first", property(lambda _: ["The ranking flips."]))
    account = account_of(result)
    assert account.sections[0] == Section(
        "", (Words("The ranking flips.", strong=True),), key="first"
    )
    assert on_screen(result, None).splitlines()[0] == "The ranking flips."
    assert result.to_dict()["said_first"] == ["The ranking flips."]


def test_an_account_is_the_same_after_json():
    account = Account(
        (
            Section("A", (Words("w", weak=True), Points(("p", "q"))), key="a"),
            Section("", (Grid(("h", "i"), (("r", "1"), ("s", "2")), "c"),)),
            Section("B", (Words("x", strong=True), Picture("chart", "says")), key="a"),
        )
    )
    written = json.loads(json.dumps(Account((account.sections[0], account.sections[1])).to_dict()))
    assert Account.from_dict(written).sections == account.sections[:2]
    assert account.texts("a") == ["w", "p", "q", "x"]
    assert account.parts("b") == ()
    with pytest.raises(KeyError):
        Account.from_dict([{"title": "no parts"}])
