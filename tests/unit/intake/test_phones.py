"""What a phone number looks like, in the ways people and countries write it."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.normalising import normalise
from cleanlist_core.intake.phones import looks_like_phone, plain_phone
from cleanlist_core.intake.reading import read_table

WRITTEN = (
    "0221 / 471100", "(0221) 47 11-00", "0171/1234567", "0221/4711-0", "+49 (0)221 / 47 11 00", "02204-5512",
    "0221 - 47 11 00", "030.123.4567", "0800-12-34-567", "+43 1/58858-0", "01 23 45 67 89", "01.23.45.67.89",
    "02/123.45.67", "912 345 678", "912.345.678", "020 7946 0018", "(555) 010-0199 ext. 7",
    "Tel.: 0221 471100", "+1 555-010-0199, +1 555-010-0142",
)  # fmt: skip
NOT_PHONES = (
    "24.12.2025", "24/12/2025", "12/24/2025", "2025-12-24", "2025/12/24", "2025-12-24 10:30", "24-12-2025",
    "1.234.567,89", "1,234,567.89", "1234567.89", "12345678 €", "$1,250,000", "50667", "50667 Köln",
    "12345-6789", "2024/000123", "4711/2025-0815", "K-2024-000123", "3f2b8c1d-0011", "k.A.", "",
    "1,51234E+11",
)  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_national_ways_of_writing_are_phones(written: str) -> None:
    assert looks_like_phone(written)
    assert plain_phone(written)


@pytest.mark.parametrize("written", NOT_PHONES)
def test_dates_amounts_postcodes_and_ids_are_no_phones(written: str) -> None:
    assert not looks_like_phone(written)


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        pytest.param("5551234 / 5551235", "5551234", id="two short ones"),
        pytest.param("555 1234/555 1235", "555 1234", id="two without a space between"),
        pytest.param("471 10 01\n471 10 02", "471 10 01", id="two on lines of their own"),
        pytest.param("+4930123 / +4930124", "+4930123", id="two with country codes"),
        pytest.param("+49 33845 / 4711001", "+49 33845 / 4711001", id="country, area and number"),
        pytest.param("0221 / 4711001", "0221 / 4711001", id="area and number"),
        pytest.param("5551234 / 12", "5551234 / 12", id="a number with an extension"),
    ],
)
def test_two_phones_in_a_cell_are_two_and_one_written_with_a_slash_is_one(written: str, phone: str) -> None:
    assert plain_phone(written) == phone


def test_a_german_column_of_phones_reaches_the_people_it_is_of() -> None:
    phones = ("0221 / 471100", "(0221) 47 11-00", "0171/1234567")
    rows = "".join(f"Mara,Quill{place},Tidewick,{phone}\n" for place, phone in enumerate(phones))
    table = read_table(f"Vorname,Nachname,Firma,Telefon\n{rows}".encode(), "leute.csv")
    assert tuple(normalise(table, recognise(table)).phone.to_pylist()) == phones
