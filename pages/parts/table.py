"""The people of a run: filters with counts, search, sorting, one page at a time, all by the store.

What is looked at stands in the address, so that a refresh or a link shows the same; the columns and the
size of a page are remembered for the next list.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from cleanlist_core.domain import EnrichmentType, counted
from cleanlist_core.recipes import Recipe
from cleanlist_core.results.browsing import (
    CHIPS,
    COLUMNS,
    ELSEWHERE,
    Among,
    ResultPage,
    ResultQuery,
    browse,
    chip_counts,
    is_too_short,
    shown_together,
)
from cleanlist_core.store import sizes
from cleanlist_core.store.runs import RunView
from cleanlist_core.store.view_choices import remember_view, remembered_view
from pages.parts.downloads import draw_some
from pages.parts.person import show_person
from pages.parts.session import Seat
from pages.parts.ticks import Ticked, clear_ticks, grid_key, take_ticks, ticked
from pages.parts.wording import number as number_of
from pages.parts.wording import room_for

PAGE_SIZES = (25, 50, 100, 500)
PAGE_SIZE = 50
VIEW = "results"
EVERYBODY_SHOWN = "all"
"""In the address: somebody has taken away the filters that are set at first."""
SHOWN_AT_FIRST = ("name", "email", "phone", "email_quality", "company", "outcome", "credits", "title")
SHOWN_OF_TIDIED = ("name", "company", "website", "linkedin", "title", "outcome")
OF_A_LATER_STEP = {
    "found": "Found in this step",
    "nothing": "No phone found",
    "not_chosen": "Not chosen for a phone",
}
ROW = COLUMNS["row"]
LINKEDIN = COLUMNS["linkedin"]
IN_THE_ROW = {COLUMNS["email"]: COLUMNS["own_email"], COLUMNS["phone"]: COLUMNS["own_phone"]}
IN_ANOTHER_ROW = {COLUMNS[f"{own}{key}"]: said for key, said in ELSEWHERE.items() for own in ("", "own_")}
ROW_HEIGHT = 35
WIDTHS = {
    "name": 150,
    "company": 150,
    "email": 240,
    "email_quality": 110,
    "phone": 215,
    "outcome": 125,
    "credits": 70,
    "title": 160,
    "own_email": 280,
    "reason": 320,
}
COLUMN_CONFIG = {
    **{COLUMNS[key]: st.column_config.Column(width=width) for key, width in WIDTHS.items()},
    ROW: st.column_config.NumberColumn(width=60, pinned=True),
    LINKEDIN: st.column_config.LinkColumn(display_text="Profile"),
    COLUMNS["checked_at"]: st.column_config.DateColumn(),
}


def chips_key(run: RunView) -> str:
    """Where the chosen filters stand in the session."""
    return f"chips_{run.id}"


def draw_people(seat: Seat, run: RunView, recipe: Recipe | None = None) -> tuple[Ticked, Among, int]:
    """Returns whom a person has ticked, what filters and search leave, and how many rows that is."""
    _take_from_address(seat, run, recipe)
    search = _draw_search(run)
    if is_too_short(seat.workspace.database, run.id, search):
        st.caption("This list is long: write at least three letters of a word to search it.")
        search = ""
    counts = chip_counts(seat.workspace.database, run.id, search)
    chips = _draw_chips(seat, run, counts)
    slot = st.container()
    query, pages_key = _asked(run, search, chips)
    found = browse(seat.workspace.database, run.id, query)
    _put_into_address(run, query)
    _remember_view(seat, run)
    if found.pages > 1:
        st.pagination(found.pages, key=pages_key)
    with slot:
        if found.total:
            chosen = _draw_page(seat, run, found)
        else:
            st.info("Nobody matches. Take a filter away, or search for less.", icon=":material/search_off:")
            chosen = ticked(run.id, ())
    matching = Among(chips=chips, search=search)
    _draw_what_to_do(seat, run, found, chosen, matching)
    return chosen, matching, found.total


def _take_from_address(seat: Seat, run: RunView, recipe: Recipe | None) -> None:
    """What address, recipe and the last visit say, before the first drawing of this run's table."""
    if f"search_{run.id}" in st.session_state:
        return
    asked, state = st.query_params, st.session_state
    known = remembered_view(seat.workspace.database, seat.organization_id, VIEW)
    columns = [key for key in known.get("columns", ()) if key in COLUMNS and key != "row"]
    size = known.get("size")
    state[f"search_{run.id}"] = asked.get("search", "")[:200]
    usual = state.setdefault(chips_key(run), _chips_of(seat, run, recipe))
    state[_usual_key(run)] = tuple(usual)
    if "show" in asked:
        state[chips_key(run)] = [one for one in asked["show"].split(",") if one in CHIPS]
    state[f"sort_{run.id}"] = asked["sort"] if asked.get("sort") in COLUMNS else "row"
    state[f"descending_{run.id}"] = asked.get("order") == "down"
    tidied = run.enrichment_type is EnrichmentType.NONE
    state[f"columns_{run.id}"] = list(SHOWN_OF_TIDIED) if tidied else columns or list(SHOWN_AT_FIRST)
    state[f"size_{run.id}"] = size if size in PAGE_SIZES else PAGE_SIZE


def _chips_of(seat: Seat, run: RunView, recipe: Recipe | None) -> list[str]:
    """The filters of a recipe, unless they would leave nobody."""
    counts = chip_counts(seat.workspace.database, run.id) if recipe else {}
    return [chip for chip in recipe.chips if counts.get(chip)] if recipe else []


def _usual_key(run: RunView) -> str:
    return f"usual_chips_{run.id}"


def _put_into_address(run: RunView, query: ResultQuery) -> None:
    """What a person chose. Each change is a step that Back undoes, so what is shown at first is none."""
    usual = st.session_state.get(_usual_key(run), ())
    wanted = {
        "search": query.search.strip(),
        "show": "" if query.chips == usual else ",".join(query.chips) or EVERYBODY_SHOWN,
        "sort": "" if query.sort == "row" else query.sort,
        "order": "down" if query.descending else "",
    }
    for name, value in wanted.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value and name in st.query_params:
            del st.query_params[name]


def _remember_view(seat: Seat, run: RunView) -> None:
    """Written when it has changed, not at every look."""
    state = st.session_state
    chosen = {"columns": list(state[f"columns_{run.id}"]), "size": int(state[f"size_{run.id}"])}
    if state.setdefault(f"view_{run.id}", chosen) != chosen:
        state[f"view_{run.id}"] = chosen
        remember_view(seat.workspace.database, seat.organization_id, VIEW, chosen)


def _draw_search(run: RunView) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = st.text_input(
            "Search",
            type="search",
            live="300ms",
            placeholder="Name, company, email or phone",
            key=f"search_{run.id}",
            max_chars=200,
            width=360,
        )
        st.selectbox("Sort by", list(COLUMNS), format_func=_heading, key=f"sort_{run.id}", width=220)
        st.toggle("Largest first", key=f"descending_{run.id}")
        with st.popover("View", icon=":material/view_column:"):
            st.multiselect(
                "Columns to show",
                [key for key in COLUMNS if key != "row"],
                format_func=_heading,
                key=f"columns_{run.id}",
                help="Remembered for the next list.",
            )
            st.selectbox("People on a page", PAGE_SIZES, key=f"size_{run.id}")
    return search or ""


def _heading(key: str) -> str:
    return COLUMNS[key]


def _draw_chips(seat: Seat, run: RunView, counts: Mapping[str, int]) -> tuple[str, ...]:
    chosen = st.session_state.get(chips_key(run)) or []
    offered = [chip for chip in CHIPS if counts.get(chip) or chip in chosen]
    if not offered:
        return ()
    picked = st.pills(
        "Show only",
        offered,
        selection_mode="multi",
        # Rows by name: tiles and charts above count people, of whom some stand in several rows.
        format_func=lambda chip: f"{_chip_label(run, chip)} {counted(counts.get(chip, 0), 'row')}",
        key=chips_key(run),
        on_change=_drop_what_excludes,
        args=(seat, run, tuple(chosen)),
    )
    return tuple(picked)


def _drop_what_excludes(seat: Seat, run: RunView, before: tuple[str, ...]) -> None:
    """A filter that is clicked shows its people, whichever others were on."""
    state, key = st.session_state, chips_key(run)
    database, search = seat.workspace.database, str(state.get(f"search_{run.id}") or "")
    search = "" if is_too_short(database, run.id, search) else search
    state[key] = list(shown_together(database, run.id, before, tuple(state[key] or ()), search))


def _chip_label(run: RunView, chip: str) -> str:
    """A later step tells what it did itself: whom it did not find may be found all the same."""
    return OF_A_LATER_STEP.get(chip, CHIPS[chip]) if run.first_run_id else CHIPS[chip]


def _asked(run: RunView, search: str, chips: tuple[str, ...]) -> tuple[ResultQuery, str]:
    """The query behind what is on the screen, and the key of its pages: a new choice has pages of its own."""
    state = st.session_state
    sort = state.get(f"sort_{run.id}", "row")
    descending = bool(state.get(f"descending_{run.id}"))
    size = int(state.get(f"size_{run.id}", PAGE_SIZE))
    asked = (search, chips, sort, descending, size)
    before, number = state.get(f"asked_{run.id}", (asked, 0))
    if asked != before:
        number += 1
    state[f"asked_{run.id}"] = (asked, number)
    pages_key = f"page_{run.id}_{number}"
    page = int(state.get(pages_key, 1)) - 1
    return ResultQuery(chips, search, sort, descending, page, size), pages_key


def _draw_page(seat: Seat, run: RunView, found: ResultPage) -> Ticked:
    """The rows of this page, each with its box."""
    headings = [COLUMNS[key] for key in st.session_state[f"columns_{run.id}"] or SHOWN_AT_FIRST]
    st.caption(
        f"{counted(found.total, 'row')}. Click a person to see everything known; tick boxes to choose some."
        " Ticks stay while you search."
    )
    if found.total > sizes.LONG_LIST and st.session_state.get(f"sort_{run.id}", "row") != "row":
        st.caption(f"More than {number_of(sizes.LONG_LIST)} rows take a moment to sort at first.")
    shown = tuple(int(row[ROW]) for row in found.rows)
    grid = grid_key(run.id, shown)
    cells = [{ROW: row[ROW], **{heading: _cell(heading, row) for heading in headings}} for row in found.rows]
    event = st.dataframe(
        cells,
        hide_index=True,
        key=grid,
        on_select=partial(take_ticks, run.id, grid, shown),
        selection_mode=["multi-row", "single-cell"],
        alt="People of this list with what was found",
        column_config=COLUMN_CONFIG | _wide_enough(cells),
        placeholder="–",
        height=min(560, ROW_HEIGHT * (len(found.rows) + 1) + 3),
    )
    _open_clicked(seat, run, found, [row for row, _ in event.selection.cells])
    take_ticks(run.id, grid, shown)
    return ticked(run.id, shown)


def _wide_enough(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Emails and phones are cut on no page: the column is as wide as its longest one."""
    widths = {
        COLUMNS[key]: room_for((row[COLUMNS[key]] for row in cells), least=WIDTHS[key], most=360)
        for key in ("email", "phone")
        if cells and COLUMNS[key] in cells[0]
    }
    return {heading: st.column_config.Column(width=width) for heading, width in widths.items()}


def _cell(heading: str, row: Mapping[str, Any]) -> Any:
    """Only real web addresses become links; where nothing was found, the file's own value stands."""
    value = row[heading]
    if not value and (own := row.get(IN_THE_ROW.get(heading, ""))):
        return f"{own} (in your file)"
    if not value and (other := row.get(IN_ANOTHER_ROW.get(heading, ""))):
        return f"{other} (in another row)"
    if heading == LINKEDIN and not str(value or "").startswith("https://"):
        return None
    return value


def _open_clicked(seat: Seat, run: RunView, found: ResultPage, clicked: list[int]) -> None:
    """A card opens once per click, and stays closed when it was closed."""
    key = f"opened_{run.id}"
    number = found.rows[clicked[0]][ROW] if clicked and clicked[0] < len(found.rows) else None
    if number is not None and st.session_state.get(key) != number:
        st.session_state[key] = number
        show_person(seat, run, int(number))
    elif number is None:
        st.session_state.pop(key, None)


def _draw_what_to_do(seat: Seat, run: RunView, found: ResultPage, chosen: Ticked, matching: Among) -> None:
    """The files of the ticked rows, or of all that match; for everybody there is a place of its own."""
    if numbers := chosen.numbers:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{chosen.told}**", width="content")
            st.button(
                "Untick all" if len(numbers) > 1 else "Untick",
                icon=":material/clear_all:",
                key=f"untick_{run.id}",
                on_click=clear_ticks,
                args=(run.id,),
            )
            if len(numbers) == 1 and st.button(
                "Show this person", icon=":material/person:", key=f"show_{run.id}"
            ):
                show_person(seat, run, numbers[0])
        these = f"the {number_of(len(numbers))} ticked" if len(numbers) > 1 else "the row ticked"
        draw_some(seat, run, Among(numbers=numbers), these=these)
    elif matching and found.total:
        draw_some(seat, run, matching, f"All {counted(found.total, 'row')} that match")
