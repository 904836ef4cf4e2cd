"""The actions that RoadieHQ's package of utilities brings to Backstage, under the same ids."""

from scaffolder.actions.action import Action
from scaffolder.actions.roadiehq.append_file import ACTION as APPEND_FILE
from scaffolder.actions.roadiehq.jsonata_data import ACTION as JSONATA_DATA
from scaffolder.actions.roadiehq.jsonata_json import ACTION as JSONATA_JSON
from scaffolder.actions.roadiehq.jsonata_yaml import ACTION as JSONATA_YAML
from scaffolder.actions.roadiehq.merge_file import ACTION as MERGE_FILE
from scaffolder.actions.roadiehq.merge_json import ACTION as MERGE_JSON
from scaffolder.actions.roadiehq.parse_file import ACTION as PARSE_FILE
from scaffolder.actions.roadiehq.replace_in_files import ACTION as REPLACE_IN_FILES
from scaffolder.actions.roadiehq.serialize_json import ACTION as SERIALIZE_JSON
from scaffolder.actions.roadiehq.serialize_yaml import ACTION as SERIALIZE_YAML
from scaffolder.actions.roadiehq.sleep import ACTION as SLEEP
from scaffolder.actions.roadiehq.write_file import ACTION as WRITE_FILE
from scaffolder.actions.roadiehq.zip_path import ACTION as ZIP_PATH

ACTIONS: tuple[Action, ...] = (
    APPEND_FILE,
    JSONATA_DATA,
    JSONATA_JSON,
    JSONATA_YAML,
    MERGE_FILE,
    MERGE_JSON,
    PARSE_FILE,
    REPLACE_IN_FILES,
    SERIALIZE_JSON,
    SERIALIZE_YAML,
    SLEEP,
    WRITE_FILE,
    ZIP_PATH,
)
