"""All ways to write the URL of one repository, and those that lead elsewhere."""

import pytest

from common.app_config import AppConfig
from integrations.registry import ScmIntegrations
from integrations.trees.repository_url import find_places

INTEGRATIONS = ScmIntegrations.from_app_config(
    AppConfig.from_dict(
        {
            "integrations": {
                "gitea": [{"host": "gitea.corp"}],
                "gitlab": [{"host": "lab.corp", "apiBaseUrl": "https://lab.corp/git/api/v4"}],
                "bitbucketServer": [{"host": "bb.corp"}],
            }
        }
    )
)


def repositories(url):
    return {place.repository for place in find_places(url, INTEGRATIONS)}


@pytest.mark.parametrize(
    ("page", "urls"),
    [
        (
            "https://github.com/shop/cart",
            [
                "https://github.com/shop/cart/blob/main/catalog-info.yaml",
                "https://github.com/Shop/Cart/tree/feature/x/a/*.yaml",
                "https://github.com/shop/cart.git//catalog-info.yaml@main",
                "git+https://github.com/shop/cart//catalog-info.yaml",
                "http://github.com/shop/cart",
            ],
        ),
        (
            "https://lab.corp/shop/sub/cart",
            [
                "https://lab.corp/shop/sub/cart/-/blob/main/catalog-info.yaml",
                "https://lab.corp/shop/sub/cart/blob/main/catalog-info.yaml",
                "https://lab.corp/shop/sub/cart.git//x",
            ],
        ),
        ("https://gitea.corp/shop/cart", ["https://gitea.corp/shop/cart/src/branch/main/catalog-info.yaml"]),
        ("https://bitbucket.org/shop/cart", ["https://bitbucket.org/shop/cart/src/main/catalog-info.yaml"]),
        (
            "https://bb.corp/projects/SHOP/repos/cart",
            [
                "https://bb.corp/projects/SHOP/repos/cart/browse/catalog-info.yaml?at=refs/heads/main",
                "https://bb.corp/scm/shop/cart.git//catalog-info.yaml",
            ],
        ),
        (
            "https://dev.azure.com/corp/shop/_git/cart",
            ["https://dev.azure.com/corp/shop/_git/cart?path=/catalog-info.yaml&version=GBmain"],
        ),
    ],
)
def test_all_urls_of_a_repository_name_the_same_one(page, urls):
    (repository,) = repositories(page)
    assert [repositories(url) for url in urls] == [{repository}] * len(urls)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/shop/cart-2/blob/main/x",
        "https://github.com/shop2/cart/blob/main/x",
        "https://github.com:8443/shop/cart/blob/main/x",
        "https://gitlab.com/shop/cart/-/blob/main/x",
        "https://raw.githubusercontent.com/shop/cart/main/x",
        "https://github.com/shop",
        "https://github.com/shop/cart/blob/main/../../../other/x",
        "git+file:///srv/shop/cart//x",
        "no url",
        "",
    ],
)
def test_what_leads_elsewhere_names_another_or_none(url):
    assert "github.com/shop/cart" not in repositories(url)
