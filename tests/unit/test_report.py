"""A result as a document: what it says is what the result holds, and it needs nothing else."""

import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

import colsim
from colsim.answers.sweep_table import sweep_table
from colsim.cli import app
from colsim.core.measures import MEASURES
from colsim.dashboard.jobs import curves
from colsim.errors import UserError
from colsim.report import document_of, make_report
from colsim.report.courses import curves_in
from colsim.report.documents import _shared_out
from colsim.reporting.account import Account, Grid, Points, Words
from colsim.reporting.words import exact, pounds, signed
from tests.calibrated import Made
from tests.sweeps import write

docx = pytest.importorskip("docx")

SHORT = {"run.weeks": 30, "run.burn_in": 10}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small comparison, one of its policies with a title that plays tricks."""
    place = tmp_path_factory.mktemp("report")
    tricky = place / "tricky.toml"
    tricky.write_text(
        'title = "<script>alert(1)</script> & more"\n[levers.joint_training]\nstrength = 2\n'
    )
    desktop = colsim.load_scenario("desktop", overrides=SHORT)
    result = colsim.compare(desktop, ["co_location", str(tricky)], replications=4)
    result.save(place / "out")
    return place / "out"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    place = tmp_path_factory.mktemp("chosen") / "out"
    colsim.choose(
        "desktop", budget=100_000, pick=1, policies=["co_location", "lead_worker"], years=1,
        replications=8, screening=4,
    ).save(place)  # fmt: skip
    return place


class Seen(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def told(account):
    """Return every sentence and every row of a table, as a reader goes over them.

    Items that begin alike are read under what they begin with.
    """
    parts = [part for section in account.sections for part in section.parts]
    texts = []
    for part in parts:
        if isinstance(part, Words):
            texts.append(part.text)
        elif isinstance(part, Points):
            for head, items in part.under_heads():
                texts += [f"{head}:", *items] if head else items
    return texts, [row for part in parts if isinstance(part, Grid) for row in part.rows]


def missing(account, shown):
    """Return what a rendering does not say, word for word."""
    texts, rows = told(account)
    shown = " ".join(shown.split())
    said = [*texts, *(cell for row in rows for cell in row)]
    return [one for one in said if " ".join(one.split()) not in shown]


def page_of(folder, tmp_path):
    make_report(folder, out=tmp_path / "r.html")
    return (tmp_path / "r.html").read_text(encoding="utf-8")


def test_every_figure_is_that_of_the_result(folder, tmp_path):
    text = " ".join("".join(Seen(page_of(folder, tmp_path)).text).split())
    document = json.loads((folder / "comparison.json").read_text())
    for one in document["differences"]:
        if one["measure"] in ("joint_plan_rate", "information_flow"):
            about = colsim.core.measures.MEASURES[one["measure"]]
            assert signed(one["difference"], about) in text
            assert f"{signed(one['low'], about)} to {signed(one['high'], about)}" in text
    for one in document["scenarios"][1:]:
        assert pounds(one["cost"]["a_year"]) in text
    for one in document["what_else_changes"]:
        assert one["text"] in text
    for one in document["how_long"]:
        assert one["text"] in text
    for note in json.loads((folder / "manifest.json").read_text())["notes"]:
        assert note in text


def test_it_needs_nothing_else_and_runs_nothing(folder, tmp_path):
    page = page_of(folder, tmp_path)
    seen = Seen(page)
    assert "script" not in {tag for tag, _ in seen.tags}
    assert "<script>alert(1)</script> & more" in "".join(seen.text)
    links = [v for _, attrs in seen.tags for k, v in attrs.items() if k in ("src", "href")]
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert "url(" not in page
    assert len([tag for tag, _ in seen.tags if tag == "svg"]) in (2, 4)


def test_it_can_be_read_by_ear(folder, tmp_path):
    seen = Seen(page_of(folder, tmp_path))
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(attrs.get("alt") for tag, attrs in seen.tags if tag == "img")
    assert all(attrs.get("aria-label") for tag, attrs in seen.tags if tag == "svg")
    heads = [attrs for tag, attrs in seen.tags if tag == "th"]
    assert all(attrs.get("scope") in ("col", "row") for attrs in heads)
    assert ("html", {"lang": "en"}) in seen.tags
    assert "main" in {tag for tag, _ in seen.tags}


def test_the_order_is_that_of_a_board(folder):
    told = document_of(folder)
    titles = [one.title for one in told.sections if not one.appendix]
    assert titles == [
        "The answer", "What changes", "What it costs", "Harms",
        "How long it takes", "Against each other", "What this rests on",
        "What it may not be used for",
    ]  # fmt: skip
    assert told.title.startswith("What would change: AMH teams sit in the children's office")
    assert next(one.title for one in told.sections if one.appendix) == "Scope and purpose"


def test_what_first_pages_have_no_room_for_stands_behind(folder):
    """Four pages at most before the appendix: harms in short, of many policies no long lists."""
    told = (Points(("A: Harm: x.", "A: Better: z.", "B: nothing.")),)
    assert _shared_out("harms", told) == (told, ())
    assert _shared_out("besides", told) == ((), told)
    for key in ("against", "how_long"):
        few, many = (Points(tuple("abcdef")),), (Points(tuple("abcdefg")),)
        assert _shared_out(key, few) == (few, ())
        assert _shared_out(key, many) == ((), many)
    told = document_of(folder)
    account = Account.from_dict(json.loads((folder / "comparison.json").read_text())["account"])
    behind = [text for one in told.sections if one.appendix for text in one.texts()]
    assert set(account.texts("answer")) <= set(behind)


def test_the_word_file_says_the_same(folder, tmp_path):
    written = make_report(folder, out=tmp_path / "r.html", docx=True)
    assert [path.name for path in written] == ["r.html", "r.docx"]
    document = docx.Document(io.BytesIO((tmp_path / "r.docx").read_bytes()))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    told = document_of(folder)
    assert [t for t in headings if t != "Appendix"] == [one.title for one in told.sections]
    grids = [part for one in told.sections for part in one.parts if isinstance(part, Grid)]
    assert len(document.tables) == len(grids)
    for table, grid in zip(document.tables, grids, strict=True):
        for row, cells in ((table.rows[0], grid.head), (table.rows[-1], grid.rows[-1])):
            assert [cell.text.replace("\u00a0", " ") for cell in row.cells] == list(cells)
    assert len(document.inline_shapes) == 1
    assert document.inline_shapes[0]._inline.docPr.get("descr").startswith("Course over the weeks")


def test_a_choice_is_told_with_its_answer_first(chosen):
    told = document_of(chosen)
    assert told.title == "Which policies, at most 1 together, within £100,000 a year?"
    answer, best, *_ = told.sections
    choice = json.loads((chosen / "choice.json").read_text())
    assert [part.text for part in answer.parts] == choice["answer"]
    rests = next(one for one in told.sections if one.title == "What this rests on")
    assert any(getattr(p, "items", ()) == tuple(choice["rests_on_lines"]) for p in rests.parts)
    grid = best.parts[0]
    assert [row[0] for row in grid.rows] == [
        f"{one['rank']}. {one['title']} ({one['policies']})" for one in choice["ranked"]
    ]
    assert [row[-1] for row in grid.rows] == [exact(o["first_year"]) for o in choice["ranked"]]


@pytest.mark.parametrize("goal, way", [("joint_plan_rate", 1), ("contacts_in_vain", -1)])
def test_gains_of_a_choice_are_the_means_that_its_answer_names(chosen, tmp_path, goal, way):
    """A gain in what should be low is a fall; the ranking is by means, and so is the table."""
    shutil.copytree(chosen, tmp_path / "c")
    choice = json.loads((chosen / "choice.json").read_text())
    choice["goal"] = goal
    gains = {"mean": 0.07, "median": 0.5, "low": 0.02, "high": 0.11}
    choice["ranked"] = [one | gains for one in choice["ranked"]]
    (tmp_path / "c" / "choice.json").write_text(json.dumps(choice))
    grid = document_of(tmp_path / "c").sections[1].parts[0]
    about = MEASURES[goal]
    assert grid.head[1] == f"{about.title}: mean"
    lower, upper = ("low", "high") if way > 0 else ("high", "low")
    ends = [signed(way * gains[end], about) for end in (lower, upper)]
    for row in grid.rows:
        assert row[1].split(" ")[0] == signed(way * gains["mean"], about)
        assert [end.removesuffix(" points") for end in row[2].split(" to ")] == ends


def test_first_pages_of_a_choice_are_about_the_sets_that_it_names(chosen, tmp_path):
    """Of nine sets, harms and costs in full would be twenty pages."""
    choice = json.loads((chosen / "choice.json").read_text())
    named = {choice[key] for key in ("by_mean", "by_worst_form", "by_regret")}
    assert len(named) < len(choice["ranked"])
    titles = {one["title"] for one in choice["ranked"] if one["policies"] in named}
    others = {one["title"] for one in choice["ranked"] if one["policies"] not in named}
    told = document_of(chosen)
    account = Account.from_dict(json.loads((chosen / "comparison.json").read_text())["account"])
    for key in ("besides", "costs"):
        lines = account.texts(key)
        first = [t for one in told.sections if not one.appendix for t in one.texts()]
        behind = [t for one in told.sections if one.appendix for t in one.texts()]
        assert not any(line.startswith(f"{title}: ") for title in others for line in first)
        assert set(lines) <= {*first, *behind}
    rows = {
        appendix: {
            row[0] for one in told.sections[2:] if one.appendix == appendix
            for part in one.parts if isinstance(part, Grid) and "Level" in part.head
            for row in part.rows
        }
        for appendix in (False, True)
    }  # fmt: skip
    assert rows == {False: titles, True: others}


def test_items_of_one_policy_stand_under_its_name(folder, tmp_path):
    """A name of eighty letters before each of ten harms is not read."""
    text = page_of(folder, tmp_path)
    costs = Account.from_dict(json.loads((folder / "comparison.json").read_text())["account"])
    (policy, *_) = json.loads((folder / "comparison.json").read_text())["scenarios"][1:]
    lines = [one for one in costs.texts("besides") if one.startswith(f"{policy['title']}: ")]
    if len(lines) > 1:
        assert f"<li>{policy['title']}:<ul><li>".replace("'", "&#x27;") in text
    grouped = Points(("A + B: x: 1.", "A + B: y.", "C: z.", "none")).under_heads()
    assert list(grouped) == [("A + B", ["x: 1.", "y."]), ("", ["C: z."]), ("", ["none"])]


def test_the_answer_begins_with_who_leads_and_its_worst_harm(folder):
    account = Account.from_dict(json.loads((folder / "comparison.json").read_text())["account"])
    answer = document_of(folder).sections[0]
    assert answer.title == "The answer"
    short = account.texts("lead")
    assert len(short) >= 3
    assert list(answer.texts())[: len(short)] == short


def test_it_lies_beside_its_folder_and_replaces_nothing_unasked(folder):
    runner = CliRunner()
    assert runner.invoke(app, ["report", str(folder)]).exit_code == 0
    page = folder.parent / "out_report.html"
    before = page.read_bytes()
    with pytest.raises(UserError, match="found a file that is already there"):
        make_report(folder)
    page.write_text("mine")
    make_report(folder, force=True)
    assert page.read_bytes() == before  # the same result, the same document
    shown = runner.invoke(app, ["report", str(folder), "--force", "--json"])
    assert json.loads(shown.stdout)["files"] == [str(page)]


def torn(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "x")
    text = (tmp_path / "x" / "comparison.json").read_text()
    (tmp_path / "x" / "comparison.json").write_text(text[: len(text) // 2])


def lacking(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "x")
    (tmp_path / "x" / "comparison.json").unlink()


def older(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "x")
    path = tmp_path / "x" / "comparison.json"
    document = json.loads(path.read_text())
    del document["account"]
    path.write_text(json.dumps(document))


def foreign(folder, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "manifest.json").write_text('{"name": "somebody else"}')


def other(folder, tmp_path):
    colsim.run(colsim.load_scenario("desktop", overrides=SHORT)).save(tmp_path / "x")


@pytest.mark.parametrize(
    "spoil, said",
    [
        (lambda folder, tmp_path: (tmp_path / "x").mkdir(), "found no result of colsim"),
        (lambda folder, tmp_path: None, "found no folder"),
        (torn, "found a file that cannot be read"),
        (lacking, "found no comparison.json"),
        (older, "that another version of colsim wrote, or a torn one"),
        (foreign, "found a manifest.json that is not one of colsim's or is torn"),
        (other, "found a run"),
    ],
)
def test_what_is_no_whole_result_is_refused_and_nothing_written(folder, tmp_path, spoil, said):
    spoil(folder, tmp_path)
    with pytest.raises(UserError, match=re.escape(said)) as error:
        make_report(tmp_path / "x", out=tmp_path / "r.html", docx=True)
    assert "allowed: " in str(error.value)
    assert not list(Path(tmp_path).glob("r.*"))


def test_a_report_is_a_page(folder, tmp_path):
    with pytest.raises(UserError, match=r"found .*r.pdf; allowed: a file whose name ends in .html"):
        make_report(folder, out=tmp_path / "r.pdf")


def test_without_a_chart_the_rest_is_told(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "x")
    for path in (tmp_path / "x").glob("chart.*"):
        path.unlink()
    seen = Seen(page_of(tmp_path / "x", tmp_path))
    assert "img" not in {tag for tag, _ in seen.tags}


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    place = tmp_path_factory.mktemp("swept")
    colsim.sweep(write(place), out=place / "out", workers=1)
    return place / "out"


def test_a_sweep_has_a_report_with_every_point(swept, tmp_path):
    found = sweep_table(swept)
    page = page_of(swept, tmp_path)
    text = " ".join("".join(Seen(page).text).split())
    for row in found.rows.to_dict("records"):
        assert str(row["label"]) in text
        assert signed(row["difference"], found.paired.measure) in text
        assert pounds(row["cost_a_year"]) in text or not row["cost_a_year"]
    assert missing(found.account, text) == []
    assert "data:image/png;base64," in page
    assert make_report(swept, out=tmp_path / "w.html", docx=True)[1].stat().st_size > 10_000


def test_points_that_could_not_be_built_are_told(swept, tmp_path, monkeypatch):
    found = replace(sweep_table(swept), unbuilt=(("a point", "two levers exclude each other"),))
    monkeypatch.setattr("colsim.answers.sweep_table.sweep_table", lambda _: found)
    assert "a point could not be built: two levers exclude each other" in page_of(swept, tmp_path)


def test_a_calibration_has_a_report(tmp_path, monkeypatch):
    made = Made(misfit=True)
    made.plot = Figure
    made.manifest["kind"] = "calibration"
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "calibration.json").write_text(json.dumps(made.manifest))
    monkeypatch.setattr("colsim.calibration.results.posterior.open_calibration", lambda _: made)
    text = " ".join("".join(Seen(page_of(tmp_path / "c", tmp_path)).text).split())
    assert missing(made.account, text) == []
    assert "Confidence was lower than assumed." in text
    assert "T01 Part of all social work" in text
    assert "4 of 4" in text
    assert "Starts with the person" not in text, "it was not compared"
    assert "0.35 to 0.5" in text
    assert "<b>" not in text.replace("Eight <b>people</b>", ""), "titles are escaped"


def test_a_calibration_that_is_not_finished_is_refused(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "calibration.json").write_text('{"kind": "calibration"}')
    with pytest.raises(UserError, match="not finished"):
        make_report(tmp_path / "c")
    assert list(tmp_path.iterdir()) == [tmp_path / "c"]


def test_changes_by_form_are_told_where_worlds_suffice(folder, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    document = json.loads((whole / "comparison.json").read_text())
    first = document["by_form"][0]["margins"][0]
    row = f"{first['form']}: {first['value']}"
    assert row not in page_of(folder, tmp_path)
    for one in document["by_form"]:
        for margin in one["margins"]:
            margin.update(difference=0.012, low=-0.021, high=0.034, worlds=7)
    (whole / "comparison.json").write_text(json.dumps(document))
    make_report(whole, out=tmp_path / "f.html")
    text = " ".join("".join(Seen((tmp_path / "f.html").read_text()).text).split())
    assert row in text
    assert "+1.2 points" in text
    assert "-2.1 points to +3.4 points" in text


def test_no_line_ends_between_a_number_and_its_unit(folder, chosen, tmp_path):
    """In the page, its courses and the Word file, whatever part of them it stands in."""
    apart = re.compile(r"\d (?:%|points?\b|weeks?\b|years?\b|percentage\b)")
    for k, one in enumerate((folder, chosen)):
        out = tmp_path / f"{k}.html"
        make_report(one, out=out, docx=True)
        page = "\n".join(Seen(out.read_text("utf-8")).text)
        document = docx.Document(out.with_suffix(".docx"))
        cells = [cell.text for table in document.tables for cell in table._cells]
        for text in (page, "\n".join([*(p.text for p in document.paragraphs), *cells])):
            assert apart.findall(text) == []
            assert text.count("\u00a0%") > 3


def test_where_money_ends_is_marked_in_the_report_and_in_the_dashboard(tmp_path):
    """Of two policies, the one that ends in week 20, and not the one that stays."""
    ends = tmp_path / "ends.toml"
    ends.write_text('title = "Ends"\n[levers.co_location]\nstrength = 2.0\nend = 20\n', "utf-8")
    desktop = colsim.load_scenario("desktop", overrides=SHORT)
    result = colsim.compare(desktop, [str(ends), "shadowing"], replications=4)
    result.save(tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "comparison.json").read_text())["scenarios"]
    assert [one["money_ends"] for one in kept] == [None, 20, None]
    for of in (*curves(result), *curves_in(tmp_path / "out")):
        assert [one.ends for one in of.curves] == [20, None]
    page = page_of(tmp_path / "out", tmp_path)
    assert page.count("Ends: money ends in week 20") == page.count(">money ends<") == 2
