"""
JSON Schema with the words and the leniency of npm's ``jsonschema``, which Backstage's scaffolder answers with.

Draft 4 to 7 and what is older (``required: true``, ``divisibleBy``, ``disallow``, ``extends``). Keywords are judged in
the order in which the schema has them; unknown keywords, types and formats are allowed.
"""

from scaffolder.templates.json_schema.validate import schema_errors

__all__ = ["schema_errors"]
