"""Every file in tests/data is read, recognised, mapped and checked as a person would expect.

Headers and counts were compared with the raw files, row by row: which rows name a person, which
of them can be looked up, which repeat one above. Columns without values stand behind those with values.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.checking import PreparedList, prepare
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.reading import ReadTable, read_table

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Golden:
    file: str
    source: str
    header_row: int
    headers: dict[str, list[str]]
    counts: tuple[int, int, int, int]
    reasons: dict[str, int]


def intake(name: str) -> tuple[ReadTable, ColumnMapping, PreparedList]:
    table = read_table((DATA / name).read_bytes(), name)
    mapping = recognise(table)
    return table, mapping, prepare(table, mapping)


GOLDEN = (
    Golden(
        "apollo.csv",
        "apollo",
        1,
        {
            "linkedin_url": ["Person Linkedin Url"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website"],
            "company_name": ["Company Name", "Company Name for Emails"],
            "email": ["Email", "Secondary Email", "Tertiary Email"],
            "phone": ["Mobile Phone", "First Phone", "Work Direct Phone", "Other Phone", "Home Phone"],
            "title": ["Title"],
            "location": ["City", "State", "Country"],
        },
        (8, 8, 0, 0),
        {},
    ),
    Golden(
        "badge_scan.xlsx",
        "",
        4,
        {
            "full_name": ["Full Name"],
            "company_name": ["Company"],
            "email": ["Email"],
            "phone": ["Phone"],
            "title": ["Job Title"],
            "location": ["City"],
        },
        (9, 6, 2, 1),
        {"only_one_name": 1, "no_company": 1, "duplicate": 1},
    ),
    Golden(
        "evaboot.csv",
        "evaboot",
        1,
        {
            "linkedin_url": ["Linkedin URL Public", "Linkedin URL Unique ID", "Sales Navigator URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "full_name": ["Full Name"],
            "company_domain": ["Company Domain", "Company Website URL"],
            "company_name": ["Company Name"],
            "email": ["Email"],
            "title": ["Current Job", "Profile Headline"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "eventbrite.csv",
        "eventbrite",
        1,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_name": ["Company"],
            "email": ["Email"],
            "phone": ["Cell Phone"],
            "title": ["Job Title"],
            "location": ["Home City", "Home Country"],
        },
        (7, 6, 0, 1),
        {"duplicate": 1},
    ),
    Golden(
        "fair_2003.xls",
        "",
        5,
        {
            "first_name": ["First name"],
            "last_name": ["Last name"],
            "company_name": ["Company"],
            "phone": ["Phone"],
        },
        (3, 3, 0, 0),
        {},
    ),
    Golden(
        "fair_2003.ods",
        "",
        5,
        {
            "first_name": ["First name"],
            "last_name": ["Last name"],
            "company_name": ["Company"],
            "phone": ["Phone"],
        },
        (3, 3, 0, 0),
        {},
    ),
    Golden(
        "german_excel.csv",
        "",
        1,
        {
            "first_name": ["Vorname"],
            "last_name": ["Nachname"],
            "company_domain": ["Webseite"],
            "company_name": ["Firma"],
            "email": ["E-Mail"],
            "phone": ["Telefon"],
            "title": ["Funktion"],
            "location": ["Ort"],
        },
        (7, 5, 1, 1),
        {"no_company": 1, "duplicate": 1},
    ),
    Golden(
        "german_excel_sep.csv",
        "",
        2,
        {
            "first_name": ["Vorname"],
            "last_name": ["Nachname"],
            "company_domain": ["Webseite"],
            "company_name": ["Firma"],
            "email": ["E-Mail"],
            "phone": ["Telefon"],
            "title": ["Funktion"],
            "location": ["Ort"],
        },
        (7, 5, 1, 1),
        {"no_company": 1, "duplicate": 1},
    ),
    Golden(
        "german_excel_utf16.txt",
        "",
        1,
        {
            "first_name": ["Vorname"],
            "last_name": ["Nachname"],
            "company_domain": ["Webseite"],
            "company_name": ["Firma"],
            "email": ["E-Mail"],
            "phone": ["Telefon"],
            "title": ["Funktion"],
            "location": ["Ort"],
        },
        (7, 5, 1, 1),
        {"no_company": 1, "duplicate": 1},
    ),
    Golden(
        "google_contacts.csv",
        "google_contacts",
        1,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website 1 - Value"],
            "company_name": ["Organization Name"],
            "email": ["E-mail 1 - Value", "E-mail 2 - Value"],
            "phone": ["Phone 1 - Value"],
            "title": ["Organization Title"],
            "location": ["Address 1 - City", "Address 1 - Country"],
        },
        (6, 4, 2, 0),
        {"only_one_name": 1, "no_company": 1},
    ),
    Golden(
        "hubspot.csv",
        "hubspot",
        1,
        {
            "linkedin_url": ["LinkedIn URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website URL"],
            "company_name": ["Company Name", "Associated Company"],
            "email": ["Email"],
            "phone": ["Phone Number", "Mobile Phone Number"],
            "title": ["Job Title"],
            "location": ["City", "State/Region", "Country/Region"],
        },
        (8, 7, 1, 0),
        {"no_company": 1},
    ),
    Golden(
        "linkedin_connections.csv",
        "linkedin_connections",
        4,
        {
            "linkedin_url": ["URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_name": ["Company"],
            "email": ["Email Address"],
            "title": ["Position"],
        },
        (40, 40, 0, 0),
        {},
    ),
    Golden(
        "linkedin_connections_bom.csv",
        "linkedin_connections",
        4,
        {
            "linkedin_url": ["URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_name": ["Company"],
            "email": ["Email Address"],
            "title": ["Position"],
        },
        (40, 40, 0, 0),
        {},
    ),
    Golden(
        "luma.csv",
        "luma",
        1,
        {
            "first_name": ["first_name"],
            "last_name": ["last_name"],
            "full_name": ["name"],
            "email": ["email"],
            "phone": ["phone_number"],
            "company_name": ["What's your company?"],
            "title": ["What is your job title?"],
            "linkedin_url": ["What is your LinkedIn profile?"],
        },
        (7, 6, 1, 0),
        {"only_one_name": 1},
    ),
    Golden(
        "lusha.csv",
        "lusha",
        1,
        {
            "linkedin_url": ["LinkedIn URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Company Domain", "Company Website"],
            "company_name": ["Company Name"],
            "email": ["Work Email", "Direct Email", "Additional Email 1"],
            "phone": ["Phone 1", "Phone 2"],
            "title": ["Job Title"],
            "location": ["City", "State", "Country"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "no_header.csv",
        "",
        0,
        {
            "linkedin_url": ["Column 4"],
            "first_name": ["Column 1"],
            "last_name": ["Column 2"],
            "email": ["Column 3"],
        },
        (5, 5, 0, 0),
        {},
    ),
    Golden(
        "outlook.csv",
        "outlook",
        1,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Web Page"],
            "company_name": ["Company"],
            "email": ["E-mail Address", "E-mail 2 Address", "E-mail 3 Address"],
            "phone": ["Mobile Phone", "Business Phone", "Business Phone 2", "Home Phone"],
            "title": ["Job Title"],
            "location": ["Business City", "Business State", "Business Country/Region"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "phantombuster.csv",
        "phantombuster",
        1,
        {
            "linkedin_url": ["defaultProfileUrl", "linkedInProfileUrl", "profileUrl"],
            "first_name": ["firstName"],
            "last_name": ["lastName"],
            "full_name": ["fullName", "name"],
            "company_name": ["companyName"],
            "title": ["title"],
            "location": ["location"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "pipedrive.csv",
        "pipedrive",
        1,
        {
            "linkedin_url": ["Person - LinkedIn Page"],
            "first_name": ["Person - First name"],
            "last_name": ["Person - Last name"],
            "full_name": ["Person - Name"],
            "company_name": ["Person - Organization"],
            "email": ["Person - Email - Work", "Person - Email - Home", "Person - Email - Other"],
            "phone": ["Person - Phone - Work", "Person - Phone - Mobile", "Person - Phone - Home"],
            "title": ["Person - Title"],
            "location": ["Person - City"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "rocketreach.csv",
        "rocketreach",
        1,
        {
            "linkedin_url": ["LinkedIn", "Input - LinkedIn URL"],
            "full_name": ["Name"],
            "company_domain": ["Employer Website"],
            "company_name": ["Employer"],
            "email": ["Recommended Work Email", "Recommended Email", "Recommended Personal Email"],
            "phone": ["Phone"],
            "title": ["Title"],
            "location": ["Location"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "salesforce_report.csv",
        "salesforce",
        1,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website"],
            "company_name": ["Company / Account"],
            "email": ["Email"],
            "phone": ["Phone", "Mobile"],
            "title": ["Title"],
            "location": ["Mailing City"],
        },
        (9, 8, 0, 1),
        {"duplicate": 1},
    ),
    Golden(
        "seamless.csv",
        "seamless",
        1,
        {
            "linkedin_url": ["Contact LI Profile URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "full_name": ["Contact Full Name"],
            "company_domain": ["Website"],
            "company_name": ["Company Name - Cleaned", "Company Name"],
            "email": ["Primary Email", "Email 1", "Email 2"],
            "phone": ["Contact Mobile Phone", "Contact Phone 1"],
            "title": ["Title"],
            "location": ["Contact Location"],
        },
        (6, 6, 0, 0),
        {},
    ),
    Golden(
        "zoho.csv",
        "zoho",
        1,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website"],
            "company_name": ["Company"],
            "email": ["Email", "Secondary Email"],
            "phone": ["Phone", "Mobile"],
            "title": ["Title"],
            "location": ["City", "State", "Country"],
        },
        (6, 5, 1, 0),
        {"only_one_name": 1},
    ),
    Golden(
        "zoom_webinar.csv",
        "zoom_webinar",
        12,
        {
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "full_name": ["User Name (Original Name)"],
            "email": ["Email"],
            "phone": ["Phone"],
            "location": ["Country/Region Name"],
        },
        (7, 5, 2, 0),
        {"only_one_name": 1, "no_company": 1},
    ),
    Golden(
        "zoominfo.csv",
        "zoominfo",
        1,
        {
            "linkedin_url": ["LinkedIn Contact Profile URL"],
            "first_name": ["First Name"],
            "last_name": ["Last Name"],
            "company_domain": ["Website", "Email Domain"],
            "company_name": ["Company Name"],
            "email": ["Email Address"],
            "phone": ["Mobile phone", "Direct Phone Number"],
            "title": ["Job Title"],
            "location": ["Person City", "Person State", "Country"],
        },
        (8, 8, 0, 0),
        {},
    ),
    Golden(
        "attio.csv",
        "attio",
        1,
        {
            "linkedin_url": ["LinkedIn"],
            "full_name": ["Name"],
            "company_name": ["Company"],
            "email": ["Email addresses"],
            "phone": ["Phone numbers"],
            "title": ["Job title"],
            "location": ["Primary location"],
        },
        (6, 3, 2, 1),
        {"only_one_name": 1, "no_company": 1, "duplicate": 1},
    ),
    Golden(
        "wiza.csv",
        "",
        1,
        {
            "linkedin_url": ["linkedin"],
            "first_name": ["first_name"],
            "last_name": ["last_name"],
            "full_name": ["full_name"],
            "company_domain": ["domain"],
            "company_name": ["company"],
            "email": ["email"],
            "title": ["title"],
            "location": ["location"],
        },
        (4, 3, 1, 0),
        {"only_one_name": 1},
    ),
    Golden(
        "cognism.csv",
        "",
        1,
        {
            "full_name": ["Person Full Name"],
            "company_name": ["Company"],
            "email": ["Work Email"],
            "phone": ["Mobile"],
            "title": ["Job Title"],
            "location": ["Country"],
        },
        (4, 2, 1, 1),
        {"no_company": 1, "duplicate": 1},
    ),
    Golden(
        "google_contacts_old.csv",
        "google_contacts",
        1,
        {
            "first_name": ["Given Name"],
            "last_name": ["Family Name"],
            "full_name": ["Name"],
            "company_domain": ["Website 1 - Value"],
            "company_name": ["Organization 1 - Name"],
            "email": ["E-mail 1 - Value", "E-mail 2 - Value"],
            "phone": ["Phone 1 - Value"],
            "title": ["Organization 1 - Title", "Occupation"],
        },
        (5, 3, 2, 0),
        {"only_one_name": 1, "no_company": 1},
    ),
    Golden(
        "salesforce_api.csv",
        "salesforce",
        1,
        {
            "first_name": ["FirstName"],
            "last_name": ["LastName"],
            "full_name": ["Name"],
            "company_name": ["Account.Name"],
            "email": ["Email"],
            "phone": ["MobilePhone", "Phone"],
            "title": ["Title"],
        },
        (5, 3, 1, 1),
        {"only_one_name": 1, "duplicate": 1},
    ),
    Golden(
        "hubspot_newer.csv",
        "hubspot",
        1,
        {
            "linkedin_url": ["LinkedIn URL"],
            "first_name": ["First name"],
            "last_name": ["Last name"],
            "company_domain": ["Website URL"],
            "company_name": ["Company name"],
            "email": ["Email"],
            "phone": ["Mobile phone number", "Phone number"],
            "title": ["Job title"],
            "location": ["City", "State/Region", "Country/Region"],
        },
        (3, 2, 1, 0),
        {"no_company": 1},
    ),
    Golden(
        "phantombuster_sales.csv",
        "phantombuster",
        1,
        {
            "linkedin_url": ["linkedInProfileUrl", "profileUrl"],
            "first_name": ["firstName"],
            "last_name": ["lastName"],
            "full_name": ["fullName"],
            "company_name": ["companyName"],
            "title": ["title"],
            "location": ["location"],
        },
        (3, 3, 0, 0),
        {},
    ),
)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_an_export_is_understood(golden: Golden) -> None:
    table, mapping, prepared = intake(golden.file)
    found = {name: [table.columns[place] for place in places] for name, places in mapping.columns.items()}
    counts = prepared.counts
    assert mapping.source == golden.source
    assert table.header_row == golden.header_row
    assert found == golden.headers
    assert (counts.rows, counts.ready, counts.invalid, counts.duplicates) == golden.counts
    assert prepared.reasons == golden.reasons


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_every_choice_is_explained(golden: Golden) -> None:
    _, mapping, _ = intake(golden.file)
    assert mapping.why.keys() == mapping.columns.keys()
    assert all(sentence.endswith(".") for sentence in mapping.why.values())


def test_names_do_not_swap_when_the_last_name_comes_first() -> None:
    table, _, prepared = intake("zoominfo.csv")
    lasts = table.cells.column(1).to_pylist()
    assert prepared.rows["last_name"].to_pylist() == lasts
    assert table.columns[1] == "Last Name"


def test_zip_codes_and_ids_stay_text() -> None:
    table, _, _ = intake("zoominfo.csv")
    assert table.cells.column(table.columns.index("Person Zip Code")).to_pylist()[0] == "00700"


def test_pages_of_companies_never_become_a_domain() -> None:
    _, mapping, prepared = intake("phantombuster.csv")
    table, _, _ = intake("phantombuster.csv")
    assert "company_domain" not in mapping.columns
    assert table.columns.index("companyUrl") in mapping.refused
    assert set(prepared.rows["company_domain"].to_pylist()) == {""}


def test_a_readable_profile_beats_an_opaque_one_in_a_later_column() -> None:
    _, _, prepared = intake("evaboot.csv")
    slugs = prepared.rows["linkedin_slug"].to_pylist()
    assert slugs[1].startswith("ACwAA")
    assert not any(slug.startswith("ACwAA") for number, slug in enumerate(slugs) if number != 1)


def test_a_salutation_is_no_job() -> None:
    table, mapping, _ = intake("outlook.csv")
    assert mapping.refused[table.columns.index("Title")] == (
        "it holds salutations such as Mr or Dr, not jobs"
    )


def test_an_exchange_address_is_no_email() -> None:
    _, _, prepared = intake("outlook.csv")
    assert all("exchangelabs" not in email for email in prepared.rows["email"].to_pylist())
    assert all(prepared.rows["email"].to_pylist())


def test_of_several_addresses_in_a_cell_the_one_at_work_counts() -> None:
    _, _, prepared = intake("google_contacts.csv")
    assert prepared.rows["email"].to_pylist()[2].endswith(".example")


def test_a_mobile_phone_beats_a_direct_one_in_an_earlier_column() -> None:
    table, _, prepared = intake("lusha.csv")
    mobiles = table.cells.column(table.columns.index("Phone 2")).to_pylist()
    assert set(table.cells.column(table.columns.index("Phone 2 Type")).to_pylist()) == {"Mobile"}
    assert prepared.rows["phone"].to_pylist() == mobiles


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param("+12125550101,Office,+12125550102,Direct", "+12125550102", id="direct before office"),
        pytest.param(
            "+12125550101,Office,+12125550102,Main line", "+12125550102", id="an unknown kind before office"
        ),
        pytest.param("+12125550101,Direct,,Mobile", "+12125550101", id="no number is no mobile phone"),
        pytest.param("+12125550101,,+12125550102,", "+12125550101", id="without kinds the first"),
        pytest.param(
            "+12125550101,MOBILE,+12125550102,Mobile", "+12125550101", id="of two mobile phones the first"
        ),
    ],
)
def test_of_several_phones_the_best_kind_counts(cells: str, expected: str) -> None:
    rows = f"Name,Company,Phone 1,Phone 1 Type,Phone 2,Phone 2 Type\nMara Quill,Acme,{cells}\n"
    table = read_table(rows.encode(), "phones.csv")
    assert prepare(table, recognise(table)).rows["phone"].to_pylist() == [expected]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        pytest.param("k.A.", "", id="not stated is no phone"),
        pytest.param("n/a", "", id="n/a is no phone"),
        pytest.param("1,51234E+11", "", id="a number ruined by a spreadsheet is no phone"),
        pytest.param("1.51234E+11", "", id="nor one with a point"),
        pytest.param("12345", "", id="too short"),
        pytest.param("1234567890123456", "", id="too long"),
        pytest.param("05.11.2026", "", id="a date is no phone"),
        pytest.param("anna@acme.example", "", id="an email is no phone"),
        pytest.param("+49 (0)30 / 123-4567", "+49 (0)30 / 123-4567", id="with punctuation"),
        pytest.param("'+4930123456", "+4930123456", id="with an apostrophe"),
        pytest.param("(212) 555-0101 ext. 12", "(212) 555-0101 ext. 12", id="with an extension"),
        pytest.param("212.555.0101x12", "212.555.0101x12", id="with a short extension"),
        pytest.param("Tel.: 030 1234567", "030 1234567", id="behind a word for it"),
        pytest.param("+49 30 1234567 / +49 151 1234567", "+49 30 1234567", id="the first of two"),
        pytest.param("k.A.; +4930123456", "+4930123456", id="the first that is one"),
    ],
)
def test_only_what_is_a_phone_counts_as_one(cell: str, phone: str) -> None:
    table = read_table(f'Name,Company,Email,Phone\nMara Quill,Acme,keine,"{cell}"\n'.encode(), "phones.csv")
    used = {"full_name": "Name", "company_name": "Company", "email": "Email", "phone": "Phone"}
    rows = prepare(table, recognise(table, used)).rows
    assert (rows["phone"].to_pylist(), rows["email"].to_pylist()) == ([phone], [""])
    assert table.cells.column(3).to_pylist() == [cell]


def test_totals_below_a_report_are_never_looked_up() -> None:
    table, _, _ = intake("salesforce_report.csv")
    assert [note.code for note in table.notes] == ["totals_below", "blank_rows"]
    assert not any("Totals" in cell for cell in table.cells.column(0).to_pylist())


def test_lines_say_where_a_row_stands_in_the_file() -> None:
    table, _, prepared = intake("linkedin_connections.csv")
    lines = (DATA / "linkedin_connections.csv").read_text("utf-8").splitlines()
    for number in (0, 3, 39):
        first_name = table.cells.column(0)[number].as_py()
        assert lines[table.lines[number].as_py() - 1].startswith(first_name)
    assert prepared.rows["line"].to_pylist() == table.lines.to_pylist()


def test_a_file_of_companies_is_refused_in_plain_words() -> None:
    with pytest.raises(IntakeError, match="lists companies, not people") as caught:
        intake("companies_only.csv")
    assert caught.value.code == "companies_only"


def test_numbers_and_dates_of_a_sheet_read_like_text() -> None:
    table, _, _ = intake("badge_scan.xlsx")
    first = dict(zip(table.columns, [column[0].as_py() for column in table.cells.columns], strict=True))
    assert first["Badge ID"] == "00700"
    assert first["Phone"] == "12125550100"
    assert first["Scan Date"] == "2025-05-12"
    assert first["Rating"] == "1"


def column(name: str, field: str) -> list[str]:
    values: list[str] = intake(name)[2].rows[field].to_pylist()
    return values


def test_of_several_values_in_a_cell_of_older_google_contacts_the_best_counts() -> None:
    name = "google_contacts_old.csv"
    assert column(name, "email")[0] == "nadia.alderwick@northlantern.example"
    assert column(name, "company_domain")[0] == "northlantern.example"
    assert column(name, "phone")[0] == "+1 212-555-0145"
    assert column(name, "company_name")[4] == "Ironvale Steel"


def test_of_several_values_joined_by_commas_the_best_counts() -> None:
    assert column("attio.csv", "email")[:2] == [
        "ines.ulvestad@marrowstone.example",
        "jose.pellworm@solvane.example",
    ]
    assert column("attio.csv", "phone")[0] == "+1 312-555-0171"


def test_a_name_in_one_cell_is_taken_apart_whichever_part_comes_first() -> None:
    assert column("cognism.csv", "first_name") == ["Lionel", "Tomás", "Keiko", "Lionel"]
    assert column("cognism.csv", "last_name") == ["Fairbrook", "van der Linde", "Ekholm", "Fairbrook"]
    assert (column("wiza.csv", "first_name")[1], column("wiza.csv", "last_name")[1]) == ("Priya", "Marchetti")


def test_ids_that_differ_only_in_case_stay_two() -> None:
    table, _, _ = intake("salesforce_api.csv")
    ids = table.cells.column(0).to_pylist()
    assert ids[:2] == ["0035f00000AbC00eae", "0035f00000AbC00EAE"]


def test_without_a_public_profile_the_id_in_another_link_is_used_and_then_the_name() -> None:
    slugs, kinds = (
        column("phantombuster_sales.csv", "linkedin_slug"),
        column("phantombuster_sales.csv", "key_kind"),
    )
    assert slugs == ["ACwAAB0xYz0QrStUvWx-0_abcdefghij", "ACwAAB1xYz1QrStUvWx-1_abcdefghij", ""]
    assert kinds == ["linkedin", "linkedin", "name_company"]


def test_a_profile_is_written_one_way_whatever_country_and_language_it_was_copied_from() -> None:
    assert column("hubspot_newer.csv", "linkedin_url")[0] == "https://www.linkedin.com/in/ursula-hartsook"


def test_one_buyer_on_two_lines_is_one_person() -> None:
    _, _, prepared = intake("eventbrite.csv")
    assert prepared.rows["leader"].to_pylist()[6] == 2
    assert prepared.rows["checked"].to_pylist()[6] == "duplicate"
