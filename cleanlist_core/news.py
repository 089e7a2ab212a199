"""What is worth telling somebody who looks elsewhere: a list is done, one needs them, credits run low."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cleanlist_core.domain import RunState, counted
from cleanlist_core.store.alerts import NEEDS_SOMEBODY
from cleanlist_core.store.runs import RunView


@dataclass(frozen=True, slots=True)
class News:
    """id: the same for the same news, in every tab. run_id: "" for the balance. done: the list has ended.

    one_person: whether it is the look-up of one person, whose screen shows the end of it anyway.
    """

    id: str
    text: str
    run_id: str = ""
    done: bool = False
    one_person: bool = False


def standing_news(runs: Iterable[RunView], *, low: bool) -> dict[str, News]:
    """All there is to tell as things stand, by id. New is what was not in it at the look before."""
    told = [one for run in runs if (one := _of_run(run))]
    if low:
        told.append(News("low", "Credits are running low."))
    return {one.id: one for one in told}


def in_few_words(news: Sequence[News], most: int) -> list[str]:
    """What each says. Of more than `most` that are done, or need somebody, only how many they are."""
    done = [one for one in news if one.done]
    asking = [one for one in news if one.run_id and not one.done]
    kind = "look-up" if any(one.one_person for one in done) else "list"
    said = [one.text for one in news if not one.run_id]
    said += [f"{counted(len(asking), 'list')} need you."] if len(asking) > most else _texts(asking)
    return said + ([f"{counted(len(done), kind)} are done."] if len(done) > most else _texts(done))


def _texts(news: Iterable[News]) -> list[str]:
    return [one.text for one in news]


def _of_run(run: RunView) -> News | None:
    if run.state is RunState.FINISHED:
        news_id, text = f"{run.id}:done:{run.finished_at}", f"{run.list_name} is done."
        return News(news_id, text, run.id, done=True, one_person=run.one_person)
    if run.state is RunState.NEEDS_YOU or (
        run.state is RunState.WAITING and run.waiting_for in NEEDS_SOMEBODY
    ):
        return News(f"{run.id}:{run.waiting_for}", f"{run.list_name} needs you. {run.why}", run.id)
    return None
