"""A report in a browser: on a desk, on a phone, on paper."""

import re

import colsim
from colsim.report import make_report


def test_a_report_fits_screens_and_four_sheets(browser, tmp_path, picture):
    desktop = colsim.load_scenario("desktop", overrides={"run.weeks": 60})
    result = colsim.compare(desktop, ["co_location", "boundary_spanners"], replications=4)
    result.save(tmp_path / "out")
    (page_file,) = make_report(tmp_path / "out")
    page = browser.new_page()
    for width in (1400, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(page_file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"report-{width}", full=True)
    page.evaluate("document.querySelector('.appendix').remove()")
    paper = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", paper)) <= 4
