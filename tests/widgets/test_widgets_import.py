"""The import screen without a kernel: what is seen of a file, columns corrected, ledgers marked, months, undo."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screen_hands import press

from imsrecon import Workspace
from imsrecon.intake import propose_mapping
from imsrecon.resources import shipped
from imsrecon.widgets.import_columns import by_itself, column_rows, options, with_choice
from imsrecon.widgets.imports import ImportScreen

PERIOD, TODAY, GSTIN = "2026-06", date(2026, 7, 16), "27ZZZCS2026T1Z6"
NOW = datetime(2026, 7, 16, tzinfo=UTC)
SUPPLIER = "27ZZZCK1101B1ZP"
TALLY = "purchase_register_2026-04_to_2026-06.xlsx"
TALLY_COLUMNS = propose_mapping(shipped("sample_data") / TALLY).query("sheet == 'Purchase Register'")
ODD = ["Party Tax Id", "Their Bill", "Bill Day", "Net", "State A", "State B", "Inter", "All in", "Konto"]


def odd_books(path, month=6, count=40):
    rows = [ODD]
    for number in range(1, count + 1):
        net, inter = 1000 + 10 * number, number % 2
        tax = round(net * 0.18, 2)
        heads = [0, 0, tax] if inter else [tax / 2, tax / 2, 0]
        day = f"{number % 28 + 1:02d}-{month:02d}-2026"
        konto = "Staff welfare" if number % 5 == 0 else "Purchases"
        rows.append([SUPPLIER, f"KX/{month}/{number:03d}", day, net, *heads, net + tax, konto])
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def screen(tmp_path):
    workspace = Workspace.create(tmp_path / "new", GSTIN, "Synthetic New")
    moved = []
    screen = ImportScreen(workspace, PERIOD, TODAY, moved.append)
    screen.moved = moved
    return screen


@pytest.fixture
def sampled(screen):
    """The same, with the sample client's files in the folder."""
    folder = screen.workspace.folder
    for path in shipped("sample_data").glob("*.[jx]*"):
        shutil.copy(path, folder)
    (folder / "reports").mkdir()
    (folder / "reports" / "workbook.xlsx").write_bytes(b"ours")
    press(screen, "Read the folder again")
    return screen


def look(screen, *paths):
    press(screen, "Read the folder again")
    screen.choice.value = tuple(str(path) for path in paths)
    press(screen, "Look into them")


def choose(screen, label, field):
    screen.file_look.columns.receive({"type": "choose", "row": label, "value": field})


def test_a_table_with_unknown_labels_is_guessed_and_says_so(screen):
    look(screen, odd_books(screen.workspace.folder / "june.csv"))
    assert "its columns are guessed" in screen.shown.value
    assert "(not sure)" in screen.shown.value
    assert screen.file_look.view.value == "Columns"
    told = {row["name"]: row["choice"] for row in screen.file_look.columns.rows}
    assert (told["Party Tax Id"], told["Net"], told["All in"]) == ("supplier_gstin", "taxable_value", "doc_value")
    assert "Taxable value and taxes give the total, within ₹1, in 40 of 40" in screen.file_look.checks.value
    assert not (screen.workspace.folder / "mappings.json").exists()


def test_a_wrong_column_shows_at_once_and_the_right_one_is_remembered(screen):
    folder = screen.workspace.folder
    look(screen, odd_books(folder / "june.csv"))
    choose(screen, "inter", "cess")
    assert "Taxable value and taxes give the total, within ₹1, in 40 of 40" in screen.file_look.checks.value
    choose(screen, "net", "round_off")
    assert "⚠ Look: No column is the taxable value" in screen.file_look.checks.value
    choose(screen, "net", "taxable_value")
    choose(screen, "state a", "ignored")
    assert "⚠ Look: CGST equals SGST in 20 of 40" in screen.file_look.checks.value
    choose(screen, "state a", "cgst")
    choose(screen, "inter", "igst")
    choose(screen, "konto", "ledger")
    assert screen.workspace.sources.empty
    press(screen, "Import these files")

    look(screen, odd_books(folder / "july.csv", month=7, count=30))
    assert "guessed" not in screen.shown.value
    assert screen.file_look.view.value == "What it is"
    assert "as remembered from &#x27;june.csv&#x27;" in screen.file_look.text.value
    documents = screen.state.good[0].intake.documents
    assert len(documents) == 30
    assert set(documents["ledger"]) == {"Staff welfare", "Purchases"}


def test_a_layout_that_changed_is_named_and_opened_first(screen):
    folder = screen.workspace.folder
    head, row = "GSTIN,Bill No,Bill Date,Netto,IGST,Total", f"{SUPPLIER},A-1,05-06-2026,100,18,118"
    june, july, other = folder / "june.csv", folder / "july.csv", folder / "other.csv"
    june.write_text(f"{head}\n{row}", encoding="utf-8")
    look(screen, june)
    screen.file_look.view.value = "Columns"
    choose(screen, "netto", "taxable_value")
    press(screen, "Import these files")
    july.write_text(f"{head.replace('Netto', 'Nettobetrag')}\n{row}", encoding="utf-8")
    odd = f"GSTIN,Invoice No,Invoice Date,Taxable Value,CGST,SGST\n{SUPPLIER},B-1,05-06-2026,100,9,9"
    other.write_text(odd, encoding="utf-8")
    look(screen, other, july)
    assert "july.csv: look at" in screen.shown.value
    assert screen.file_look.one.path == july
    assert "no column &#x27;netto&#x27;" in screen.file_look.text.value
    assert screen.state.seen[0].intake.sources["confidence"].tolist() == ["high"]


def test_two_columns_cannot_both_be_the_invoice_number(screen):
    look(screen, odd_books(screen.workspace.folder / "june.csv"))
    choose(screen, "konto", "doc_no")
    told = {row["id"]: row["choice"] for row in screen.file_look.columns.rows}
    assert (told["konto"], told["their bill"]) == ("doc_no", "ignored")


def test_what_the_browser_may_not_choose_is_passed_over(screen):
    look(screen, odd_books(screen.workspace.folder / "june.csv"))
    before = screen.file_look.columns.rows
    for message in (
        None, "choose", {"type": "choose"}, {"type": "choose", "row": "no such", "value": "doc_no"},
        {"type": "choose", "row": "net", "value": "__class__"}, {"type": "choose", "row": ["net"], "value": "doc_no"},
        {"type": "run", "row": "net", "value": "doc_no"},
    ):  # fmt: skip
        screen.file_look.columns.receive(message)
    assert screen.file_look.columns.rows == before


def test_leaving_out_a_known_column_and_going_back_to_the_labels(screen):
    folder = screen.workspace.folder
    path = folder / "known.csv"
    rows = [f"{SUPPLIER},A-{n},05-06-2026,100,18,118,x{n}" for n in range(5)]
    path.write_text("\n".join(["GSTIN,Bill No,Bill Date,Taxable Value,IGST,Total,Our Ref", *rows]), encoding="utf-8")
    look(screen, path)
    screen.file_look.view.value = "Columns"
    choose(screen, "bill no", "ignored")
    assert screen.state.good[0].intake.documents.empty or "⚠ Look: An invoice number" in screen.file_look.checks.value
    press(screen, "Read it by its labels alone")
    assert screen.state.good[0].intake.documents["doc_no"].tolist() == [f"A-{n}" for n in range(5)]
    press(screen, "Import these files")
    assert len(screen.workspace.month(PERIOD).register) == 5


def test_tallys_ledgers_are_shown_as_they_are_read_and_can_be_left_out():
    path = shipped("sample_data") / TALLY
    columns = propose_mapping(path)
    read = by_itself(columns)
    assert (read["value"], read["purchase 18 percent"], read["gross total"]) == (
        "ignored",
        "taxable_value",
        "doc_value",
    )
    chosen = with_choice(columns, {}, "purchase 40 percent", "ignored")
    assert chosen == {"purchase 40 percent": "ignored"}
    assert with_choice(columns, chosen, "purchase 40 percent", "taxable_value") == {}
    assert with_choice(columns, {}, "round off", "taxable_value") == {"round off": "taxable_value"}
    marks = {row.name: row.mark for row in column_rows(columns, chosen)}
    assert [name for name, mark in marks.items() if mark] == ["Purchase @40%"]


SINGLE = ["doc_no", "doc_date", "supplier_gstin", "doc_value", "voucher_no"]


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([*SINGLE, "taxable_value", "igst", "ignored"])), max_size=8
    )
)
@settings(max_examples=25, deadline=None)
def test_however_often_one_chooses_what_can_be_one_column_is_one(steps):
    read = by_itself(TALLY_COLUMNS)
    chosen = {}
    for at, field in steps:
        label = list(read)[at]
        chosen = with_choice(TALLY_COLUMNS, chosen, label, field)
        now = read | chosen
        assert now[label] == field
        assert [one for one in SINGLE if list(now.values()).count(one) > 1] == []
        assert all(said != read[one] for one, said in chosen.items())


def test_every_field_has_a_place_in_the_drop_down():
    from imsrecon.intake import field_names

    offered = [field for _, fields in options() for field, _ in fields]
    assert sorted(offered) == sorted(field_names())


def test_ledgers_are_marked_before_the_import_and_remembered(screen):
    folder = screen.workspace.folder
    shutil.copy(shipped("sample_data") / TALLY, folder)
    look(screen, folder / TALLY)
    screen.file_look.view.value = "Ledgers"
    screen.file_look.ledgers.receive({"type": "choose", "row": "purchase 5 percent", "value": "ineligible"})
    marks = {row["name"]: (row["choice"], row["mark"]) for row in screen.file_look.ledgers.rows}
    assert marks["Purchase @5%"] == ("ineligible", "Chosen")
    assert not (folder / "mappings.json").exists()
    press(screen, "Import these files")
    register = Workspace(folder).month(PERIOD).register
    assert set(register.loc[register["ledger"].eq("Purchase @5%"), "itc_eligibility"]) == {"Ineligible (17(5))"}
    look(screen, folder / TALLY)
    screen.file_look.view.value = "Ledgers"
    assert {row["mark"] for row in screen.file_look.ledgers.rows} == {"", "Remembered"}


def test_a_file_of_another_kind_is_named_by_the_person(screen):
    path = screen.workspace.folder / "known.csv"
    path.write_text(f"GSTIN,Bill No,Bill Date,Taxable Value,IGST\n{SUPPLIER},A-1,05-06-2026,100,18", encoding="utf-8")
    look(screen, path)
    assert "Purchase register" in screen.shown.value
    screen.file_look.kind.value = "gstr2b"
    assert [one.side for one in screen.state.seen] in (["portal"], [""])
    assert "Purchase register" not in screen.shown.value
    screen.file_look.kind.value = "register"
    assert "Purchase register" in screen.shown.value
    press(screen, "Import these files")
    assert screen.workspace.sources["side"].tolist() == ["register"]


def test_a_file_of_a_sister_registration_is_named_with_its_folder(screen):
    sister = "29ZZZCS2026T1Z2"
    payload = json.loads(next(shipped("sample_data").glob("*_IMS_*.json")).read_text(encoding="utf-8"))
    from imsrecon.domain import check_character

    sister = sister[:14] + check_character(sister[:14])
    payload["rtin"] = sister
    path = screen.workspace.folder / "other.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    Workspace.create(screen.workspace.folder.parent / "karnataka", sister, "Synthetic South").close()
    look(screen, path)
    assert "sister registration in Karnataka" in screen.shown.value
    assert "It belongs in the folder karnataka (Synthetic South)" in screen.shown.value


def test_refused_rows_are_saved_mended_and_read_back(screen):
    folder = screen.workspace.folder
    path = folder / "books.csv"
    rows = [f"{SUPPLIER},A-1,05-06-2026,100,18", f"{SUPPLIER},A-2,no day,200,36"]
    path.write_text("\n".join(["GSTIN,Bill No,Bill Date,Taxable Value,IGST", *rows]), encoding="utf-8")
    look(screen, path)
    screen.file_look.view.value = "Left out"
    assert "no day" in screen.file_look.text.value
    press(screen, "Save the refused rows as Excel")
    saved = folder / "incoming" / "refused-books.xlsx"
    assert "incoming/refused-books.xlsx" in screen.file_look.notice.value
    import openpyxl

    book = openpyxl.load_workbook(saved)
    sheet = book.worksheets[0]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "no day"]
    cell.value = "06-06-2026"
    book.save(saved)
    look(screen, path, saved)
    press(screen, "Import these files")
    assert sorted(screen.workspace.month(PERIOD).register["doc_no"]) == ["A-1", "A-2"]


def test_files_of_another_month_are_told_before_the_import_and_one_press_takes_it(screen):
    look(screen, odd_books(screen.workspace.folder / "may.csv", month=5))
    assert "⚠ The books are of May 2026; 40 of 40 documents in May 2026." in screen.months.value
    press(screen, "They are for May 2026")
    assert (screen.period.value, "⚠" in screen.months.value) == ("2026-05", False)
    press(screen, "Import these files")
    assert screen.moved == ["2026-05"]
    assert screen.workspace.sources["month"].tolist() == ["2026-05"]
    assert "The IMS download or GSTR-2B is still to come" in screen.notice.value


@pytest.mark.parametrize(
    ("chosen", "told", "other"),
    [
        ("2026-06", "IMS has suppliers' returns of Apr 2026 to Jul 2026; 234 of 247 records in Jun 2026.", None),
        ("2026-05", "⚠ ", "2026-06"),
    ],
)
def test_an_ims_download_says_of_which_month_it_is(screen, chosen, told, other):
    folder = screen.workspace.folder
    files = [shutil.copy(path, folder) for path in sorted(shipped("sample_data").glob("*_IMS_*"))]
    files.append(shutil.copy(shipped("sample_data") / TALLY, folder))
    screen.period.value = chosen
    look(screen, *map(folder.__truediv__, files))
    assert told in screen.months.value.replace("&#x27;", "'")
    assert screen._month == other


@pytest.mark.parametrize("chosen", ["2026-04", "2026-05", "2026-06"])
def test_the_books_of_a_quarter_are_for_each_of_its_months(screen, chosen):
    path = shutil.copy(shipped("sample_data") / TALLY, screen.workspace.folder)
    screen.period.value = chosen
    look(screen, screen.workspace.folder / path)
    assert screen._month is None


def test_an_import_is_taken_back(screen):
    look(screen, odd_books(screen.workspace.folder / "june.csv"))
    press(screen, "Import these files")
    press(screen, "Take it back")
    assert "counts no more" in screen.imported.notice.value
    assert screen.workspace.month(PERIOD).sources.empty
    assert screen.imported.take_back.layout.display == "none"
    assert screen.moved == [PERIOD, PERIOD]


def test_leaving_it_stores_nothing(screen):
    look(screen, odd_books(screen.workspace.folder / "june.csv"))
    choose(screen, "konto", "ledger")
    press(screen, "Leave it")
    assert screen.looked.children == ()
    assert screen.workspace.sources.empty
    assert not (screen.workspace.folder / "mappings.json").exists()


def test_a_bar_shows_while_files_are_read_and_then_goes(screen, monkeypatch):
    folder = screen.workspace.folder
    bars = []
    screen.progress.observe(lambda change: bars.append(change["new"]), "value")
    look(screen, odd_books(folder / "a.csv"), odd_books(folder / "b<i>.csv", month=5))
    assert [("<progress>" in bar or "value=" in bar) for bar in bars] == [True, True, False]
    assert bars[-1] == ""
    assert "<i>" not in "".join(bars)


def test_hostile_text_stays_text(screen):
    folder = screen.workspace.folder
    path = folder / "evil.csv"
    rows = [f"{SUPPLIER},<img src=x>,05-06-2026,100,18,<script>", f"{SUPPLIER},A-2,<b>no day,1,0,=1+1"]
    path.write_text("\n".join(["GSTIN,Bill No,Bill Date,Taxable Value,IGST,<u>Konto", *rows]), encoding="utf-8")
    look(screen, path)
    shown = [screen.shown.value]
    for view in screen.file_look.view.options:
        screen.file_look.view.value = view
        shown.append(screen.file_look.text.value + screen.file_look.checks.value)
    assert not [tag for tag in ("<img", "<script", "<b>no", "<u>") if tag in "".join(shown)]


# the folder, and files that are dropped


def test_import_lists_the_folder_and_none_of_our_own_files(sampled):
    names = [label.split("   ")[0] for label, _ in sampled.choice.options]
    assert len(names) == 5
    assert not [name for name in names if name.startswith("reports")]


def test_look_shows_and_stores_nothing_and_import_stores(sampled):
    screen = sampled
    screen.choice.value = tuple(path for _, path in screen.choice.options)
    press(screen, "Look into them")
    assert "rows set aside" in screen.shown.value
    assert "IMS download" in screen.shown.value
    assert screen.workspace.sources.empty
    press(screen, "Import these files")
    assert len(Workspace(screen.workspace.folder).sources) == 5
    assert screen.moved == [PERIOD]
    assert "Purchase register" in screen.imported.now.value


def test_a_file_that_cannot_be_read_says_why_and_stops_no_other(sampled):
    screen = sampled
    bad = screen.workspace.folder / "<b>bad.json"
    bad.write_text("{", encoding="utf-8")
    press(screen, "Read the folder again")
    good = next(path for label, path in screen.choice.options if "IMS" in label)
    screen.choice.value = (str(bad), good)
    press(screen, "Look into them")
    assert "&lt;b&gt;bad.json" in screen.shown.value
    assert "problem" in screen.shown.value
    press(screen, "Import these files")
    assert len(screen.workspace.sources) == 1


def test_looking_without_a_choice_says_what_to_do(sampled):
    press(sampled, "Look into them")
    assert "No file is chosen" in sampled.notice.value


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../evil.csv", "evil.csv"),
        ("C:\\x\\reg<1>.csv", "reg_1_.csv"),
        ("a\x00b.csv", "a_b.csv"),
    ],
    ids=["path", "windows", "control"],
)
def test_a_dropped_file_gets_a_harmless_name(sampled, name, kept):
    screen = sampled
    screen.upload.value = ({"name": name, "type": "", "size": 3, "content": b"a,b", "last_modified": NOW},)
    assert (screen.workspace.folder / "incoming" / kept).read_bytes() == b"a,b"
    assert sorted(screen.workspace.folder.parent.iterdir()) == [screen.workspace.folder]


@pytest.mark.parametrize(("name", "content"), [("run.exe", b"x"), ("big.csv", b"x" * 7_000_001)], ids=["kind", "size"])
def test_a_dropped_file_that_cannot_be_taken_is_refused(sampled, name, content):
    screen = sampled
    screen.upload.value = ({"name": name, "type": "", "size": 1, "content": content, "last_modified": NOW},)
    assert "problem" in screen.notice.value
    assert not list(screen.workspace.folder.rglob(name))


def test_a_second_dropped_file_of_one_name_does_not_replace_the_first(sampled):
    for content in (b"one", b"two", b"one"):
        drop = {"name": "r.csv", "type": "", "size": 3, "content": content, "last_modified": NOW}
        sampled.upload.value = (drop,)
    found = sorted(path.name for path in (sampled.workspace.folder / "incoming").iterdir())
    assert found == ["r-2.csv", "r.csv"]


def test_a_filed_return_is_noted(sampled):
    screen = sampled
    screen.imported.filed_period.value, screen.imported.filed_on.value = "2026-05", date(2026, 6, 19)
    press(screen, "Note it as filed")
    assert Workspace(screen.workspace.folder).profile.filed_3b == {"2026-05": date(2026, 6, 19)}
    screen.imported.filed_on.value = date(2026, 5, 2)
    press(screen, "Note it as filed")
    assert "cannot have been filed" in screen.imported.notice.value
