"""What the model is for and not for is said in one place, and complete."""

from pathlib import Path

from colsim import intended_use

ROOT = Path(__file__).parents[2]


def test_every_use_says_why():
    assert len(intended_use.MAY) >= 4
    assert len(intended_use.MAY_NOT) >= 5
    for what, why in (*intended_use.MAY, *intended_use.MAY_NOT):
        assert what[0].isupper()
        assert len(why.split()) >= 6, what


def test_the_page_holds_all_of_it():
    page = (ROOT / "docs" / "intended_use.md").read_text(encoding="utf-8")
    assert page == intended_use.as_markdown()
    for text in (intended_use.PURPOSE, intended_use.RESTS_ON, *intended_use.CONDITIONS):
        assert text in page
    for what, why in (*intended_use.MAY, *intended_use.MAY_NOT):
        assert f"- **{what}:** {why}." in page


def test_the_readme_refuses_the_same():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    refused = readme[readme.index("## What it is not for") :]
    refused = refused[: refused.index("\n## ")] if "\n## " in refused else refused
    for word in ("forecasting one authority", "judging workers", "deciding a case"):
        assert word in refused
        assert any(word.split()[0] in what.lower() for what, _ in intended_use.MAY_NOT)
    assert "docs/intended_use.md" in refused
