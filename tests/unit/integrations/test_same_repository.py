import pytest

from integrations.registry import same_repository


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8900/other/x.md", "http://localhost:8900/base/all.yaml"),
        ("http://example.com:80/x", "http://EXAMPLE.com/y"),
        ("https://github.com/o/r/tree/main/docs/x.md", "https://github.com/o/r/blob/main/a/b.yaml"),
        ("https://gitlab.com/g/s/p/-/blob/main/x", "https://gitlab.com/g/s/p/-/blob/main/a/y"),
        (
            "https://bb.example.com/projects/P/repos/r/browse/x?at=main",
            "https://bb.example.com/projects/P/repos/r/browse/a/b?at=main",
        ),
        ("https://dev.azure.com/o/p/_git/r?path=%2Fx", "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb"),
        ("https://g.example.com/p/+/refs/heads/main/x", "https://g.example.com/p/+/refs/heads/main/a/b"),
        ("https://h/r.git//x@main", "https://h/r.git//a/b.yaml@main"),
        ("git+file:///srv/r//x", "git+file:///srv/r//y"),
    ],
)
def test_files_of_one_repository(url, base):
    assert same_repository(url, base)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://localhost:8900/x", "http://localhost:8900/x"),
        ("http://localhost:8901/x", "http://localhost:8900/x"),
        ("http://other/x", "http://localhost/x"),
        ("https://github.com/o/secret/blob/main/x", "https://github.com/o/r/blob/main/y"),
        ("https://github.com/o/r/blob/other/x", "https://github.com/o/r/blob/main/y"),
        ("https://github.com/o/r/settings", "https://github.com/o/r/blob/main/y"),
        ("https://github.com/o/r/blob/main/../../../secret/blob/main/x", "https://github.com/o/r/blob/main/y"),
        ("https://github.com/o/r/blob/main/..%2f..%2fx", "https://github.com/o/r/blob/main/y"),
        ("https://dev.azure.com/o/p/_git/secret?path=%2Fx", "https://dev.azure.com/o/p/_git/r?path=%2Fa"),
        ("https://g.example.com/secret/+/refs/heads/main/x", "https://g.example.com/p/+/refs/heads/main/x"),
        ("https://h/secret.git//x@main", "https://h/r.git//x@main"),
        ("https://h/r.git//x@other", "https://h/r.git//x@main"),
        ("https://h/r.git", "https://h/r.git//x"),
        ("git+file:///srv/secret//x", "https://h/r.git//x"),
        ("not a url", "http://h/x"),
        ("https://h/r.git//%ff", "https://h/r.git//x"),
    ],
)
def test_files_that_lie_elsewhere(url, base):
    assert not same_repository(url, base)
