"""Requests to this server's own API."""

from scaffolder.actions.action import Action
from scaffolder.actions.http.backstage_request import ACTION as BACKSTAGE_REQUEST

ACTIONS: tuple[Action, ...] = (BACKSTAGE_REQUEST,)
