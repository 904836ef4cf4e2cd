"""The index follows the change log: each reader sees each committed write."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.change_log import prune_change_log, start_new_epoch
from catalog.index import follow
from catalog.index.follow import FAR_BEHIND, current_index, forget_index
from catalog.models import Change, FinalEntity
from tests.integration.queries_world import delete, make_entity, write

pytestmark = pytest.mark.django_db


def refs():
    return sorted(current_index().ref_of.values())


def test_an_empty_catalog_has_an_empty_index():
    assert refs() == []


def test_sees_writes_and_deletions_one_after_the_other():
    write(make_entity("a"), make_entity("b"))
    assert refs() == ["component:default/a", "component:default/b"]
    write(make_entity("c"))
    delete("component:default/a")
    assert refs() == ["component:default/b", "component:default/c"]
    write(make_entity("b", type="service"))
    assert list(current_index().matching("spec.type", ["service"])) == [2]


def test_asks_one_statement_if_nothing_changed(django_assert_num_queries):
    write(make_entity("a"))
    current_index()
    with django_assert_num_queries(1):
        current_index()


def test_keeps_the_same_index_while_it_follows():
    write(make_entity("a"))
    index = current_index()
    write(make_entity("b"))
    assert current_index() is index


def test_an_entity_that_came_and_went_between_two_looks_leaves_no_trace():
    write(make_entity("a"))
    current_index()
    write(make_entity("b"))
    write(make_entity("b", type="x"))
    delete("component:default/b")
    assert refs() == ["component:default/a"]


def test_gaps_in_the_log_are_normal():
    write(make_entity("a"))
    current_index()
    Change.objects.create(
        id=1000, entity_id=7, entity_ref="x", operation="deleted", changed_by="x", changed_at=timezone.now()
    )
    write(make_entity("b"))
    assert refs() == ["component:default/a", "component:default/b"]


def test_a_new_epoch_means_a_new_index():
    write(make_entity("a"))
    index = current_index()
    FinalEntity.objects.all().delete()
    assert refs() == ["component:default/a"]
    start_new_epoch()
    assert refs() == []
    assert current_index() is not index


def test_a_log_that_went_back_means_a_new_index():
    write(make_entity("a"), make_entity("b"))
    current_index()
    Change.objects.order_by("-id")[0].delete()
    FinalEntity.objects.filter(entity_ref="component:default/b").delete()
    assert refs() == ["component:default/a"]


def test_ids_that_are_used_again_mean_a_new_index():
    write(make_entity("a"))
    with transaction.atomic():
        write(make_entity("b"))
        assert len(refs()) == 2
        transaction.set_rollback(True)
    write(make_entity("c"), make_entity("d"))
    assert refs() == ["component:default/a", "component:default/c", "component:default/d"]


def test_a_log_that_was_pruned_beyond_the_index_means_a_new_index():
    write(make_entity("a"))
    index = current_index()
    write(make_entity("b"))
    write(make_entity("c"))
    prune_change_log(keep=timedelta(0), now=timezone.now() + timedelta(days=1))
    assert refs() == ["component:default/a", "component:default/b", "component:default/c"]
    assert current_index() is not index


def test_loads_and_follows_in_batches(monkeypatch):
    monkeypatch.setattr(follow, "BATCH", 3)
    write(*(make_entity(f"a{number}") for number in range(10)))
    forget_index()
    assert len(refs()) == 10
    write(*(make_entity(f"b{number}") for number in range(10)))
    assert len(refs()) == 20


def test_far_behind_it_may_be_a_second_old():
    write(make_entity("a"))
    current_index()
    last = Change.objects.latest("id").id
    write(make_entity("b"))
    Change.objects.filter(id=last + 1).update(id=last + FAR_BEHIND + 1)

    assert refs() == ["component:default/a"]
    assert sorted(current_index(may_be_old=False).ref_of.values()) == ["component:default/a", "component:default/b"]


def test_far_behind_for_longer_than_that_it_catches_up():
    write(make_entity("a"))
    current_index()
    follow._follower.followed_at -= 2
    last = Change.objects.latest("id").id
    write(make_entity("b"))
    Change.objects.filter(id=last + 1).update(id=last + FAR_BEHIND + 1)

    assert refs() == ["component:default/a", "component:default/b"]


@pytest.mark.django_db(transaction=True)
def test_many_threads_see_every_committed_write():
    write(make_entity("first"))
    seen = []
    failures = []

    def read(stop):
        try:
            while not stop.is_set():
                index = current_index()
                with index.lock:
                    owned, kinds = (
                        len(index.matching("relations.ownedby", ["group:default/team-a"])),
                        len(index.numbers),
                    )
                if owned != kinds:
                    failures.append((owned, kinds))
        except Exception as error:  # reported by the test's own thread
            failures.append(error)
        finally:
            connection.close()

    stop = threading.Event()
    threads = [threading.Thread(target=read, args=(stop,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        write(make_entity(f"e{number}"), make_entity(f"f{number}"))
        seen.append(len(current_index().numbers))
    stop.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert seen == [3 + 2 * number for number in range(10)]
