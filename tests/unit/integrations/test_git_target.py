import pytest

from common.errors import InputError
from integrations.git.target import GitTarget, is_git_target, parse_git_target


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://h/team/repo.git//a/b.yaml@main", ("https://h/team/repo.git", "a/b.yaml", "main")),
        ("https://h/team/repo.git//a/b.yaml", ("https://h/team/repo.git", "a/b.yaml", None)),
        ("https://H:443/repo.git///b.yaml@feature/x", ("https://h/repo.git", "b.yaml", "feature/x")),
        ("git+https://h/team/repo//b.yaml@v1.0", ("https://h/team/repo", "b.yaml", "v1.0")),
        ("http://h:3000/repo.git//**/catalog-info.yaml", ("http://h:3000/repo.git", "**/catalog-info.yaml", None)),
        ("https://h/r.git//%40scope/a%20b%25.yaml@main", ("https://h/r.git", "@scope/a b%.yaml", "main")),
        ("https://h/r.git//@main", ("https://h/r.git", "", "main")),
        ("git+file:///srv/repos/catalog//all.yaml@main", ("file:///srv/repos/catalog", "all.yaml", "main")),
        ("git+file:///srv/catalog.git//all.yaml", ("file:///srv/catalog.git", "all.yaml", None)),
    ],
)
def test_reads_repository_path_and_ref(text, parts):
    target = parse_git_target(text)

    assert (target.clone_url, target.path, target.ref) == parts
    assert GitTarget.parse(str(target)) == target


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/o/r/blob/main/catalog-info.yaml",
        "https://h/a//b@c",
        "https://h/r.git",
        "https://h/x?url=https://h/r.git//y",
        "not a url",
        "/srv/r.git//x",
    ],
)
def test_other_urls_are_no_git_targets(text):
    assert not is_git_target(text)
    assert parse_git_target(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("git+https://h/repo", "names no file: write '//' and a path, as in 'https://example.com/team/repo.git//"),
        ("git+ssh://git@h/repo.git//x", "holds a user name or password"),
        ("git+ssh://h/repo.git//x", "is read by https, http or git+file only"),
        ("ssh://h/repo.git//x", "is read by https, http or git+file only"),
        ("file:///srv/repo.git//x", "is read by https, http or git+file only"),
        ("git+file://host/srv/repo//x", "needs an absolute path"),
        ("https://h/repo.git//x@", "names the ref '', which git does not allow; a '@' in a path is written '%40'"),
        ("https://h/repo.git//a/../x", "has a path with '.' or '..' segments; write it from the top"),
        ("https://h/repo.git//a%00b", "has a path with control characters"),
        ("https://h/repo.git//%ff", "has a path that is not UTF-8"),
        ("https://:1/repo.git//x", "has no valid address of a repository: Invalid URL 'https://:1/repo.git'"),
        ("https://h/repo.git//" + "x" * 5000, "has more than 4096 characters"),
    ],
)
def test_a_faulty_target_says_what_is_wrong(text, fault):
    with pytest.raises(InputError) as caught:
        GitTarget.parse(text)

    assert fault in str(caught.value)


def test_a_password_is_not_repeated():
    with pytest.raises(InputError) as caught:
        GitTarget.parse("https://alice:s3cret@h/repo.git//x")

    assert str(caught.value) == (
        "The git target of 'h/repo.git' holds a user name or password;"
        " credentials belong into the configuration, under 'integrations'"
    )
