from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from cleanlist_core.domain import Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.results import exporting
from cleanlist_core.results.people import e164
from cleanlist_core.results.person import person_card
from cleanlist_core.results.preset_sheets import preview
from cleanlist_core.results.presets import ALL_TITLES, PRESETS
from cleanlist_core.store.database import Database
from tests.unit.results.building import RUN, a_row, add_result, add_run, found_email

COLUMNS = ("Record ID", "Name", "City", "Lead Source")
HEADERS = {
    "hubspot": "First name,Last name,Email,Phone number,Mobile phone number,Job title,"
    "Company name,Website URL,LinkedIn URL,City,State/Region,Country/Region",
    "salesforce_leads": "First Name,Last Name,Company,Title,Email,Phone,"
    "Mobile Phone,Website,City,State,Country,Lead Source,Description",
    "salesforce_contacts": "First Name,Last Name,Account Name,Title,Email,Phone,"
    "Mobile Phone,Website,Mailing City,Mailing State/Province,Mailing Country,Lead Source,Description",
    "apollo": "First Name,Last Name,Title,Contact Email,"
    "Contact LinkedIn URL,Company Name,Company Website,Phone",
    "outreach": "First Name,Last Name,Email,Title,Company,"
    "Work Phone,Mobile Phone,LinkedIn URL,City,State,Country",
    "salesloft": "email_address,first_name,last_name,title,phone,mobile_phone,"
    "linkedin_url,person_company_name,person_company_website,city,state,country",
    "instantly": "email,first_name,last_name,company_name,job_title,phone,website,linkedin_url",
    "smartlead": "email,first_name,last_name,phone_number,company_name,"
    "website,location,linkedin_profile,company_url,job_title",
    "lemlist": "email,firstName,lastName,companyName,companyDomain,jobTitle,linkedinUrl,phone,icebreaker",
    "pipedrive": "Person - Name,Person - Email,Person - Phone,Person - Organization,Person - Job title",
}


def person(outcome: Outcome = Outcome.FOUND, **values: Any) -> dict[str, Any]:
    given = {
        "first_name": "Ilse",
        "last_name": "Varga",
        "company_name": "Northgate",
        "company_domain": "www.Northgate.example",
        "linkedin_url": "https://www.linkedin.com/in/ilse-varga-invented",
        "title": "Head of growth",
        "location": "Vienna, Austria",
        "ask": "partial",
    }
    return a_row(outcome, **{**given, **values})


def safe(address: str = "Ilse@Northgate.example", **values: Any) -> dict[str, Any]:
    return person(email=address, email_status="reliable", email_quality="good", **values)


def export(database: Database, preset: str, **options: Any) -> list[dict[str, str]]:
    data = exporting.export_bytes(database, RUN, preset=preset, **options).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline=""), strict=True))


@pytest.mark.parametrize("preset", HEADERS)
def test_a_preset_has_the_header_its_tool_expects(database: Database, preset: str) -> None:
    add_run(database, [safe()], columns=("Name", "City"))

    assert list(export(database, preset)[0]) == HEADERS[preset].split(",")


def test_every_preset_of_the_menu_can_be_downloaded_and_previewed(database: Database) -> None:
    add_run(
        database,
        [
            safe(phone="+12025550143"),
            person(Outcome.NOTHING),
            a_row(Outcome.NEEDS_FIXING),
            a_row(Outcome.FAILED),
        ],
    )

    for preset in ALL_TITLES:
        assert (
            len(export(database, preset))
            == preview(database, RUN, preset).rows
            == {"everything": 4, "details": 4}.get(preset, 1)
        ), preset
        assert exporting.export_bytes(database, RUN, "xlsx", preset=preset).startswith(b"PK")


def test_values_are_written_as_a_crm_reads_them(database: Database) -> None:
    add_run(
        database,
        [
            safe(
                phone="+1 202-555-0143",
                phone_type="mobile",
                own_phone="020 7946 0000",
                cells=["7", "x", "Wien", "Fair"],
            )
        ],
        columns=COLUMNS,
    )

    (row,) = export(database, "hubspot")

    assert row["Record ID"] == "7"
    assert row["Email"] == "ilse@northgate.example"
    assert (row["Mobile phone number"], row["Phone number"]) == ("+12025550143", "020 7946 0000")
    assert (row["Website URL"], row["City"], row["Country/Region"]) == ("northgate.example", "Wien", "")
    assert export(database, "salesforce_leads")[0]["Lead Source"] == "Fair"


def test_a_website_guessed_from_an_email_stays_out_and_a_place_reaches_the_city(database: Database) -> None:
    own = {"own_email": "own@mail.northgate.example", "phone": "+12025550143"}
    add_run(
        database,
        [
            person(**own, cells=["x", "", "Wien"]),
            person(**own, cells=["x", "northgate.example", "Graz"]),
            person(cells=["x", "", "Linz"], email="new@northgate.example"),
        ],
        columns=("Name", "Webseite", "Ort"),
        mapping={"company_domain": ["Webseite"], "location": ["Ort"]},
    )

    rows = export(database, "salesforce_contacts")

    assert [row["Website"] for row in rows] == ["", "northgate.example", "northgate.example"]
    assert [row["Mailing City"] for row in rows] == ["Wien", "Graz", "Linz"]
    assert [row["City"] for row in export(database, "hubspot")] == ["Wien", "Graz", "Linz"]


def test_an_id_column_comes_first_and_only_for_the_tool_it_belongs_to(database: Database) -> None:
    add_run(database, [safe(cells=["00Q1", "003X", "ok"])], columns=("Lead Id", "CONTACT ID", "Name"))

    assert next(iter(export(database, "salesforce_leads")[0].items())) == ("Lead ID", "00Q1")
    assert next(iter(export(database, "salesforce_contacts")[0].items())) == ("Contact ID", "003X")
    assert "Lead ID" not in export(database, "hubspot")[0]


def test_a_record_id_of_another_crm_is_not_given_to_hubspot(database: Database) -> None:
    add_run(database, [safe(cells=["1"])], columns=("Record Id",), source="zoho")

    assert "Record ID" not in export(database, "hubspot")[0]


def test_the_file_s_own_email_is_used_where_none_was_found_or_the_find_does_not_work(
    database: Database,
) -> None:
    add_run(
        database,
        [
            person(phone="+12025550143", own_email="Own@Northgate.example"),
            person(email="gone@northgate.example", email_quality="bad", own_email="own2@northgate.example"),
        ],
    )

    emails = [row["Email"] for row in export(database, "hubspot", rows="all")]

    assert emails == ["own@northgate.example", "own2@northgate.example"]


def test_how_many_emails_are_the_file_s_own_and_unchecked_is_said(database: Database) -> None:
    add_run(
        database,
        [
            safe(),
            person(Outcome.HAS_IT, own_email="own@northgate.example"),
            person(phone="+12025550143", own_email="own2@northgate.example"),
            person(email="gone@northgate.example", email_quality="bad", own_email="gone@northgate.example"),
            person(email="perhaps@northgate.example", email_quality="risky"),
        ],
    )

    said = "Not all emails in this file are known to be safe to send: {}."
    assert said.format("1 risky, 1 do not send, 2 from your file, not checked by Cleanlist") in " ".join(
        preview(database, RUN, "hubspot", "all").notes
    )
    assert said.format("1 risky, 1 from your file, not checked by Cleanlist") in " ".join(
        preview(database, RUN, "hubspot").notes
    )
    assert "from your file" not in " ".join(preview(database, RUN, "hubspot", "safe").notes)


def test_a_person_goes_out_with_what_any_of_their_rows_has_in_the_file(database: Database) -> None:
    add_run(
        database,
        [
            person(Outcome.HAS_IT),
            person(Outcome.DUPLICATE, of=1, own_phone="+44 20 7946 0991"),
            person(Outcome.DUPLICATE, of=1, own_phone="+44 20 7946 0992", own_email="ilse@northgate.example"),
            person(Outcome.HAS_IT, own_phone="+44 20 7946 0993"),
        ],
    )

    first, second = export(database, "google")

    assert (first["Phone 1 - Value"], first["E-mail 1 - Value"]) == (
        "+442079460991",
        "ilse@northgate.example",
    )
    assert (second["Phone 1 - Value"], second["E-mail 1 - Value"]) == ("+442079460993", "")


def test_a_crm_gets_rows_with_something_new(database: Database) -> None:
    rows = [
        safe(),
        person(email="same@northgate.example", email_quality="good", own_email="Same@northgate.example"),
        person(Outcome.NOTHING),
        person(Outcome.KNOWN, phone="+12025550143"),
        person(phone="+12025550143", own_phone="+1 (202) 555-0143"),
    ]
    add_run(database, rows)

    shown = preview(database, RUN, "hubspot")

    assert len(export(database, "hubspot")) == shown.rows == 2
    assert [(one.reason, one.rows) for one in shown.left_out] == [
        ("Nothing new found", 2),
        ("Nothing found", 1),
    ]
    assert len(export(database, "hubspot", rows="all")) == 5


@pytest.mark.parametrize("preset", ["hubspot", "details"])
def test_each_cause_why_a_row_is_left_out_is_said_as_it_is(database: Database, preset: str) -> None:
    unasked = [person(Outcome.NOT_SENT), person(Outcome.NOT_SENT), person(Outcome.NOT_SENT)]
    others = [Outcome.HAS_IT, Outcome.FAILED, Outcome.NEEDS_FIXING, Outcome.NOTHING]
    add_run(database, [safe(), *unasked, *(person(one) for one in others)])

    assert preview(database, RUN, preset, rows="found").sentence() == (
        "1 of 8 rows. Left out: 3 (not sent yet); 1 (already in your file); 1 (look-up failed);"
        " 1 (needs fixing); 1 (nothing found)."
    )


@pytest.mark.parametrize("cause", ["repeated_header", "other_header"])
@pytest.mark.parametrize("columns", [("Name", "City"), ("Record ID", "Name")], ids=["new", "with ids"])
def test_column_names_in_a_row_are_no_contact_for_any_tool(
    database: Database, cause: str, columns: tuple[str, ...]
) -> None:
    names = person(Outcome.NEEDS_FIXING, email="", own_email="mail@mail.example", cause=cause)
    add_run(database, [safe(), names, person(Outcome.NEEDS_FIXING, cause="no_company")], columns=columns)

    for preset in PRESETS:
        assert len(export(database, preset, rows="all")) < 3
        assert "1 (the column names again)" in preview(database, RUN, preset, rows="all").sentence()
    assert preview(database, RUN, "hubspot", rows="all").rows == 2
    assert len(export(database, "everything", rows="all")) == 3


def test_a_sending_tool_gets_only_emails_that_are_safe(database: Database) -> None:
    risky = person(email="r@northgate.example", email_status="risky", email_quality="risky")
    add_run(database, [safe(), risky, person(Outcome.HAS_IT, own_email="own@northgate.example")])

    for preset in ("outreach", "salesloft", "instantly", "smartlead", "lemlist"):
        assert len(export(database, preset)) == 1
        assert preview(database, RUN, preset).sentence() == (
            "1 of 3 rows. Left out: 2 (no email that is safe to send)."
        )
    assert len(export(database, "instantly", rows="found")) == 2
    (*_, note) = preview(database, RUN, "hubspot").notes
    assert note == (
        "Not all emails in this file are known to be safe to send: 1 risky."
        " Choose the rows “Safe to send” to leave them out."
    )
    assert not any("risky" in one for one in preview(database, RUN, "hubspot", "safe").notes)
    assert len(export(database, "instantly", rows="all")) == 3


@pytest.mark.parametrize(
    ("preset", "missing", "reason"),
    [
        ("hubspot", {"first_name": "", "last_name": "", "email": ""}, "No name and no email"),
        ("salesforce_leads", {"company_name": ""}, "No last name or no company"),
        ("salesforce_contacts", {"last_name": ""}, "No last name"),
        (
            "apollo",
            {"company_name": "", "company_domain": "", "linkedin_url": "", "email": ""},
            "No company, website, LinkedIn profile or email",
        ),
        ("outreach", {"email": ""}, "No email"),
        ("salesloft", {"email": "", "last_name": ""}, "No email, and no phone with a last name"),
        ("instantly", {"email": ""}, "No email"),
        ("smartlead", {"email": ""}, "No email"),
        ("lemlist", {"email": "", "phone": "", "linkedin_url": ""}, "No email, LinkedIn profile or phone"),
        ("pipedrive", {"first_name": "", "last_name": ""}, "No name"),
        ("google", {"phone": ""}, "No phone"),
    ],
)
def test_a_row_the_tool_would_refuse_is_left_out_and_said_so(
    database: Database, preset: str, missing: dict[str, str], reason: str
) -> None:
    full = {"email": "a@northgate.example", "phone": "+12025550143"}
    add_run(database, [person(**full), person(**{**full, **missing})])

    shown = preview(database, RUN, preset, rows="all")

    assert shown.rows == 1
    assert [(one.reason, one.rows) for one in shown.left_out] == [(reason, 1)]
    assert len(export(database, preset, rows="all")) == 1


def test_the_rows_of_one_person_go_out_once_unless_they_have_ids(database: Database) -> None:
    rows = [safe(cells=["1", "", "", ""]), safe(outcome=Outcome.DUPLICATE, of=1, cells=["2", "", "", ""])]
    add_run(database, rows, columns=COLUMNS)

    assert [row["Record ID"] for row in export(database, "hubspot")] == ["1", "2"]
    assert preview(database, RUN, "apollo").sentence() == (
        "1 of 2 rows. Left out: 1 (the same person as an earlier row)."
    )


def test_an_email_that_several_people_share_is_said_before_the_import(database: Database) -> None:
    other = safe("info@northgate.example", first_name="Bo", last_name="Lind")
    same = safe("info@northgate.example", outcome=Outcome.DUPLICATE, of=1)
    add_run(database, [safe("Info@Northgate.example"), other, safe("c@northgate.example"), same])

    (*_, note) = preview(database, RUN, "hubspot").notes

    assert note.startswith("1 email stands with more than one person (2 rows).")
    assert not any("more than one person" in one for one in preview(database, RUN, "google", "all").notes)


def test_a_google_file_labels_mobiles(database: Database) -> None:
    add_run(database, [person(phone="+12025550143", phone_type="mobile"), person(own_phone="+12025550144")])

    labels = [(row["Phone 1 - Label"], row["Phone 1 - Value"]) for row in export(database, "google")]

    assert labels == [("Mobile", "+12025550143"), ("Work", "+12025550144")]
    assert export(database, "google")[0]["E-mail 1 - Label"] == ""


def test_a_file_too_long_for_the_tool_is_said_before_the_download(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRESETS, "apollo", replace(PRESETS["apollo"], max_rows=1))  # type: ignore[arg-type]
    add_run(database, [safe(), safe("bo@northgate.example")])

    (note,) = preview(database, RUN, "apollo").notes

    assert note.startswith("Apollo contacts takes at most 1 rows in one file; this one has 2.")


def test_the_report_of_a_preset_says_what_was_left_out(database: Database) -> None:
    add_run(database, [safe(), person(Outcome.NOTHING)])

    report = exporting.export_csv(database, RUN, io.BytesIO(), preset="pipedrive")

    assert (report.rows, report.columns) == (1, 5)
    assert report.notes == ("1 row is left out: nothing found.",)


def test_rows_not_found_come_back_as_uploaded(database: Database) -> None:
    add_run(
        database,
        [safe(), person(Outcome.NOTHING, cells=["9", "x", "", "=1"]), person(Outcome.FAILED)],
        columns=COLUMNS,
    )

    rows = export(database, "not_found")

    assert [row["Record ID"] for row in rows] == ["9"]
    assert tuple(rows[0]) == COLUMNS
    assert [row["Record ID"] for row in export(database, "failed")] == ["Record ID 3"]


def test_rows_that_need_fixing_come_with_what_to_fix(database: Database) -> None:
    add_run(
        database, [safe(), a_row(Outcome.NEEDS_FIXING, reason="Add a company.", cells=["9"])], columns=("Id",)
    )

    assert export(database, "needs_fixing") == [{"Id": "9", "What to fix": "Add a company."}]


def test_rejects_of_a_list_without_a_run_are_written_the_same_way() -> None:
    data = exporting.rejects_csv(
        ("Id", "What to fix"), [["=1", "old"], ["2"]], ["Add a name.", "Add a company."]
    )

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Id", "What to fix", "What to fix (2)"],
        ["'=1", "old", "Add a name."],
        ["2", "", "Add a company."],
    ]


def test_rejects_of_a_list_without_faults_are_a_header() -> None:
    assert exporting.rejects_csv(("Id",), [], []) == b"\xef\xbb\xbfId,What to fix\r\n"


def test_an_unknown_preset_is_refused_with_the_names(database: Database) -> None:
    add_run(database, [])

    with pytest.raises(RunError, match=r"everything, details, hubspot, .*, google, not_found") as refusal:
        exporting.export_bytes(database, RUN, preset="myspace")
    assert refusal.value.code == "unknown_preset"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("+1 (202) 555-0143", "+12025550143"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+12025550143 x12", "+12025550143"),
        ("+12025550143; +12025550144", "+12025550143"),
        ("202-555-0143", "202-555-0143"),
        ("", ""),
    ],
)
def test_phones_are_written_in_one_form_when_their_country_is_known(written: str, expected: str) -> None:
    assert e164(written) == expected


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "told",
    [
        {
            "first_name": "Ilse",
            "last_name": "van den Berg",
            "title": "Buyer",
            "company": {"name": "Northgate"},
        },
        {"full_name": "Ilse van den Berg", "job_title": "Buyer", "company_name": "Northgate"},
    ],
    ids=["in parts", "in one"],
)
def test_whom_the_file_does_not_name_has_the_name_of_the_answer(
    database: Database, told: dict[str, Any]
) -> None:
    profile = "https://www.linkedin.com/in/ilse"
    found = add_result(database, "li:ilse", told)
    known = add_result(database, "li:anna", {"first_name": "Anna", "last_name": "Lee"})
    add_run(
        database,
        [
            found_email("ilse@northgate.example", linkedin_url=profile, result_id=found),
            found_email("x@acme.example", first_name="Bo", company_name="Acme", result_id=found),
            a_row(Outcome.KNOWN, email="anna@acme.example", known_result_id=known),
        ],
    )
    data = exporting.export_bytes(database, RUN, preset="hubspot", rows="all").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline=""), strict=True))
    names = [(row["First name"], row["Last name"], row["Company name"], row["Job title"]) for row in rows]
    assert names == [
        ("Ilse", "van den Berg", "Northgate", "Buyer"),
        ("Bo", "", "Acme", ""),
        ("Anna", "Lee", "", ""),
    ]
    assert person_card(database, RUN, 1).name == "Ilse van den Berg"
