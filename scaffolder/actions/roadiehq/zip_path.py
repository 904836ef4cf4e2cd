"""``roadiehq:utils:zip``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.schemas import closed_object
from scaffolder.workspace.workspace import Entry

MAX_BYTES = 200 * 1024 * 1024
# Always the same, so that the same files make the same archive.
TIME = (1980, 1, 1, 0, 0, 0)
FOLDER_MODE, FILE_MODE, EXECUTABLE_MODE = 0o40755 << 16, 0o100644 << 16, 0o100755 << 16
EXAMPLES = (
    Example(
        "Pack a folder",
        """\
steps:
  - action: roadiehq:utils:zip
    id: pack
    name: Pack the site
    input:
      path: site
      outputPath: site.zip
""",
    ),
)


def zip_path(context: ActionContext) -> None:
    workspace = context.workspace
    path, output = workspace.normalize(context.input["path"]), workspace.normalize(context.input["outputPath"])
    entry = workspace.find(path)
    if entry is None:
        raise InputError(f"File {path} does not exist. Can't zip it.")
    buffer = io.BytesIO()
    left = MAX_BYTES
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, found in _contents(context, entry):
            context.stop.check()
            left -= found.size
            if left < 0:
                raise InputError(f"'{path}' is too large to zip: at most {MAX_BYTES} bytes are allowed")
            archive.writestr(_header(name, found), b"" if found.is_folder else workspace.read_bytes(found.path))
    workspace.write_bytes(output, buffer.getvalue())
    context.output("outputPath", context.input["outputPath"])


def _contents(context: ActionContext, entry: Entry) -> Iterator[tuple[str, Entry]]:
    """Names in the archive: below a folder those that follow its own; of a file its last."""
    if not entry.is_folder:
        yield entry.path.rpartition("/")[2], entry
        return
    prefix = "" if entry.path == "." else f"{entry.path}/"
    for found in list(context.workspace.walk(entry.path)):
        yield found.path.removeprefix(prefix) + ("/" if found.is_folder else ""), found


def _header(name: str, entry: Entry) -> zipfile.ZipInfo:
    header = zipfile.ZipInfo(name, TIME)
    header.compress_type = zipfile.ZIP_STORED if entry.is_folder else zipfile.ZIP_DEFLATED
    mode = EXECUTABLE_MODE if entry.is_executable else FILE_MODE
    header.external_attr = FOLDER_MODE if entry.is_folder else mode
    return header


ACTION = Action(
    id="roadiehq:utils:zip",
    description="Packs a file or folder of the workspace into a zip archive",
    run=zip_path,
    input=closed_object(
        {
            "path": {"type": "string", "description": "The file or folder, in the workspace"},
            "outputPath": {"type": "string", "description": "The archive, in the workspace"},
        },
        ["path", "outputPath"],
    ),
    output=closed_object({"outputPath": {"type": "string", "description": "The archive"}}, ["outputPath"]),
    examples=EXAMPLES,
    supports_dry_run=True,
)
