"""
The template language: Nunjucks as Backstage's scaffolder speaks it, with JavaScript's values.

Start at ``render.py``. A text is read by ``lexer`` and ``parser`` into ``nodes``, turned once into closures by
``compiler``, and run as often as wanted. Nothing of Python is reachable from a template: values are only what
``values.py`` names, and every name, method, filter and test is looked up in a table of ours.
"""
