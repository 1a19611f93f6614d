"""The report's page in a real browser: nothing is fetched, nothing hostile runs, the charts are drawn."""

from __future__ import annotations

import pandas as pd
import pytest

from imsrecon.reports.charts import category_chart, scenario_chart
from imsrecon.reports.page import write_page

pytestmark = pytest.mark.browser
HOSTILE = '<img src="http://outside.invalid/x.png" onerror="document.title=\'owned\'">'


@pytest.fixture
def page_file(tmp_path):
    sides = {"Books documents": [3], "Books tax": [10.0], "Portal documents": [3], "Portal tax": [12.0]}
    summary = pd.DataFrame({"Category": ["Exact"], **sides})
    table4 = pd.DataFrame({"line": ["4A5"], "igst": [1.0], "cgst": [0.0], "sgst": [0.0], "cess": [0.0]})
    rows = pd.DataFrame({"Supplier": [HOSTILE], "Tax": [-123456.0], "Date": [pd.Timestamp("2026-06-05")]})
    path = tmp_path / "report.html"
    write_page(
        path,
        title=HOSTILE,
        facts=[("Client", HOSTILE)],
        sections={"Summary": (HOSTILE, rows, 10), "Table 4": ("", rows, 10)},
        charts={"Summary": category_chart(summary), "Table 4": scenario_chart({"as decided": table4})},
    )
    return path


def test_the_page_is_whole_quiet_and_harmless(page_file, page, heard):
    page.goto(page_file.as_uri())
    page.wait_for_selector(".js-plotly-plot .barlayer .point")
    assert page.locator(".js-plotly-plot").count() == 2
    assert page.locator("td.number").first.inner_text() == "-1,23,456.00"
    assert page.locator("td.short").first.inner_text() == "05-Jun-2026"
    assert page.locator("section img").count() == 0
    assert page.title() == HOSTILE
    assert heard.requests == [page_file.as_uri()]
    assert heard.errors == []


def test_the_page_fits_its_width(page_file, page):
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
