"""What happens to the catalog when the installation starts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import start
from catalog.entity_ref import LocationRef
from catalog.locations import register_location
from catalog.models import RefreshEdge, RefreshState
from catalog.settings import CatalogSettings
from catalog.start import start_catalog

pytestmark = pytest.mark.django_db
SETTINGS = CatalogSettings(locations=(LocationRef("file", "/srv/catalog/all.yaml"),))


def due():
    return RefreshState.objects.filter(next_update_at__lte=timezone.now()).count()


def put_off():
    RefreshState.objects.update(next_update_at=timezone.now() + timedelta(hours=1), claim="somebody")


def test_the_configured_locations_are_put_in_place_once():
    start_catalog(SETTINGS, is_alone=False)
    start_catalog(SETTINGS, is_alone=False)
    assert list(RefreshEdge.objects.values_list("source_key", flat=True)) == ["ConfigLocationProvider"]

    start_catalog(CatalogSettings(), is_alone=False)
    assert not RefreshState.objects.exists()


def test_a_registered_location_that_lost_its_entity_gets_it_back():
    register_location("url", "https://example.com/catalog-info.yaml")
    RefreshState.objects.all().delete()
    start_catalog(CatalogSettings(), is_alone=False)
    assert RefreshState.objects.get().entity_ref.startswith("location:default/generated-")


@pytest.mark.parametrize(("is_alone", "expected"), [(True, 1), (False, 0)])
def test_what_a_killed_process_had_claimed_is_due_at_once_if_nobody_else_can_have_it(is_alone, expected):
    start_catalog(SETTINGS, is_alone=False)
    put_off()
    start_catalog(SETTINGS, is_alone=is_alone)
    assert due() == expected


def test_after_an_upgrade_that_processes_differently_everything_is_due(monkeypatch):
    start_catalog(SETTINGS, is_alone=False)
    put_off()
    start_catalog(SETTINGS, is_alone=False)
    assert due() == 0

    monkeypatch.setattr(start, "PROCESSING_VERSION", "2")
    start_catalog(SETTINGS, is_alone=False)
    assert due() == 1
