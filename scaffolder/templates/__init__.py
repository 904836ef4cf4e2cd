"""What a template is, and what becomes of it: a form for its user, checks of what he gives, a task's specification."""
