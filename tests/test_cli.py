"""The verbs on the sample client and on the small samples: what they print, write and return."""

from __future__ import annotations

import json
import re
import sys

import pandas as pd
import pytest

from imsrecon.cli import main
from imsrecon.resources import shipped

GSTIN = "27ZZZCS2026T1Z6"
ARGUMENTS = ("--period", "2026-06", "--today", "2026-07-16")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line; its exit code, what it printed, and what it printed as an error."""

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["imsrecon", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return command


@pytest.fixture
def files():
    return sorted(path for path in shipped("sample_data").iterdir() if path.suffix in (".json", ".xlsx"))


@pytest.fixture
def samples(request):
    folder = request.config.rootpath / "tests" / "samples"
    return {
        "register": folder / "tally_purchase_register_columnar_062026.xlsx",
        "ims": folder / "ims_offline_download_untouched_062026.json",
        "2b": folder / "27ZZZCR1000A1ZM_R2B_062026_20260714.json",
    }


def test_a_month_from_new_to_upload_file(run, files, tmp_path):
    folder = tmp_path / "acme"
    assert run("new", folder, "--gstin", GSTIN, "--name", "Acme (synthetic)")[0] == 0
    code, said, _ = run("import", folder, *files, "--period", "2026-06")
    assert code == 0
    assert "Tally, 601 documents" in said
    assert run("filed", folder, "--period", "2026-04", "--on", "2026-05-19")[0] == 0
    assert run("filed", folder, "--period", "2026-05", "--on", "2026-06-19")[0] == 0
    code, said, _ = run("match", folder, "--period", "2026-06")
    assert code == 0
    assert "only_in_books" in said
    code, said, _ = run("review", folder, *ARGUMENTS)
    assert code == 0
    assert "G-01" in said
    code, said, _ = run("act", folder, *ARGUMENTS, "--suggested", "--out", tmp_path / "upload")
    assert code == 0
    (upload,) = (tmp_path / "upload").iterdir()
    assert str(upload) in said
    assert json.loads(upload.read_text(encoding="utf-8"))["reqtyp"] == "SAVE"
    code, said, _ = run("preview", folder, *ARGUMENTS)
    assert code == 0
    assert all(line in said for line in ("4A5", "4C", "nobody acts"))
    code, said, _ = run("act", folder, *ARGUMENTS, "--undo", "--out", tmp_path / "again")
    assert code == 0
    assert "nothing changed" in said


def test_decisions_that_no_file_can_carry_are_told_when_they_are_taken(run, files, tmp_path):
    """A month with a GSTR-2B and no IMS download: they are kept, and how many, what tax and the way out are said."""
    folder, period = tmp_path / "acme", ("--period", "2026-06", "--today", "2026-07-16")
    run("new", folder, "--gstin", GSTIN, "--name", "Acme (synthetic)")
    drawn = [path for path in files if path.suffix == ".xlsx" or "R2B_062026" in path.name]
    assert run("import", folder, *drawn, "--period", "2026-06")[0] == 0
    code, said, _ = run("act", folder, *period, "--suggested")
    told = re.search(r"(\d+) decisions? .* no IMS download has, tax ₹([\d,.]+): .*B-18.* Download IMS", said)
    assert code == 0 and told, said
    code, _, error = run("act", folder, *period, "--out", tmp_path / "up")
    assert code == 2 and f"tax ₹{told[2]}" in error
    run("import", folder, *(path for path in files if "IMS" in path.name), "--period", "2026-06")
    assert "no IMS download" not in run("act", folder, *period)[1]


def test_decisions_go_to_excel_and_come_back(run, files, tmp_path):
    folder, table = tmp_path / "acme", tmp_path / "actions.csv"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme")
    run("import", folder, *files, "--period", "2026-06")
    assert run("review", folder, *ARGUMENTS, "--out", table)[0] == 0
    rows = pd.read_csv(table, dtype="str", encoding="utf-8-sig")
    assert rows["action"].isna().all()
    rows.loc[rows["suggested"].eq("P"), ["action", "remarks"]] = ["P", "bill awaited"]
    rows.to_csv(table, index=False)
    code, said, _ = run("act", folder, *ARGUMENTS, "--decisions", table)
    assert code == 0
    assert f"Decided: {rows['action'].eq('P').sum()} records" in said
    for name, wrong in (("unknown columns: remark", rows.rename(columns={"remarks": "remark"})),
                        ("no column action", rows.drop(columns="action"))):  # fmt: skip
        wrong.to_csv(table, index=False)
        code, _, said = run("act", folder, *ARGUMENTS, "--decisions", table)
        assert code == 2
        assert name in said


def test_imports_are_listed_and_taken_back(run, files, tmp_path):
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme")
    run("import", folder, *files, "--period", "2026-06")
    code, said, _ = run("sources", folder)
    assert code == 0
    assert "tally" in said
    assert "yes" not in said
    run("filed", folder, "--period", "2026-05", "--on", "2026-06-19")
    code, said, _ = run("withdraw", folder, 1)
    assert (code, "counts no more" in said, "was filed" in said) == (0, True, False)
    assert "yes" in run("sources", folder)[1]
    assert "[" not in run("sources", folder)[1]


def test_taking_back_an_import_of_a_filed_month_says_what_stays(run, files, tmp_path):
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme")
    run("import", folder, *files, "--period", "2026-05")
    run("close", folder, "--period", "2026-05", "--today", "2026-06-19", "--name", "A. Consultant")
    assert run("filed", folder, "--period", "2026-05", "--today", "2026-06-19", "--on", "2026-06-19")[0] == 0
    code, said, _ = run("withdraw", folder, 1)
    assert code == 0
    assert "GSTR-3B of May 2026 was filed on 19-Jun-2026. What it took stays settled" in said


def _register(path, *numbers):
    rows = [f"27ZZZCK1101B1ZP,{number},05-06-2026,100.00,18.00,0,0" for number in numbers]
    head = "GSTIN of supplier,Invoice No,Invoice Date,Taxable Value,IGST,CGST,SGST"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_a_register_that_a_newer_one_seems_to_replace_is_told(run, tmp_path):
    """A number was corrected in the books and the register exported anew: both count until one is taken back."""
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", "27ZZZCR1000A1ZM", "--name", "Acme")
    first = _register(tmp_path / "first.csv", "A-1", "A-2", "A-3", "A-4")
    second = _register(tmp_path / "second.csv", "A-1", "A-2", "A-3", "A-44", "A-5")
    assert "Registers add up" not in run("import", folder, first, "--period", "2026-06")[1]
    said = run("import", folder, second, "--period", "2026-06")[1]
    assert "Import 1 (first.csv): a newer register has all but 1 of its 4 documents" in said
    run("withdraw", folder, 1)
    assert "Registers add up" not in run("import", folder, second, "--period", "2026-06")[1]


def test_a_rule_that_there_is_not_is_wrong_use(run):
    code, _, said = run("rules", "X-99")
    assert (code, "no rule 'X-99'" in said) == (2, True)


def test_reconcile_writes_what_the_contract_names(run, samples, tmp_path):
    out = tmp_path / "out"
    code, said, _ = run("reconcile", "--register", samples["register"], "--portal", samples["ims"], "--out", out)
    assert code == 0
    assert {path.name for path in out.iterdir()} == {"matches.csv", "links.csv", "unmatched.csv", "workbook.xlsx"}
    links = pd.read_csv(out / "links.csv", dtype="str").set_index("books_doc_no")["portal_doc_no"]
    assert links["INV 0045-A"] == "INV-0045/A"
    unmatched = pd.read_csv(out / "unmatched.csv", dtype="str")
    assert unmatched["reason"].notna().all()
    assert "exact" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["match", "nowhere", "--period", "2026-06"], 2, "no client's folder"),
        (["match", ".", "--period", "062026"], 2, "2025-10"),
        (["new", "x", "--gstin", "27AABCU9603R1ZM", "--name", "x"], 2, "checksum"),
        (["reconcile", "--register", "none.xlsx", "--portal", "none.json", "--out", "x"], 2, "none.xlsx"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(run, monkeypatch, tmp_path, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    found, _, said = run(*arguments)
    assert found == code
    assert message in said
    assert "Traceback" not in said


def test_refused_rows_end_with_exit_code_3(run, tmp_path):
    register = tmp_path / "register.csv"
    register.write_text(
        "GSTIN of supplier,Invoice No,Invoice Date,Taxable Value,IGST,CGST,SGST\n"
        "27ZZZCK1101B1ZP,A-1,05-06-2026,100.00,18.00,0,0\n"
        "27ZZZCK1101B1ZP,A-2,no such day,100.00,18.00,0,0\n",
        encoding="utf-8",
    )
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", "27ZZZCR1000A1ZM", "--name", "Acme")
    code, said, refused = run("import", folder, register, "--period", "2026-06")
    assert code == 3
    assert "1 document, taxable ₹100.00, 1 refused" in said
    assert "row 3" in refused


def test_the_client_of_another_gstin_is_refused(run, samples, tmp_path):
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme")
    code, _, said = run("import", folder, samples["2b"], "--period", "2026-06")
    assert code == 2
    assert "27ZZZCR1000A1ZM" in said
    assert GSTIN in said


def _odd_books(path, *numbers):
    rows = [f"27ZZZCK1101B1ZP,{number},05-06-2026,100.00,18.00,118.00,Food" for number in numbers]
    path.write_text("\n".join(["Wer,Was,Wann,Netto,Steuer,Brutto,Konto", *rows]), encoding="utf-8")
    return path


def test_columns_are_shown_corrected_shared_and_used_again(run, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        run("new", folder, "--gstin", GSTIN, "--name", "Acme (synthetic)")
    june, shared = _odd_books(tmp_path / "june.csv", "A-1", "A-2"), tmp_path / "shared.json"
    assert run("import", first, june, "--period", "2026-06")[0] == 2
    code, said, _ = run("mappings", "columns", first, june)
    assert (code, "Netto" in said, "taxable_value" in said) == (0, True, True)
    fields = "Wer=supplier_gstin Was=doc_no Wann=doc_date Netto=taxable_value Steuer=igst Brutto=doc_value Konto=ledger"
    pairs = [word for field in fields.split() for word in ("--column", field)]
    code, said, _ = run("mappings", "columns", first, june, *pairs)
    assert (code, "it reads 2 documents" in said) == (0, True)
    assert run("mappings", "ledger", first, "Food", "ineligible")[0] == 0
    assert run("mappings", "export", first, shared)[0] == 0
    code, said, _ = run("import", second, june, "--period", "2026-06", "--mapping", shared)
    assert (code, "2 documents" in said, "what is remembered" in said) == (0, True, True)
    code, said, _ = run("mappings", "list", second)
    assert all(word in said for word in ("netto", "taxable_value", "food", "17(5)"))
    assert run("mappings", "import", second, shared)[0] == 0
    assert run("mappings", "ledger", second, "Food", "full")[0] == 0
    assert "17(5)" not in run("mappings", "list", second)[1]
    assert run("mappings", "columns", second, june, "--forget")[0] == 0
    assert "netto" not in run("mappings", "list", second)[1]


@pytest.mark.parametrize("pair", ["Netto=price", "Preis=taxable_value", "Netto"])
def test_a_column_or_field_that_there_is_not_is_refused(run, tmp_path, pair):
    run("new", tmp_path / "acme", "--gstin", GSTIN, "--name", "Acme (synthetic)")
    code, _, error = run(
        "mappings", "columns", tmp_path / "acme", _odd_books(tmp_path / "j.csv", "A"), "--column", pair
    )
    assert code == 2
    assert "Error" in error
    assert not (tmp_path / "acme" / "mappings.json").exists()


def test_a_folder_of_files_is_imported_by_one_command(run, files, tmp_path):
    sent = tmp_path / "sent"
    sent.mkdir()
    for path in files:
        (sent / path.name).write_bytes(path.read_bytes())
    (sent / "letter.csv").write_text("Dear Sir,\nthe files\n", encoding="utf-8")
    run("new", tmp_path / "acme", "--gstin", GSTIN, "--name", "Acme (synthetic)")
    code, said, _ = run("import", tmp_path / "acme", sent, "--period", "2026-06")
    assert code == 0
    assert "Tally, 601 documents" in said
    assert said.count("GSTR-2B, ") == 3
    assert "Not read: letter.csv" in said


def test_a_month_closes_on_the_command_line(run, files, tmp_path):
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme (synthetic)")
    run("import", folder, *files, "--period", "2026-06")
    (tmp_path / "inputs.toml").write_text("[rule_37]\ncgst = 1250.50\nsgst = 1250.50\n", encoding="utf-8")
    code, said, _ = run("inputs", folder, "--period", "2026-06", "--file", tmp_path / "inputs.toml")
    assert (code, said.count("1,250.50")) == (0, 2)
    run("inputs", folder, "--period", "2026-06", "--set", "rule_37", "cgst", "7")
    code, said, _ = run("inputs", folder, "--period", "2026-06")
    assert (said.count("7.00"), said.count("1,250.50")) == (1, 1)
    assert run("inputs", folder, "--period", "2026-06", "--set", "rule_99", "cgst", "7")[0] == 2
    filing = ("filed", folder, "--period", "2026-06", "--on", "2026-07-16", "--arn", "AA270626000001X")
    code, _, told = run(*filing)
    assert code == 2
    assert "Nobody has signed" in told
    code, said, _ = run("close", folder, *ARGUMENTS, "--name", "A. Consultant", "--out", tmp_path / "left.csv")
    assert "A. Consultant signed on 16-Jul-2026" in said
    assert len(pd.read_csv(tmp_path / "left.csv")) > 100
    assert run(*filing)[0] == 0
    code, _, told = run("inputs", folder, "--period", "2026-06", "--set", "rule_37", "cgst", "8")
    assert code == 2
    assert "C-25" in told
    assert run("filed", folder, "--period", "2026-06", "--take-back")[0] == 0
    assert run("filed", folder, "--period", "2026-06")[0] == 2


def test_what_the_registers_marks_propose_is_listed_and_taken_over(run, files, tmp_path):
    folder = tmp_path / "acme"
    run("new", folder, "--gstin", GSTIN, "--name", "Acme (synthetic)")
    run("mappings", "ledger", folder, "Purchase @5%", "ineligible")
    run("import", folder, *files, "--period", "2026-06")
    code, said, _ = run("inputs", folder, *ARGUMENTS, "--proposed")
    assert code == 0
    assert "Proposed for 4(B)(1): ₹" in said
    assert "Ineligible (17(5))" in said
    assert "marked ineligible in the register\n" not in said  # nothing is given yet
    code, said, _ = run("inputs", folder, *ARGUMENTS, "--proposed", "--take")
    assert code == 0
    assert "Taken over." in said
    assert "documents marked ineligible in the register\n" in said
    assert run("inputs", folder, *ARGUMENTS, "--take")[0] == 2
