"""The grid's JavaScript in a real Chromium, its model a stand-in: clicks and keys, and the messages they send."""

from __future__ import annotations

import pytest

LETTERS = {"a": "A", "r": "R", "p": "P", "n": "N"}


REFUSING = """() => {
  const send = model.send.bind(model), said = "Not possible (B-17).";
  const refuse = seq => ({ type: "acted", seq, answered: [0], said, kind: "error", rows: [model.row(0)] });
  model.delay = 300;
  model.send = message => message.type === "act" ? model.later(refuse(message.seq)) : send(message);
}"""


ASKING = """() => {
  const send = model.send.bind(model), answer = { type: "acted", answered: [], rows: [], kind: "info" };
  model.send = message => {
    if (message.type !== "undo") return send(message);
    sent.push(message);
    model.later({ ...answer, ...(message.step ? { said: "Taken back: 187 decisions." } : { said: "", ask: "Take back 187 decisions?", step: "b-7" }) });
  };
}"""  # noqa: E501


def sent(page, kind):
    return [message for message in page.evaluate("sent") if message["type"] == kind]


def steps(page):
    return [(step["rows"], step["action"]) for message in sent(page, "act") for step in message["steps"]]


def focus(page):
    page.locator(".imsgrid .table").focus()


def pressed(page, at):
    return page.locator(f".line[data-at='{at}'] .act[aria-pressed=true]").all_inner_texts()


@pytest.mark.parametrize("key", LETTERS)
def test_a_key_acts_on_the_row_and_moves_down(grid_page, key):
    focus(grid_page)
    grid_page.keyboard.press(key)
    grid_page.keyboard.press(key.upper())
    assert steps(grid_page)[:1] == [([0], LETTERS[key])]
    grid_page.wait_for_function("sent.filter(m => m.type == 'act').flatMap(m => m.steps).length == 2")
    assert steps(grid_page) == [([0], LETTERS[key]), ([1], LETTERS[key])]
    assert pressed(grid_page, 0) == [LETTERS[key]]


def test_a_click_on_a_letter_acts(grid_page):
    grid_page.locator(".line[data-at='2'] .act.R").click()
    assert steps(grid_page) == [([2], "R")]


@pytest.mark.parametrize(("at", "letter", "why"), [(8, "R", "B-17"), (9, "A", "C-25")])
def test_what_is_not_allowed_is_greyed_and_says_why(grid_page, at, letter, why):
    grid_page.locator(f".line[data-at='{at}'] .name").click()
    greyed = grid_page.locator(f".line[data-at='{at}'] .act.{letter}")
    assert greyed.get_attribute("aria-disabled") == "true"
    assert why in greyed.get_attribute("title")
    grid_page.keyboard.press(letter.lower())
    assert steps(grid_page) == []
    assert why in grid_page.locator(".said").inner_text()


def test_an_action_is_painted_at_once_and_marked_until_it_is_on_the_disk(grid_page):
    grid_page.evaluate("model.delay = 400")
    focus(grid_page)
    grid_page.keyboard.press("a")
    assert pressed(grid_page, 0) == ["A"]
    assert grid_page.locator(".line[data-at='0'] .upload").inner_text() == "saving …"
    grid_page.wait_for_function("document.querySelector(\".line[data-at='0'] .upload\").textContent == 'To upload'")


def test_150_keys_without_pause_all_land_while_the_answers_are_slow(grid_page):
    grid_page.evaluate("model.delay = 150")
    focus(grid_page)
    keys = ["a", "r", "p"] * 50
    for key in keys:
        grid_page.keyboard.press(key)
    grid_page.wait_for_function(
        "!document.querySelector('.imsgrid').textContent.includes('saving') && model.actions.size >= 130"
    )
    grid_page.wait_for_timeout(400)
    landed = {row: action for rows, action in steps(grid_page) for row in rows}
    wanted = {at: LETTERS[key] for at, key in enumerate(keys)}
    open_to = {8: "AP", 9: ""}
    assert landed == {at: action for at, action in wanted.items() if action in open_to.get(at % 10, "ARP")}
    assert len(sent(grid_page, "act")) < len(landed)


def test_no_key_reaches_the_page_around(grid_page):
    grid_page.evaluate("window.leaked = []; document.addEventListener('keydown', event => leaked.push(event.key))")
    focus(grid_page)
    for key in (
        "a",
        "r",
        "p",
        "n",
        "b",
        "d",
        "x",
        "z",
        "j",
        "ArrowDown",
        " ",
        "Enter",
        "Escape",
        "/",
        "q",
        "Enter",
        "?",
    ):
        grid_page.keyboard.press(key)
    assert grid_page.evaluate("leaked") == []
    focus(grid_page)
    grid_page.keyboard.press("Control+s")
    assert "s" in grid_page.evaluate("leaked")


def test_end_and_home_go_to_the_last_and_first_row(grid_page):
    focus(grid_page)
    grid_page.keyboard.press("End")
    grid_page.locator(".line[data-at='99999'] .act").first.wait_for()
    assert "current" in grid_page.locator(".line[data-at='99999']").get_attribute("class")
    grid_page.keyboard.press("Home")
    grid_page.locator(".line.current[data-at='0'] .act").first.wait_for()


def test_space_picks_and_a_key_then_acts_on_all_picked_also_after_a_sort(grid_page):
    focus(grid_page)
    grid_page.keyboard.press(" ")
    grid_page.keyboard.press(" ")
    assert "2 picked · tax ₹200.01" in grid_page.locator(".picked").inner_text()
    grid_page.locator(".head [data-sort=tax]").click()
    grid_page.wait_for_timeout(100)
    grid_page.keyboard.press("p")
    assert steps(grid_page) == [([0, 1], "P")]


def test_one_request_for_rows_is_in_flight(grid_page):
    grid_page.evaluate("sent.length = 0; model.delay = 100")
    for top in range(0, 400_000, 20_000):
        grid_page.evaluate(f"document.querySelector('.imsgrid .body').scrollTop = {top}")
        grid_page.wait_for_timeout(10)
    grid_page.wait_for_timeout(300)
    assert grid_page.evaluate("model.mostAsked") == 1
    assert len(sent(grid_page, "rows")) > 1
    assert grid_page.locator(".line .act").count() >= 40


def test_rows_of_before_a_sort_are_dropped(grid_page):
    grid_page.evaluate("document.querySelector('.imsgrid .body').scrollTop = 500000")
    grid_page.locator(".head [data-sort=supplier]").click()
    grid_page.locator(".line[data-at='0'] .act").first.wait_for()
    assert sent(grid_page, "view") == [{"type": "view", "text": "", "sort": "supplier", "ascending": True, "gen": 1}]
    assert grid_page.locator(".head [data-sort=supplier]").get_attribute("aria-sort") == "ascending"


def test_enter_waits_for_its_row_and_what_was_typed_goes_along(grid_page):
    focus(grid_page)
    grid_page.keyboard.press("End")
    grid_page.keyboard.press("Enter")
    grid_page.get_by_label("Remark").wait_for()
    grid_page.locator(".search").fill("kaveri")
    grid_page.locator(".chip").first.click()
    assert sent(grid_page, "view")[-1]["text"] == "kaveri"


def test_search_asks_after_a_pause_and_shows_the_number_of_rows(grid_page):
    focus(grid_page)
    grid_page.keyboard.press("/")
    grid_page.keyboard.type("kaveri|tapti")
    grid_page.wait_for_function("document.querySelector('.count').textContent == '3 rows'")
    grid_page.wait_for_function("sent.at(-1).text == 'kaveri|tapti' || sent.at(-2).text == 'kaveri|tapti'")
    assert len(sent(grid_page, "view")) < len("kaveri|tapti")
    grid_page.keyboard.press("Enter")
    grid_page.keyboard.press("r")
    grid_page.wait_for_function("sent.some(one => one.type === 'act')")  # the key waits for its row
    assert steps(grid_page) == [([0], "R")]


@pytest.mark.parametrize("scope", ["filter", "supplier"])
def test_many_rows_are_asked_for_first(grid_page, scope):
    grid_page.locator(".scope").select_option(scope)
    grid_page.locator(".tools .do.A").click()
    grid_page.locator(".question", has_text="42 records").wait_for()
    assert [message["sure"] for message in sent(grid_page, "bulk")] == [False]
    grid_page.keyboard.press("Enter")
    grid_page.locator(".said", has_text="Done.").wait_for()
    last = sent(grid_page, "bulk")[-1]
    assert (last["scope"], last["action"], last["sure"], last["row"]) == (scope, "A", True, 0)


def test_escape_answers_no(grid_page):
    grid_page.locator(".scope").select_option("filter")
    grid_page.locator(".tools .do.R").click()
    grid_page.locator(".question button").first.wait_for()
    grid_page.keyboard.press("Escape")
    assert grid_page.locator(".question").is_hidden()
    assert len(sent(grid_page, "bulk")) == 1


def test_undo_comes_after_the_keys_before_it(grid_page):
    grid_page.evaluate("model.delay = 100")
    focus(grid_page)
    for key in ("a", "a", "z"):
        grid_page.keyboard.press(key)
    grid_page.locator(".said", has_text="Taken back.").wait_for()
    kinds = [message["type"] for message in grid_page.evaluate("sent") if message["type"] in ("act", "undo")]
    assert kinds == ["act", "act", "undo"]


def test_undo_of_many_decisions_asks_first(grid_page):
    grid_page.evaluate(ASKING)
    focus(grid_page)
    grid_page.keyboard.press("z")
    grid_page.locator(".question", has_text="Take back 187 decisions").wait_for()
    grid_page.keyboard.press("Escape")
    assert [message["step"] for message in sent(grid_page, "undo")] == [""]
    grid_page.keyboard.press("z")
    grid_page.locator(".question button").first.wait_for()
    grid_page.keyboard.press("a")
    grid_page.keyboard.press("Enter")
    grid_page.locator(".said", has_text="Taken back: 187").wait_for()
    assert [message["step"] for message in sent(grid_page, "undo")] == ["", "", "b-7"]
    assert sent(grid_page, "act") == []


def test_m_writes_a_remark_and_escape_comes_back(grid_page):
    focus(grid_page)
    grid_page.keyboard.press("m")
    grid_page.locator(".remark:focus").wait_for()
    grid_page.keyboard.type("apart z")
    grid_page.keyboard.press("Escape")
    assert grid_page.locator(".imsgrid .table:focus").count() == 1
    assert grid_page.locator(".remark").input_value() == "apart z"
    assert sent(grid_page, "act") == sent(grid_page, "undo") == []


def test_the_remark_offers_the_reasons_and_one_that_is_chosen_goes_along(grid_page):
    grid_page.locator(".line[data-at='2'] .name").click()
    grid_page.keyboard.press("m")
    remark = grid_page.get_by_label("Remark")
    remark.wait_for()
    reasons = grid_page.get_by_label("Reason", exact=True)
    assert reasons.locator("option").all_text_contents()[1:] == [
        "In transit: Goods in transit (Pending)", "Not ours: Not ours <b> (Reject)",
    ]  # fmt: skip
    reasons.select_option("Goods in transit")
    assert remark.input_value() == "Goods in transit"
    grid_page.get_by_role("button", name="Pending with this remark").click()
    (step,) = sent(grid_page, "act")[-1]["steps"]
    assert (step["action"], step["rows"], step["remarks"]) == ("P", [2], "Goods in transit")


def test_the_row_and_what_is_known_of_it_are_in_sight_together(grid_page):
    grid_page.locator(".line[data-at='7'] .name").click()
    grid_page.keyboard.press("Enter")
    grid_page.get_by_role("button", name="Accept with this remark").wait_for()
    tall = grid_page.viewport_size["height"]
    for piece in (".line[data-at='7']", ".detail h4", ".detail .remark", ".detail .do.A"):
        box = grid_page.locator(piece).bounding_box()
        assert 0 <= box["y"] <= tall - box["height"], piece
    grid_page.keyboard.press("Escape")
    assert grid_page.locator(".detail").is_hidden()
    assert grid_page.evaluate("document.querySelector('.imsgrid .body').clientHeight") == 460


def test_a_row_says_what_was_declared_and_names_the_kind_of_document(grid_page):
    grid_page.evaluate(
        """() => { const row = {...model.row(0), action: 'A', reduction: 'none', remarks: 'Reversed before', v: 9};
        row.fields = {...row.fields, kind: ['CN', 'CN', 'same']}; model.hear({type: 'fresh', rows: [row]}); }"""
    )
    stand = grid_page.locator(".line[data-at='0'] .decide .sub")
    assert stand.inner_text() == "unreduced · remark"
    assert stand.get_attribute("title") == "Accept, unreduced, Reversed before"
    tag = grid_page.locator(".line[data-at='0'] .tag")
    assert (tag.inner_text(), tag.get_attribute("title")) == ("CN", "Credit note")


def test_every_part_is_reached_by_tab_and_a_heading_sorts_by_enter(grid_page):
    reached = set()
    for _ in range(40):
        grid_page.keyboard.press("Tab")
        reached.add(grid_page.evaluate("document.activeElement.className"))
    assert {"chip", "search", "match", "scope", "do A", "undo", "help", "table", "sort"} <= reached
    grid_page.locator(".head [data-sort=tax] .sort").focus()
    assert grid_page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for ascending in (True, False):
        grid_page.keyboard.press("Enter")
        assert sent(grid_page, "view")[-1]["ascending"] is ascending
    assert grid_page.locator(".head [data-sort=tax]").get_attribute("aria-sort") == "descending"


def test_the_panel_sends_remark_and_reduction_with_the_action(grid_page):
    focus(grid_page)
    grid_page.keyboard.press("Enter")
    grid_page.get_by_label("Remark").fill("Goods short")
    grid_page.get_by_label("ITC to reduce", exact=True).select_option("partial")
    grid_page.get_by_label("IGST to reduce").fill("12.50")
    grid_page.get_by_role("button", name="Accept with this remark").click()
    step = {"rows": [0], "action": "A", "remarks": "Goods short", "reduction": "partial", "declared": {"igst": 12.5}}
    assert sent(grid_page, "act")[0]["steps"] == [step]


def test_names_are_text_never_markup(grid_page):
    grid_page.evaluate(
        """() => { const row = model.row(0); row.name = '<img src=x onerror="window.hacked=1">'; row.v = 9;
        model.hear({type: 'fresh', rows: [row]}); }"""
    )
    grid_page.wait_for_timeout(100)
    assert "<img src=x" in grid_page.locator(".line[data-at='0'] .name").inner_text()
    assert grid_page.evaluate("window.hacked") is None


def test_a_refusal_sets_the_row_right_and_says_why(grid_page):
    grid_page.evaluate(REFUSING)
    focus(grid_page)
    grid_page.keyboard.press("a")
    assert pressed(grid_page, 0) == ["A"]
    grid_page.locator(".said", has_text="B-17").wait_for()
    assert pressed(grid_page, 0) == []


def test_the_grid_tells_a_screen_reader_what_it_is(grid_page):
    table = grid_page.locator(".imsgrid .table")
    assert table.get_attribute("role") == "grid"
    assert table.get_attribute("aria-rowcount") == "100001"
    focus(grid_page)
    grid_page.keyboard.press("ArrowDown")
    current = grid_page.locator(f"[id='{table.get_attribute('aria-activedescendant')}']")
    assert current.get_attribute("aria-rowindex") == "3"
    assert current.locator("[role=gridcell]").count() == 11


def test_a_grid_that_never_hears_of_python_says_what_to_do(grid_page):
    grid_page.clock.install()
    grid_page.evaluate("FakeModel.prototype.send = () => {}; clean(); document.getElementById('el').replaceChildren()")
    grid_page.evaluate("startGrid('http://grid.test/grid.js')")
    pad = grid_page.locator(".imsgrid .pad")
    pad.wait_for()
    grid_page.clock.fast_forward(7000)
    assert pad.get_attribute("data-empty") == ""
    grid_page.clock.fast_forward(2000)
    assert "run this cell again" in pad.get_attribute("data-empty")


def test_it_cleans_up_after_itself(grid_page):
    grid_page.evaluate("stop.abort(); clean()")
    assert grid_page.evaluate("Object.values(model.heard).flat().length") == 0
