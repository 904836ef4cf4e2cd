"""Forms for tests: a schema or several, and what was typed."""

from portal.form.faults import place_faults
from portal.form.field import walk_all
from portal.form.filled import FormRequest, fill_form
from portal.form.typed import Typed
from scaffolder.templates.json_schema import schema_errors

HOSTS = {
    "github.com": "github",
    "dev.azure.com": "azure",
    "bitbucket.org": "bitbucketCloud",
    "gerrit.example": "gerrit",
}


def typed(**inputs):
    """``name="x"`` is typed into ``/name``; lists are inputs of the same name; ``__`` is a slash, ``_at_`` a ``?``."""
    return Typed(
        {
            "/" + name.replace("__", "/").replace("_at_", "?"): tuple(content)
            if isinstance(content, list)
            else (content,)
            for name, content in inputs.items()
        }
    )


def page(required=(), **properties):
    return {"title": "Page", "required": list(required), "properties": properties}


def fill(*schemas, given=None, secrets=None, **inputs):
    steps = [{"title": schema.get("title", ""), "schema": schema} for schema in schemas]
    return fill_form(FormRequest(steps, typed(**inputs), given or {}, HOSTS, secrets or {}))


def fields(*schemas, **inputs):
    """By name."""
    return {field.name: field for one in fill(*schemas, **inputs).pages for field in walk_all(one.fields)}


def only_field(schema, **inputs):
    """Of a page that asks for ``x``."""
    return fields(page(x=schema), **inputs)["/x"]


def faults(*schemas, **inputs):
    form = fill(*schemas, **inputs)
    return place_faults([error for one in form.pages for error in schema_errors(form.values, one.schema)], form)
