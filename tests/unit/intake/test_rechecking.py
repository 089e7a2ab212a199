"""Checking again agrees with checking a whole file, for all rows at once and for a few of them."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanlist_core.domain import Contact, RowFields
from cleanlist_core.intake.checking import DUPLICATE, PreparedList, prepare
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.rechecking import KEY_FIELDS, can_be_sent, cause_of, plain_fields, recheck

HEADER = ("First Name", "Last Name", "Company", "Website", "LinkedIn URL")
FIELDS = ("first_name", "last_name", "company_name", "company_domain", "linkedin_url")
GOOD = ("Jane", "Doe", "Acme", "acme.example", "https://www.linkedin.com/in/jane-doe")
FIRST = st.sampled_from(["Jane", "jane", "Otto", "", "x@acme.example"])
LAST = st.sampled_from(["Doe", "Lind", ""])
COMPANY = st.sampled_from(["Acme", "ACME Inc.", "Beta", ""])
WEBSITE = st.sampled_from(["acme.example", "beta.example", "", "gmail.com"])
LINK = st.sampled_from(["", "", "", GOOD[4], "linkedin.com/in/otto", "linkedin.com/company/acme"])
ROWS = st.lists(st.tuples(FIRST, LAST, COMPANY, WEBSITE, LINK).filter(any), max_size=12)


def prepared(rows: list[tuple[str, ...]]) -> PreparedList:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([HEADER, GOOD, *rows])
    table = read_table(file.getvalue().encode(), "x.csv")
    return prepare(table, recognise(table, dict(zip(FIELDS, HEADER, strict=True))))


def own_causes(rows: pa.Table) -> pa.Table:
    reason = pc.if_else(pc.equal(rows["reason"], DUPLICATE), "", rows["reason"])
    return rows.select(["row_number", *KEY_FIELDS]).append_column("reason", reason)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_checking_again_changes_nothing(rows: list[tuple[str, ...]]) -> None:
    before = prepared(rows).rows
    after = recheck(own_causes(before))
    assert after.to_pylist() == before.select(after.column_names).to_pylist()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_a_row_typed_in_is_judged_like_one_of_a_file(rows: list[tuple[str, ...]]) -> None:
    for row, found in zip([GOOD, *rows], prepared(rows).rows.to_pylist(), strict=True):
        typed = Contact(**dict(zip(FIELDS, row, strict=True)))
        fields = plain_fields(typed)
        assert fields == RowFields(**{name: found[name] for name in RowFields.__slots__})
        assert cause_of(fields, typed) == ("" if found["reason"] == DUPLICATE else found["reason"])
        assert can_be_sent(fields) == bool(found["identity"])


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        pytest.param(Contact("https://www.linkedin.com/in/mara"), "", id="a profile"),
        pytest.param(Contact("", "Mara", "Quill", "acme.example"), "", id="name and website"),
        pytest.param(Contact("", "Mara", "Quill", "", "Acme"), "", id="name and company"),
        pytest.param(Contact("", "Mara", "Quill", "gmail.com"), "no_company", id="free mail is no company"),
        pytest.param(Contact("", "Mara", "", "acme.example"), "only_one_name", id="half a name"),
        pytest.param(Contact("", "", "", "acme.example"), "no_name", id="no name"),
        pytest.param(Contact("", "a@b.example", "", "", "Acme"), "not_a_person", id="an email as a name"),
        pytest.param(
            Contact("linkedin.com/company/acme", "Mara"), "company_page_instead_of_person", id="a page"
        ),
        pytest.param(Contact(), "nothing_usable", id="nothing"),
    ],
)
def test_what_is_typed_is_checked_at_once(typed: Contact, cause: str) -> None:
    assert cause_of(plain_fields(typed), typed) == cause


def test_a_work_email_tells_the_website() -> None:
    assert plain_fields(Contact("", "Mara", "Quill"), "mara@acme.example").company_domain == "acme.example"
    assert plain_fields(Contact("", "Mara", "Quill"), "mara@gmail.com").company_domain == ""
