"""Suggestions for the fields of a form, asked of code hosts with the user's own token."""
