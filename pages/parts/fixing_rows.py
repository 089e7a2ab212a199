"""The fix list: why rows need fixing, and three ways to fix them: one click, by hand, in a spreadsheet."""

from __future__ import annotations

from typing import cast

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, counted
from cleanlist_core.errors import CleanlistError
from cleanlist_core.fixing import EditableRow, Offer, Rejoined
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.reviewing import fix_groups, rows_to_fix
from cleanlist_core.store.list_changes import list_revision
from cleanlist_core.store.lists import StoredList
from pages.parts import frame, offers, session
from pages.parts.dropped_files import let_go
from pages.parts.session import Seat
from pages.parts.wording import plain

_ROUND = "corrected_round"
_REFUSED = "corrected_refused"
_STILL_BROKEN = "row_still_to_fix"
_JUST_CHANGED = "row_just_changed"
_UNFINISHED = "row_checked_and_not_ready"
ANY_ROW = "Look at any row, and change it"
WHY_AND_WAYS = "Why, and ways to fix them"
MOST_TO_CHOOSE_FROM = 200
SIDE_BY_SIDE = (("first_name", "last_name"), ("company_name", "company_domain"), ("linkedin_url",))
KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods"]


def draw_fix_list(seat: Seat, listed: StoredList) -> None:
    """Rows that are not ready, by cause; nothing at all where there never were any."""
    offers.draw_said()
    if listed.facts.to_fix:
        found = offers.offers_of(seat, listed, fixing.repair_offers)
        st.markdown(f":material/build: {_title(listed, found)}")
        # The label never changes: with another one Streamlit takes it for another expander, and closes it.
        with st.expander(WHY_AND_WAYS, key=f"fixes_{listed.id}", on_change="rerun"):
            _draw_causes(listed)
            _draw_ways(seat, listed, found)
    offers.draw_changes(seat, listed)


def _title(listed: StoredList, found: tuple[Offer, ...]) -> str:
    total = counted(listed.facts.to_fix, "row needs", "rows need")
    repairable = sum(len(offer.rows) for offer in found)
    whole = "it takes one click" if repairable == 1 else "all of them with one click"
    of_them = whole if repairable == listed.facts.to_fix else f"{repairable:,} of them with one click"
    with_one_click = f", {of_them}" if repairable else ""
    them = "it" if listed.facts.to_fix == 1 else "them"
    return f"**{total} fixing**{with_one_click}. The rest can go ahead without {them}."


def _draw_causes(listed: StoredList) -> None:
    for group in fix_groups(listed):
        if group.fixable:
            advice = plain(group.advice, limit=400)
            st.markdown(f":orange-badge[{group.rows:,}] **{plain(group.title)}.** {advice}")


def _draw_ways(seat: Seat, listed: StoredList, found: tuple[Offer, ...]) -> None:
    names = ["By hand", "In a spreadsheet"]
    if found:
        names.insert(0, "One click")
    tabs = dict(zip(names, st.tabs(names, key=f"ways_{listed.id}"), strict=True))
    if found:
        with tabs["One click"]:
            for offer in found:
                offers.draw_offer(seat, listed, offer, verb="Fix")
    with tabs["By hand"]:
        _draw_one_row(seat, listed)
    with tabs["In a spreadsheet"]:
        _draw_download(seat, listed)
        _draw_way_back(seat, listed)


# One row by hand


def _draw_one_row(seat: Seat, listed: StoredList) -> None:
    rows = {
        row.number: row
        for row in fixing.broken_rows(seat.workspace.database, listed, limit=MOST_TO_CHOOSE_FROM)
    }
    if not rows:
        return
    key = f"row_to_fix_{listed.id}"
    # Titles change with what is typed, and the choice would go with them: a row just checked stays chosen.
    kept = st.session_state.pop(_STILL_BROKEN, None)
    if kept in rows:
        st.session_state[key] = kept
    number: int = st.selectbox(
        "Row to fix",
        list(rows),
        format_func=lambda number: _row_title(rows[number]),
        key=key,
    )
    if listed.facts.to_fix > len(rows):
        st.caption(f"The first {len(rows):,} rows are here. For many rows, a spreadsheet is quicker.")
    row = rows[number]
    unfinished = _typed_before(listed, row)
    cause = row.cause
    if unfinished is None and cause is not None:
        st.markdown(plain(cause.advice, limit=400))
    typed = _draw_fields(seat, listed, row, unfinished or row.given)
    if typed is not None:
        with frame.mishaps_in_plain_words():
            cause = fixing.edit_row(seat.workspace.database, listed, row.number, typed)
            if cause is None:
                offers.say(f"Row {row.number:,} is fixed.")
            st.session_state[_STILL_BROKEN] = row.number
            st.session_state[_UNFINISHED] = (listed.id, row.number, typed)
            st.rerun()
    if unfinished is not None and cause is not None:
        advice = plain(cause.advice, limit=400)
        st.warning(
            f"Row {row.number:,} still needs fixing. {plain(cause.title)}. {advice}", icon=":material/info:"
        )


def _row_title(row: EditableRow) -> str:
    state = f" · {row.cause.title}" if row.cause else ""
    if row.leader != row.number:
        state = f" · the same person as row {row.leader:,}"
    # Spreadsheets count the row of column names, too.
    line = f", line {row.line:,} of your file" if row.line not in (0, row.number) else ""
    return f"Row {row.number:,}{line}: {row.title or 'empty'}{state}"


def _typed_before(listed: StoredList, row: EditableRow) -> Contact | None:
    """What was typed for this row when it was checked last and was not enough."""
    list_id, number, typed = st.session_state.get(_UNFINISHED, ("", 0, None))
    if (list_id, number) == (listed.id, row.number):
        return cast("Contact", typed)
    st.session_state.pop(_UNFINISHED, None)
    return None


def _draw_fields(
    seat: Seat, listed: StoredList, row: EditableRow, given: Contact, place: str = "fix"
) -> Contact | None:
    """What is sent of a row, to be typed over. None until the button is pressed."""
    key = f"{place}_{listed.id}_{row.number}_{list_revision(seat.workspace.database, listed.id)}"
    typed = {}
    with st.form(f"edit_{key}", border=False):
        for pair in SIDE_BY_SIDE:
            for column, name in zip(st.columns(len(pair), gap="medium"), pair, strict=True):
                label = FIELD_LABELS[name]
                typed[name] = column.text_input(
                    label[:1].upper() + label[1:], value=getattr(given, name), key=f"{name}_{key}"
                )
        pressed = st.form_submit_button("Check and use", icon=":material/check:")
    return Contact(**typed) if pressed else None


# Any row


def draw_any_row(seat: Seat, listed: StoredList) -> None:
    """What is sent of any row, to be looked at and changed before anything is spent."""
    with st.expander(ANY_ROW, key=f"any_row_{listed.id}", on_change="rerun") as opened:
        if opened.open:
            _draw_any_row(seat, listed)


def _draw_any_row(seat: Seat, listed: StoredList) -> None:
    wanted = st.text_input(
        "Number of the row, or a name, company or email in it", key=f"row_sought_{listed.id}", max_chars=200
    )
    rows = {row.number: row for row in fixing.find_rows(seat.workspace.database, listed, wanted or "")}
    if not rows:
        st.caption("No row says so, or you left it out.")
        return
    key = f"row_to_change_{listed.id}_{wanted}"
    kept = st.session_state.pop(_JUST_CHANGED, None)
    if kept in rows:
        st.session_state[key] = kept
    number = st.selectbox(
        "Row to change", list(rows), format_func=lambda number: _row_title(rows[number]), key=key
    )
    row = rows[number]
    typed = _draw_fields(seat, listed, row, row.given, place="any")
    st.caption("Your file stays as it is: only what is looked up changes, and you can take it back.")
    if typed == row.given:
        st.info(f"Row {number:,} says so already. Nothing was changed.")
    elif typed is not None:
        with frame.mishaps_in_plain_words():
            cause = fixing.edit_row(seat.workspace.database, listed, number, typed)
            st.session_state[_JUST_CHANGED] = number
            if cause is None:
                offers.say(f"Row {number:,} is changed.")
            offers.say(f"Row {number:,} needs fixing now: {plain(cause.title)}.", good=False)


# A spreadsheet


def _draw_download(seat: Seat, listed: StoredList) -> None:
    database, stem = seat.workspace.database, listed.facts.file_name.rsplit(".", 1)[0]
    st.download_button(
        "Download these rows to fix them",
        data=lambda: rows_to_fix(database, listed),
        file_name=f"{stem}-to-fix-{listed.id[:6]}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="download_fixes",
    )
    st.caption(
        "Your own columns, with what to fix beside each row. Keep the column “Cleanlist Row”: by it every"
        " row finds its place again, in whatever order they come back."
    )


def _draw_way_back(seat: Seat, listed: StoredList) -> None:
    round_number = st.session_state.setdefault(_ROUND, 0)
    key = f"corrected_file_{listed.id}_{round_number}"
    upload = st.file_uploader(
        "Drop the corrected file here",
        type=KINDS,
        key=key,
        max_upload_size=session.settings().max_upload_mb,
    )
    if upload is None:
        return
    refused_id, why = st.session_state.get(_REFUSED, ("", ""))
    if refused_id != upload.file_id:
        data = upload.getvalue()
        let_go(upload, key)
        try:
            table = seat.workspace.read_upload(data, upload.name)
            found = fixing.take_corrected(seat.workspace.database, listed, table, upload.name)
        except CleanlistError as error:
            why = error.message
            st.session_state[_REFUSED] = upload.file_id, why
        else:
            st.session_state[_ROUND] += 1
            offers.say(plain(sentence(found), limit=1000), good=bool(found.changed))
    st.error(plain(why, limit=1000), icon=":material/error:")


def sentence(found: Rejoined) -> str:
    """What a corrected file came to, with every one of its rows told."""
    told = (
        (found.fixed, "row is fixed", "rows are fixed"),
        (found.improved, "ready row was corrected", "ready rows were corrected"),
        (found.broken, "row was corrected, not enough yet", "rows were corrected, not enough yet"),
        (found.as_here, "row says so here already", "rows say so here already"),
        (
            found.settled,
            "row came back as uploaded, needs no fixing here any more and stays so",
            "rows came back as uploaded, need no fixing here any more and stay so",
        ),
        (found.same, "row came back without a correction", "rows came back without a correction"),
        (found.looked_up, "row was looked up already and stays", "rows were looked up already and stay"),
        (found.left_out, "row was left out by you and stays so", "rows were left out by you and stay so"),
        (found.unknown, "row is not of this list, left out", "rows are not of this list, left out"),
    )
    parts = [counted(count, one, many) for count, one, many in told if count]
    if found.repeated:
        parts.append(f"{_numbers(found.repeated)} in the file several times and stayed as before")
    said = "; ".join(parts)
    return f"{said}." if found.changed else f"Nothing was changed: {said}."


def _numbers(rows: tuple[int, ...]) -> str:
    shown = ", ".join(f"{number:,}" for number in rows[:5]) + ("…" if len(rows) > 5 else "")
    return f"row {shown} is" if len(rows) == 1 else f"rows {shown} are"
