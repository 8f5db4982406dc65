"""Whatever program wrote a file, it is read as it was meant, and what was recognised is said."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot import core, exchange
from bot.exchange import fields, reading, sheet
from tests.examples import each

ROWS = "Account;Name;Saldo\nA-1;Núñez;1.234,50\nA-2;García;7,00\n"


@each(
    ("raw", "says"),
    [
        (ROWS.encode(), "Text in UTF-8 with semicolons between the cells: 2 rows, 3 columns."),
        (ROWS.encode("utf-8-sig"), "Text in UTF-8 (it says so at its start) with semicolons between the cells: 2 rows, 3 columns."),
        (ROWS.encode("cp1252"), "Text in Windows-1252 (Latin-1) with semicolons between the cells: 2 rows, 3 columns."),
        (ROWS.encode("utf-16"), "Text in UTF-16 (it says so at its start) with semicolons between the cells: 2 rows, 3 columns."),
        (ROWS.replace(";", "\t").encode(), "Text in UTF-8 with tabs between the cells: 2 rows, 3 columns."),
    ],
)
def test_what_was_recognised_is_said_in_a_sentence(raw: bytes, says: str) -> None:
    found = sheet.read(raw)
    assert found.says == says
    assert found.names == ("Account", "Name", "Saldo")
    assert next(iter(sheet.lines(found.content))) == (2, ["A-1", "Núñez", "1.234,50"])


def test_a_comma_within_a_cell_cuts_nothing_and_a_blank_line_keeps_the_numbers_of_rows() -> None:
    found = sheet.read(b'Account,Name\n\nA-1,"Gomez, Maria"\n,,\nA-2,Lee\n')
    assert list(sheet.lines(found.content)) == [(3, ["A-1", "Gomez, Maria"]), (5, ["A-2", "Lee"])]


@each(
    ("raw", "says", "first"),
    [
        (f"sep=;\n{ROWS}", "with semicolons between the cells: 2 rows, 3 columns. Their names are in row 2.", 3),
        (f"Accounts of November\n\nMade by Ann, on Friday\n{ROWS}", "semicolons between the cells: 2 rows, 3 columns. Their names are in row 4.", 5),
        (f"Accounts of November;;\n{ROWS}", "2 rows, 3 columns. Their names are in row 2.", 3),
    ],
)
def test_what_stands_above_the_names_of_the_columns_is_no_row(raw: str, says: str, first: int) -> None:
    found = sheet.read(raw.encode())
    assert found.says.endswith(says)
    assert found.names == ("Account", "Name", "Saldo")
    assert next(iter(sheet.lines(found.content))) == (first, ["A-1", "Núñez", "1.234,50"])


def test_rows_with_few_cells_filled_are_still_rows() -> None:
    found = sheet.read(b"Account,Name,Phone,Email,Zip\nA-1,,,,\nA-2,,,,\n")
    assert found.names == ("Account", "Name", "Phone", "Email", "Zip") and found.rows == 2


def workbook(*rows: tuple[object, ...], right: int = 0, down: int = 0) -> bytes:
    """The smallest workbook that Excel opens: numbers as numbers, text in line. `right` and `down`: where its table begins."""
    def cell(at: str, value: object) -> str:
        return f'<c r="{at}"><v>{value}</v></c>' if isinstance(value, (int, float)) else f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'

    lines = "".join(
        f'<row r="{n}">{"".join(cell(f"{chr(65 + i)}{n}", value) for i, value in enumerate(row, right))}</row>'
        for n, row in enumerate(rows, 1 + down)
    )
    main, out = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", io.BytesIO()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
        book.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/worksheet" Target="s.xml"/></Relationships>')
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Q3" sheetId="1" r:id="r"/></sheets></workbook>')
        book.writestr("xl/s.xml", f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>')
    return out.getvalue()


def test_a_workbook_is_read_with_whole_numbers_as_they_are_shown() -> None:
    found = sheet.read(workbook(("Account", "Zip", "Balance"), ("A-1", 501, 1234.5), (7000123, 30318, 20)))
    assert found.says == "An Excel workbook: 2 rows, 3 columns."
    assert [row for _, row in sheet.lines(found.content)] == [["A-1", "501", "1234.5"], ["7000123", "30318", "20"]]


def test_a_table_may_begin_anywhere_in_its_sheet_and_rows_keep_the_numbers_that_excel_shows() -> None:
    found = sheet.read(workbook(("Account", "Balance"), ("A-1", 7), right=2, down=4))
    assert found.says == "An Excel workbook: 1 rows, 2 columns. Their names are in row 5."
    assert found.names == ("Account", "Balance") and list(sheet.lines(found.content)) == [(6, ["A-1", "7"])]


def test_a_sum_has_the_digits_that_excel_shows() -> None:
    found = sheet.read(workbook(("Account", "Balance"), ("A-1", 0.1 + 0.2), ("A-2", 612.4000000000001)))
    assert [row[1] for _, row in sheet.lines(found.content)] == ["0.3", "612.4"]


def test_a_workbook_that_unfolds_into_more_memory_than_there_is_is_refused_and_nothing_dies() -> None:
    small, far = workbook(("Account", "Balance"), ("A-1", 7)), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(small)) as book, zipfile.ZipFile(far, "w") as out:
        for name in book.namelist():
            out.writestr(name, book.read(name).replace(b'r="2"', b'r="900000"').replace(b'r="B2"', b'r="XFD900000"'))
    with pytest.raises(core.Problems, match="ordinary size"):
        sheet.read(far.getvalue())


@each(
    ("raw", "expected"),
    [
        (b"", "no rows"),
        (b"Account,Name\n", "no rows"),
        (b"PK\x03\x04 that is no workbook", "can be opened"),
        (b"\x00\x01\x02\x03", "something else"),
        (b'a,b\n"never closed', "well-formed CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_words(raw: bytes, expected: str) -> None:
    with pytest.raises(core.Problems, match=expected):
        sheet.read(raw)


@each(
    ("cell", "order", "day"),
    [
        ("12/31/2026", "mdy", "2026-12-31"), ("31.12.2026", "dmy", "2026-12-31"), ("3/4/26", "mdy", "2026-03-04"),
        ("3/4/85", "dmy", "1985-04-03"), ("2026-9-3", "mdy", "2026-09-03"), ("20260903", "mdy", "2026-09-03"),
        ("2026-09-03 00:00:00", "mdy", "2026-09-03"), ("14-Mar-80", "dmy", "1980-03-14"), ("March 4th, 2026", "mdy", "March 4th, 2026"),
        ("Jan 15, 2025", "mdy", "2025-01-15"), ("30 June 2025", "mdy", "2025-06-30"), ("15 de enero de 2025", "dmy", "2025-01-15"),
        ("Sept. 1 2026", "mdy", "2026-09-01"), ("14 Brumaire 1980", "dmy", "14 Brumaire 1980"), ("soon", "mdy", "soon"), ("", "mdy", ""),
    ],
)  # fmt: skip
def test_a_day_is_read_as_the_file_writes_it(cell: str, order: str, day: str) -> None:
    assert reading.day(cell, order) == day


@each(
    ("cell", "decimals", "amount"),
    [
        ("$1,234.50", ".", "1234.50"), ("1.234,50 €", ",", "1234.50"), ("1 234,5", ",", "1234.5"), ("USD 12", ".", "12"),
        ("1'234.50", ".", "1234.50"), ("(12.00)", ".", "-12.00"), ("12.00-", ".", "-12.00"), ("n/a", ".", "n/a"), ("1e3", ".", "1e3"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_the_file_writes_it(cell: str, decimals: str, amount: str) -> None:
    assert reading.amount(cell, decimals) == amount


def test_how_days_and_amounts_are_written_is_seen_from_the_whole_file() -> None:
    names, columns = ["Due", "Saldo"], {"due_since": "Due", "balance": "Saldo"}
    writing, says = reading.seen([["3/4/2026", "1.234,50"], ["13/4/2026", "7,00"]], names, columns)
    assert writing == exchange.Writing("dmy", ",")
    assert says == ["Days are written with the day before month (31/12/2026).", "Amounts are written with a decimal comma (1.234,50)."]
    writing, says = reading.seen([["3/4/2026", "7"]], names, columns)
    assert writing == exchange.Writing("mdy", ".") and "look at one that you know" in says[0]


def test_zip_codes_get_their_zeros_back_only_where_there_is_such_a_place() -> None:
    reader = reading.Reader(["Zip"], reading.Layout({"postcode": "Zip"}, {}))
    assert [reader.cells([cell])["postcode"] for cell in ("501", "2134", "30318", "303181234", "000", "21341234")] == [
        "00501", "02134", "30318", "30318-1234", "000", "02134-1234",
    ]  # fmt: skip
    assert reader.mended["zips"] == 3


def test_headings_are_known_in_any_writing_and_last_time_counts_most() -> None:
    names = ["ACCOUNT_NO", "cust-id", "FirstName", "Last  Name", "DOB", "zip code", "Outstanding Balanc", "Weird"]
    assert fields.proposed("accounts", names, {"product": "Weird"}) == {
        "reference": "ACCOUNT_NO", "customer": "cust-id", "given_name": "FirstName", "family_name": "Last  Name",
        "date_of_birth": "DOB", "postcode": "zip code", "balance": "Outstanding Balanc", "product": "Weird",
    }  # fmt: skip
