"""Lets practice pass four times as fast as for people; Python imports this by itself from its path."""

from cleanlist_core import practice

practice.TIME_FACTOR *= 4
