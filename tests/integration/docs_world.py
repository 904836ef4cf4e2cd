"""Documented entities, with their published documentation in a folder."""

from common.app_config import AppConfig
from docs_site.folder_store import FolderStore
from docs_site.place import DocsPlace
from tests.integration.queries_world import make_entity, write

OPEN = {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}}
STATIC = "/api/techdocs/static/docs"


def configure(settings, folder, **more):
    techdocs = {"builder": "external", "publisher": {"type": "local", "local": {"publishDirectory": str(folder)}}}
    settings.APP_CONFIG = AppConfig.from_dict({**OPEN, "techdocs": {**techdocs, **more.pop("techdocs", {})}, **more})


def document(name="cart", **metadata):
    """An entity that says that it has documentation."""
    annotations = {
        "backstage.io/techdocs-ref": "dir:.",
        "backstage.io/managed-by-location": "url:https://github.com/acme/cart/blob/main/catalog-info.yaml",
    }
    entity = make_entity(
        name, metadata={"annotations": annotations, **metadata}, type="service", lifecycle="production"
    )
    write(entity)
    return entity


def fill_site(folder, files):
    """A built site: texts or bytes by path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def publish(root, site, *, name="cart", kind="component"):
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return FolderStore(root).publish(DocsPlace("default", kind, name), files, lambda done, of: None)
