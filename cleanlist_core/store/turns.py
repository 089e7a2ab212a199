"""Whose turn a change needs, for callers who know only a part of what belongs to an organization."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, select

from cleanlist_core.store.schema import batch, contact_list, run, submission


def of_list(list_id: str) -> ScalarSelect[str]:
    return select(contact_list.c.organization_id).where(contact_list.c.id == list_id).scalar_subquery()


def of_run(run_id: str) -> ScalarSelect[str]:
    return select(run.c.organization_id).where(run.c.id == run_id).scalar_subquery()


def of_batch(batch_id: str) -> ScalarSelect[str]:
    return select(batch.c.organization_id).where(batch.c.id == batch_id).scalar_subquery()


def of_try(token: str) -> ScalarSelect[str]:
    """Of a try to send a batch."""
    tried = select(batch.c.organization_id).join(submission, submission.c.batch_id == batch.c.id)
    return tried.where(submission.c.token == token).scalar_subquery()
