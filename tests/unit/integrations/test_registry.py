"""URLs on code hosts, as the reference's ``ScmIntegrations`` resolves them with the same configuration."""

import pytest

from common.app_config import AppConfig, ConfigError
from integrations.registry import ScmIntegrations
from integrations.whatwg import InvalidUrlError

CONFIG = {
    "integrations": {
        "github": [{"host": "ghe.example.com", "apiBaseUrl": "https://ghe.example.com/api/v3"}],
        "gitlab": [{"host": "gl.example.com:8443", "apiBaseUrl": "https://gl.example.com:8443/api/v4"}],
        "bitbucketServer": [{"host": "bb.example.com"}],
        "gitea": [{"host": "gitea.example.com"}],
        "gerrit": [{"host": "gerrit.example.com", "gitilesBaseUrl": "https://gerrit.example.com/plugins/gitiles"}],
        "harness": [{"host": "app.harness.io"}],
        "awsCodeCommit": [{"region": "eu-west-1"}],
    }
}

RESOLVED = [
    ("./x y.yaml", "http://localhost:8900/base/all.yaml", None, "http://localhost:8900/base/x%20y.yaml"),
    ("/x.yaml", "http://localhost:8900/base/all.yaml", None, "http://localhost:8900/base/all.yaml/x.yaml"),
    ("./", "http://localhost:8900/base/all.yaml", None, "http://localhost:8900/base/"),
    ("../a b+c~.yaml", "http://localhost:8900/base/all.yaml", 5, "http://localhost:8900/a%20b+c~.yaml#L5"),
    ("https://o/p", "http://localhost:8900/base/all.yaml", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://github.com/o/r/blob/main/a/b.yaml?x=1#h",
        None,
        "https://github.com/o/r/tree/main/a/x%20y.yaml?x=1",
    ),
    (
        "/x.yaml",
        "https://github.com/o/r/blob/main/a/b.yaml?x=1#h",
        None,
        "https://github.com/o/r/tree/main/x.yaml?x=1#h",
    ),
    ("./", "https://github.com/o/r/blob/main/a/b.yaml?x=1#h", None, "https://github.com/o/r/tree/main/a/?x=1"),
    (
        "../a b+c~.yaml",
        "https://github.com/o/r/blob/main/a/b.yaml?x=1#h",
        5,
        "https://github.com/o/r/tree/main/a%20b+c~.yaml?x=1#L5",
    ),
    ("https://o/p", "https://github.com/o/r/blob/main/a/b.yaml?x=1#h", 5, "https://o/p"),
    ("./x y.yaml", "https://github.com/o/r/tree/main/a", None, "https://github.com/o/r/tree/main/x%20y.yaml"),
    ("/x.yaml", "https://github.com/o/r/tree/main/a", None, "https://github.com/o/r/tree/main/x.yaml"),
    ("./", "https://github.com/o/r/tree/main/a", None, "https://github.com/o/r/tree/main/"),
    ("../a b+c~.yaml", "https://github.com/o/r/tree/main/a", 5, "https://github.com/o/r/tree/a%20b+c~.yaml#L5"),
    ("https://o/p", "https://github.com/o/r/tree/main/a", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://ghe.example.com/o/r/raw/main/a.yaml",
        None,
        "https://ghe.example.com/o/r/raw/main/x%20y.yaml",
    ),
    ("/x.yaml", "https://ghe.example.com/o/r/raw/main/a.yaml", None, "https://ghe.example.com/o/r/raw/main/x.yaml"),
    ("./", "https://ghe.example.com/o/r/raw/main/a.yaml", None, "https://ghe.example.com/o/r/raw/main/"),
    (
        "../a b+c~.yaml",
        "https://ghe.example.com/o/r/raw/main/a.yaml",
        5,
        "https://ghe.example.com/o/r/raw/a%20b+c~.yaml#L5",
    ),
    ("https://o/p", "https://ghe.example.com/o/r/raw/main/a.yaml", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://gitlab.com/g/s/p/-/blob/main/d/x.yaml",
        None,
        "https://gitlab.com/g/s/p/-/blob/main/d/x%20y.yaml",
    ),
    ("/x.yaml", "https://gitlab.com/g/s/p/-/blob/main/d/x.yaml", None, "https://gitlab.com/g/s/p/-/blob/main/x.yaml"),
    ("./", "https://gitlab.com/g/s/p/-/blob/main/d/x.yaml", None, "https://gitlab.com/g/s/p/-/blob/main/d/"),
    (
        "../a b+c~.yaml",
        "https://gitlab.com/g/s/p/-/blob/main/d/x.yaml",
        5,
        "https://gitlab.com/g/s/p/-/blob/main/a%20b+c~.yaml#L5",
    ),
    ("https://o/p", "https://gitlab.com/g/s/p/-/blob/main/d/x.yaml", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://gl.example.com:8443/g/p/-/tree/main/x.yaml",
        None,
        "https://gl.example.com:8443/g/p/-/tree/main/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://gl.example.com:8443/g/p/-/tree/main/x.yaml",
        None,
        "https://gl.example.com:8443/g/p/-/tree/main/x.yaml",
    ),
    ("./", "https://gl.example.com:8443/g/p/-/tree/main/x.yaml", None, "https://gl.example.com:8443/g/p/-/tree/main/"),
    (
        "../a b+c~.yaml",
        "https://gl.example.com:8443/g/p/-/tree/main/x.yaml",
        5,
        "https://gl.example.com:8443/g/p/-/tree/a%20b+c~.yaml#L5",
    ),
    ("https://o/p", "https://gl.example.com:8443/g/p/-/tree/main/x.yaml", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main",
        None,
        "https://bitbucket.org/o/r/src/main/a/x%20y.yaml?at=main",
    ),
    (
        "/x.yaml",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main",
        None,
        "https://bitbucket.org/o/r/src/main/x.yaml?at=main",
    ),
    (
        "./",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main",
        None,
        "https://bitbucket.org/o/r/src/main/a/?at=main",
    ),
    (
        "../a b+c~.yaml",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main",
        5,
        "https://bitbucket.org/o/r/src/main/a%20b+c~.yaml?at=main#lines-5",
    ),
    ("https://o/p", "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main", 5, "https://o/p#lines-5"),
    (
        "./x y.yaml",
        "https://bitbucket.org/o/r/src/main/a/b.yaml",
        None,
        "https://bitbucket.org/o/r/src/main/a/x%20y.yaml",
    ),
    ("/x.yaml", "https://bitbucket.org/o/r/src/main/a/b.yaml", None, "https://bitbucket.org/o/r/src/main/x.yaml"),
    ("./", "https://bitbucket.org/o/r/src/main/a/b.yaml", None, "https://bitbucket.org/o/r/src/main/a/"),
    (
        "../a b+c~.yaml",
        "https://bitbucket.org/o/r/src/main/a/b.yaml",
        5,
        "https://bitbucket.org/o/r/src/main/a%20b+c~.yaml#lines-5",
    ),
    ("https://o/p", "https://bitbucket.org/o/r/src/main/a/b.yaml", 5, "https://o/p#lines-5"),
    (
        "./x y.yaml",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        None,
        "https://bb.example.com/projects/P/repos/r/browse/a/x%20y.yaml?at=refs%2Fheads%2Fmain",
    ),
    (
        "/x.yaml",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        None,
        "https://bb.example.com/projects/P/repos/r/browse/x.yaml?at=refs%2Fheads%2Fmain",
    ),
    (
        "./",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        None,
        "https://bb.example.com/projects/P/repos/r/browse/a/?at=refs%2Fheads%2Fmain",
    ),
    (
        "../a b+c~.yaml",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        5,
        "https://bb.example.com/projects/P/repos/r/browse/a%20b+c~.yaml?at=refs%2Fheads%2Fmain#5",
    ),
    (
        "https://o/p",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        5,
        "https://o/p#5",
    ),
    (
        "./x y.yaml",
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        None,
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fx%2520y.yaml&version=GBmain",
    ),
    (
        "/x.yaml",
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        None,
        "https://dev.azure.com/o/p/_git/r?path=%2Fx.yaml&version=GBmain",
    ),
    (
        "./",
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        None,
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2F&version=GBmain",
    ),
    (
        "../a b+c~.yaml",
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        5,
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2520b%2Bc%7E.yaml&version=GBmain&line=5&lineEnd=6&lineStartColumn=1&lineEndColumn=1",
    ),
    ("https://o/p", "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml",
        None,
        "https://dev.azure.com/o/_git/r?path=%2Fx%2520y.yaml",
    ),
    (
        "/x.yaml",
        "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml",
        None,
        "https://dev.azure.com/o/_git/r?path=%2Fx.yaml",
    ),
    ("./", "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml", None, "https://dev.azure.com/o/_git/r?path=%2F"),
    (
        "../a b+c~.yaml",
        "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml",
        5,
        "https://dev.azure.com/o/_git/r?path=%2Fa%2520b%2Bc%7E.yaml&line=5&lineEnd=6&lineStartColumn=1&lineEndColumn=1",
    ),
    ("https://o/p", "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml", 5, "https://o/p"),
    ("./x y.yaml", "https://dev.azure.com/o/p/_git/r", None, "https://dev.azure.com/o/p/_git/r?path=%2Fx%2520y.yaml"),
    ("/x.yaml", "https://dev.azure.com/o/p/_git/r", None, "https://dev.azure.com/o/p/_git/r?path=%2Fx.yaml"),
    ("./", "https://dev.azure.com/o/p/_git/r", None, "https://dev.azure.com/o/p/_git/r?path=%2F"),
    (
        "../a b+c~.yaml",
        "https://dev.azure.com/o/p/_git/r",
        5,
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2520b%2Bc%7E.yaml&line=5&lineEnd=6&lineStartColumn=1&lineEndColumn=1",
    ),
    ("https://o/p", "https://dev.azure.com/o/p/_git/r", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        None,
        "https://gitea.example.com/o/r/src/branch/main/a/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        None,
        "https://gitea.example.com/o/r/src/branch/x.yaml",
    ),
    (
        "./",
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        None,
        "https://gitea.example.com/o/r/src/branch/main/a/",
    ),
    (
        "../a b+c~.yaml",
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        5,
        "https://gitea.example.com/o/r/src/branch/main/a%20b+c~.yaml#L5",
    ),
    ("https://o/p", "https://gitea.example.com/o/r/src/branch/main/a/b.yaml", 5, "https://o/p"),
    (
        "./x y.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/x.yaml",
    ),
    (
        "./",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/",
    ),
    (
        "../a b+c~.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml",
        5,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a%20b+c~.yaml#5",
    ),
    ("https://o/p", "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml", 5, "https://o/p#5"),
    (
        "./x y.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/x.yaml",
    ),
    (
        "./",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml",
        None,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/",
    ),
    (
        "../a b+c~.yaml",
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml",
        5,
        "https://gerrit.example.com/plugins/gitiles/g/p/+/a%20b+c~.yaml#5",
    ),
    ("https://o/p", "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml", 5, "https://o/p#5"),
    (
        "./x y.yaml",
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        None,
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        None,
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/x.yaml",
    ),
    (
        "./",
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        None,
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/",
    ),
    (
        "../a b+c~.yaml",
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        5,
        "https://gerrit.example.com/a/plugins/gitiles/p/+/a%20b+c~.yaml#5",
    ),
    (
        "https://o/p",
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        5,
        "https://o/p#5",
    ),
    (
        "./x y.yaml",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml/x.yaml",
    ),
    (
        "./",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/",
    ),
    (
        "../a b+c~.yaml",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        5,
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a%20b+c~.yaml#L5",
    ),
    (
        "https://o/p",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        5,
        "https://o/p",
    ),
    (
        "./x y.yaml",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml/x.yaml",
    ),
    (
        "./",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        None,
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/",
    ),
    (
        "../a b+c~.yaml",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        5,
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a%20b+c~.yaml#L5",
    ),
    (
        "https://o/p",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        5,
        "https://o/p",
    ),
    (
        "./x y.yaml",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        None,
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/x%20y.yaml",
    ),
    (
        "/x.yaml",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        None,
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml/x.yaml",
    ),
    (
        "./",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        None,
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/",
    ),
    (
        "../a b+c~.yaml",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        5,
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/a%20b+c~.yaml#L5",
    ),
    (
        "https://o/p",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        5,
        "https://o/p",
    ),
    ("./x y.yaml", "https://storage.cloud.google.com/b/c.yaml", None, "https://storage.cloud.google.com/b/x%20y.yaml"),
    ("/x.yaml", "https://storage.cloud.google.com/b/c.yaml", None, "https://storage.cloud.google.com/b/c.yaml/x.yaml"),
    ("./", "https://storage.cloud.google.com/b/c.yaml", None, "https://storage.cloud.google.com/b/"),
    (
        "../a b+c~.yaml",
        "https://storage.cloud.google.com/b/c.yaml",
        5,
        "https://storage.cloud.google.com/a%20b+c~.yaml#L5",
    ),
    ("https://o/p", "https://storage.cloud.google.com/b/c.yaml", 5, "https://o/p"),
    ("./x y.yaml", "https://amazonaws.com/b/c.yaml", None, "https://amazonaws.com/b/x%20y.yaml"),
    ("/x.yaml", "https://amazonaws.com/b/c.yaml", None, "https://amazonaws.com/b/c.yaml/x.yaml"),
    ("./", "https://amazonaws.com/b/c.yaml", None, "https://amazonaws.com/b/"),
    ("../a b+c~.yaml", "https://amazonaws.com/b/c.yaml", 5, "https://amazonaws.com/a%20b+c~.yaml#L5"),
    ("https://o/p", "https://amazonaws.com/b/c.yaml", 5, "https://o/p"),
]

EDIT_URLS = [
    ("http://localhost:8900/base/all.yaml", None, "http://localhost:8900/base/all.yaml"),
    ("https://github.com/o/r/blob/main/a/b.yaml?x=1#h", "github", "https://github.com/o/r/edit/main/a/b.yaml?x=1#h"),
    ("https://github.com/o/r/tree/main/a", "github", "https://github.com/o/r/edit/main/a"),
    ("https://ghe.example.com/o/r/raw/main/a.yaml", "github", "https://ghe.example.com/o/r/raw/main/a.yaml"),
    ("https://gitlab.com/g/s/p/-/blob/main/d/x.yaml", "gitlab", "https://gitlab.com/g/s/p/-/edit/main/d/x.yaml"),
    (
        "https://gl.example.com:8443/g/p/-/tree/main/x.yaml",
        "gitlab",
        "https://gl.example.com:8443/g/p/-/edit/main/x.yaml",
    ),
    (
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main",
        "bitbucketCloud",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?at=main&mode=edit",
    ),
    (
        "https://bitbucket.org/o/r/src/main/a/b.yaml",
        "bitbucketCloud",
        "https://bitbucket.org/o/r/src/main/a/b.yaml?mode=edit&at=main",
    ),
    (
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml?at=refs%2Fheads%2Fmain",
        "bitbucketServer",
        "https://bb.example.com/projects/P/repos/r/browse/a/b.yaml",
    ),
    (
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        "azure",
        "https://dev.azure.com/o/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
    ),
    ("https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml", "azure", "https://dev.azure.com/o/_git/r?path=a%2Fb+c~.yaml"),
    ("https://dev.azure.com/o/p/_git/r", "azure", "https://dev.azure.com/o/p/_git/r"),
    (
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        "gitea",
        "https://gitea.example.com/o/r/_edit/main/a/b.yaml",
    ),
    (
        "https://gerrit.example.com/plugins/gitiles/g/p/+/refs/heads/main/a/b.yaml",
        "gerrit",
        "https://gerrit.example.com/admin/repos/edit/repo/g/p/branch/refs/heads/main/file/a/b.yaml",
    ),
    (
        "https://gerrit.example.com/plugins/gitiles/g/p/+/HEAD/b.yaml",
        "gerrit",
        "https://gerrit.example.com/admin/repos/edit/repo/g/p/branch/refs/heads/HEAD/file/b.yaml",
    ),
    (
        "https://gerrit.example.com/a/plugins/gitiles/p/+/0123456789012345678901234567890123456789/b.yaml",
        "gerrit",
        "https://gerrit.example.com/admin/repos/edit/repo/p/branch/refs/heads/0123456789012345678901234567890123456789/file/b.yaml",
    ),
    (
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
        "harness",
        "https://app.harness.io/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/a/b.yaml",
    ),
    (
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
        "harness",
        "https://app.harness.io/ng/account/acc/module/code/repos/r/files/feat/x/~/a/b.yaml",
    ),
    (
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--/c.yaml",
        "awsCodeCommit",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/files/edit/refs/heads/main/--/c.yaml",
    ),
    ("https://storage.cloud.google.com/b/c.yaml", "googleGcs", "https://storage.cloud.google.com/b/c.yaml"),
    ("https://amazonaws.com/b/c.yaml", "awsS3", "https://amazonaws.com/b/c.yaml"),
]


INTEGRATIONS = ScmIntegrations.from_app_config(AppConfig.from_dict(CONFIG))


@pytest.mark.parametrize(("url", "base", "line_number", "resolved"), RESOLVED)
def test_resolves_as_the_reference(url, base, line_number, resolved):
    assert INTEGRATIONS.resolve_url(url=url, base=base, line_number=line_number) == resolved


@pytest.mark.parametrize(("url", "type_", "edit_url"), EDIT_URLS)
def test_knows_host_and_edit_url_as_the_reference(url, type_, edit_url):
    integration = INTEGRATIONS.by_url(url)

    assert (integration.type if integration else None) == type_
    assert INTEGRATIONS.resolve_edit_url(url) == edit_url


def test_hosts_are_there_without_any_configuration():
    integrations = ScmIntegrations.from_app_config(AppConfig.from_dict({}))

    assert [(integration.type, integration.title) for integration in integrations.list()] == [
        ("awsS3", "amazonaws.com"),
        ("azureBlobStorage", "blob.core.windows.net"),
        ("azure", "dev.azure.com"),
        ("bitbucketCloud", "bitbucket.org"),
        ("github", "github.com"),
        ("gitlab", "gitlab.com"),
        ("googleGcs", "storage.cloud.google.com"),
    ]
    assert all(integration.is_default for integration in integrations.list())


def test_what_is_no_url_has_no_integration():
    assert INTEGRATIONS.by_url("not a url") is None
    assert INTEGRATIONS.resolve_edit_url("not a url") == "not a url"


def test_a_page_that_is_no_file_keeps_its_own_url_for_editing():
    url = "https://gerrit.example.com/nope"

    assert INTEGRATIONS.resolve_edit_url(url) == url


def test_a_relative_url_needs_a_base_that_is_a_url():
    with pytest.raises(InvalidUrlError):
        INTEGRATIONS.resolve_url(url="./x", base="somewhere")


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("./b.yaml", "https://github.com/o/r.git//a/b.yaml@main"),
        ("../x y.yaml", "https://github.com/o/r.git//x%20y.yaml@main"),
        ("/top/@scope.yaml", "https://github.com/o/r.git//top/%40scope.yaml@main"),
        ("../../../etc", "https://github.com/o/r.git//etc@main"),
        ("./**/{a,b}?.yaml", "https://github.com/o/r.git//a/**/{a,b}?.yaml@main"),
        ("./", "https://github.com/o/r.git//a/@main"),
        ("https://other/x", "https://other/x"),
    ],
)
def test_resolves_beside_a_git_target_in_the_same_repository_and_ref(url, resolved):
    assert INTEGRATIONS.resolve_url(url=url, base="https://github.com/o/r.git//a/c.yaml@main") == resolved


def test_a_local_git_target_resolves_too():
    base = "git+file:///srv/catalog//teams/all.yaml"

    assert INTEGRATIONS.resolve_url(url="./a.yaml", base=base) == "git+file:///srv/catalog//teams/a.yaml"


@pytest.mark.parametrize(
    ("target", "edit_url"),
    [
        ("https://github.com/o/r.git//a/c.yaml@main", "https://github.com/o/r/edit/main/a/c.yaml"),
        ("git+https://gl.example.com:8443/g/s/p//c.yaml@v1", "https://gl.example.com:8443/g/s/p/-/edit/v1/c.yaml"),
        ("https://github.com/o/r.git//a/c.yaml", "https://github.com/o/r.git//a/c.yaml"),
        ("https://bitbucket.org/o/r.git//c.yaml@main", "https://bitbucket.org/o/r.git//c.yaml@main"),
    ],
)
def test_a_git_target_is_edited_on_the_pages_of_its_host(target, edit_url):
    assert INTEGRATIONS.resolve_edit_url(target) == edit_url


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"github": [{"host": "https://github.com"}]},
            "app-config.yaml: integrations.github[0].host: got 'https://github.com', expected a host name such as"
            " 'code.example.com', without scheme and path",
        ),
        (
            {"gitlab": [{"host": "gitlab.example.com"}]},
            "app-config.yaml: integrations.gitlab[0].apiBaseUrl: got nothing, expected a URL such as"
            " 'https://gitlab.example.com/api/v4'",
        ),
        (
            {"azure": [{"token": "abc"}]},
            "app-config.yaml: integrations.azure[0].token: got a value that is not shown, expected nothing:"
            " Azure tokens stand in 'credentials'",
        ),
        (
            {"bitbucketCloud": [{"username": "alice"}]},
            "app-config.yaml: integrations.bitbucketCloud[0].token: got nothing, expected a token or an appPassword,"
            " since there is a username",
        ),
        (
            {"gerrit": [{"host": "g.example.com", "gitilesBaseUrl": "nope"}]},
            "app-config.yaml: integrations.gerrit[0].gitilesBaseUrl: got 'nope', expected a URL such as"
            " 'https://code.example.com/api'",
        ),
    ],
)
def test_a_wrong_integration_stops_the_start_with_its_key_and_value(config, message):
    with pytest.raises(ConfigError) as caught:
        ScmIntegrations.from_app_config(AppConfig.from_dict({"integrations": config}))

    assert str(caught.value) == message
