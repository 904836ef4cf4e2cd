"""What app-config files and the environment mean together, as Backstage's loader reads them."""

import json
from pathlib import Path

import pytest

from common.app_config import ConfigError, default_config_paths, load_app_config


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, *texts: str, env=None):
    paths = [write(folder, f"app-config.{number}.yaml", text) for number, text in enumerate(texts)]
    return load_app_config(paths, env=env or {})


def read(folder: Path, *texts: str, env=None):
    return load(folder, *texts, env=env).data


def test_later_files_win_key_by_key(tmp_path):
    base = "{ app: { title: Base, baseUrl: 'http://a' }, scalar: { x: 1 }, object: 5 }"
    local = "{ app: { title: Local }, scalar: 7, object: { y: 2 } }"
    assert read(tmp_path, base, local) == {
        "app": {"title": "Local", "baseUrl": "http://a"},
        "scalar": 7,
        "object": {"y": 2},
    }


def test_lists_are_replaced_and_keep_their_nulls(tmp_path):
    assert read(tmp_path, "list: [1, 2, { a: 1 }]", "list: [9, null, { b: null }]") == {"list": [9, None, {"b": None}]}


def test_null_takes_away_what_came_before(tmp_path):
    texts = ("{ gone: { a: 1, b: { c: 2 } }, list: [1], x: null }", "{ gone: { b: null }, list: null }")
    assert read(tmp_path, *texts) == {"gone": {"a": 1}}


def test_what_a_null_took_away_may_come_back_without_its_old_keys(tmp_path):
    assert read(tmp_path, "a: { b: 1 }", "a: null", "a: { c: 2 }") == {"a": {"c": 2}}


def test_an_empty_file_says_nothing(tmp_path):
    assert read(tmp_path, "", "# only a comment", "a: 1") == {"a": 1}


def test_no_file_at_all_is_an_empty_configuration():
    assert load_app_config([], env={}).data == {}


def test_yaml_is_read_as_version_1_2(tmp_path):
    text = "{ yes: no, num: 012, octal: 0o17, float: 1.0, half: -.5, date: 2020-01-01, 1: one, time: 12:30:45 }"
    assert read(tmp_path, text) == {
        "yes": "no",
        "num": 12,
        "octal": 15,
        "float": 1,
        "half": -0.5,
        "date": "2020-01-01",
        "1": "one",
        "time": "12:30:45",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://localhost:${PORT}/x", "http://localhost:7007/x"),
        ("${ PORT }", "7007"),
        ("$${PORT} and ${PORT}", "${PORT} and 7007"),
        ("$$PORT ${", "$$PORT ${"),
        ("${NOPE:-fall back } ${PORT:-1}", "fall back 7007"),
        ("a${EMPTY:-zz}b", "azzb"),
        ("${EMPTY}", ""),
    ],
)
def test_variables_are_replaced_anywhere_in_a_text(tmp_path, text, expected):
    env = {"PORT": " 7007 ", "EMPTY": ""}
    assert read(tmp_path, f"value: '{text}'", env=env) == {"value": expected}


@pytest.mark.parametrize("text", ["x${NOPE}y", "${NOPE:-}", "${PORT}${NOPE}"])
def test_a_text_with_a_variable_that_is_not_set_is_left_out(tmp_path, text):
    assert read(tmp_path, f"{{ value: '{text}', list: [1, '{text}'], kept: 1 }}", env={"PORT": "1"}) == {
        "list": [1],
        "kept": 1,
    }


def test_keys_are_not_substituted(tmp_path):
    assert read(tmp_path, "'${A}': 1", env={"A": "b"}) == {"${A}": 1}


def test_env_gives_the_variable_or_nothing(tmp_path):
    assert read(tmp_path, "{ a: { $env: A }, b: { $env: B } }", env={"A": " x${A} "}) == {"a": "x${A}"}


def test_file_gives_the_text_of_a_file_beside_the_config_untouched(tmp_path):
    write(tmp_path, "sub/secret.txt", "top ${A}\n\n")
    assert read(tmp_path, "{ a: { $file: './sub/${NAME}.txt' } }", env={"NAME": "secret", "A": "x"}) == {
        "a": "top ${A}"
    }


def test_include_gives_a_file_or_a_part_of_it_and_works_on_in_its_folder(tmp_path):
    write(
        tmp_path,
        "sub/more.yaml",
        "{ deep: { port: '${PORT}', text: { $file: secret.txt } }, json: { $include: j.json } }",
    )
    write(tmp_path, "sub/j.json", '{"list": [1, {"$env": "PORT"}]}')
    write(tmp_path, "sub/secret.txt", "hush\n")
    text = """
        all: { $include: sub/more.yaml }
        port: { $include: 'sub/more.yaml#deep.port' }
        missing: { $include: 'sub/more.yaml#deep.nope' }
    """
    assert read(tmp_path, text, env={"PORT": "7007"}) == {
        "all": {"deep": {"port": "7007", "text": "hush"}, "json": {"list": [1, "7007"]}},
        "port": "7007",
    }


def test_variables_named_app_config_win_over_files(tmp_path):
    env = {
        "APP_CONFIG_backend_listen_port": "7008",
        "APP_CONFIG_app_title": "just text",
        "APP_CONFIG_catalog_rules": '[{"allow": ["Component"]}]',
        "APP_CONFIG_empty": "",
        "OTHER": "1",
    }
    assert read(tmp_path, "backend: { listen: { port: 1, host: h } }", env=env) == {
        "backend": {"listen": {"port": 7008, "host": "h"}},
        "app": {"title": "just text"},
        "catalog": {"rules": [{"allow": ["Component"]}]},
    }


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"APP_CONFIG_a__b": "1"}, "environment: APP_CONFIG_a__b: got a name that is no key, expected e.g. APP_CONFIG_app_baseUrl"),
        ({"APP_CONFIG_a": "1", "APP_CONFIG_a_b": "2"}, "environment: APP_CONFIG_a_b: got a value below that of another variable, expected only one"),
        ({"APP_CONFIG_a_b": "1", "APP_CONFIG_a": "2"}, "environment: APP_CONFIG_a: got a second value for the same key, expected only one"),
        ({"APP_CONFIG_a": "null"}, "environment: APP_CONFIG_a: got null, expected a value; leave it empty to unset it"),
    ],
)  # fmt: skip
def test_variables_that_make_no_sense_are_refused(env, message):
    with pytest.raises(ConfigError) as error:
        load_app_config([], env=env)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: { b: 1\nc: 2", "line 2, column 2: not valid YAML: did not find expected ',' or '}'"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: not valid YAML: the key 'a' is there twice"),
        ("a: !custom 3", "line 1, column 4: not valid YAML: the tag '!custom' is unknown"),
        ("a: 1\n---\nb: 2", "line 2, column 1: not valid YAML: but found another document"),
        ("a: &x [*x]", "line 1, column 4: not valid YAML: found unconstructable recursive node"),
        ("a: \x01", "not valid YAML: unacceptable character #x0001: control characters are not allowed"),
        ("- 1", "got no object at its root, expected keys such as 'app', 'backend' and 'catalog'"),
        ("a: { $file: x, b: 1 }", "a: got other keys beside '$file', expected '$file' alone"),
        ("a: [{ $env: 1 }]", "a[0].$env: got another type, expected a text"),
        ("a: { b: { $file: '${NOPE}' } }", "a.b.$file: got a text with a variable that is not set, expected a text"),
        ("a: { $file: nope.txt }", "a: got '{folder}/nope.txt', which does not exist, expected a readable file"),
        ("a: { $file: . }", "a: got '{folder}', which cannot be read (Is a directory), expected a readable file"),
        ("a: { $include: x.txt }", "a: got 'x.txt', expected a .yaml, .yml or .json file to include"),
        ("a: { $include: 'inc.yaml#b.c' }", "a: got 'inc.yaml#b.c', expected an object that holds 'c' in {folder}/inc.yaml"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_line_or_key(tmp_path, text, message):
    write(tmp_path, "inc.yaml", "b: 1")
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text)
    assert (
        str(error.value)
        == f"{tmp_path}/app-config.0.yaml: {message.format_map({'folder': tmp_path}) if 'folder' in message else message}"
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("inc.yaml", "a: [", "line 2, column 1: not valid YAML: did not find expected node content"),
        ("inc.json", '{"a": 1,\n x}', "line 2, column 2: not valid JSON: Expecting property name enclosed in double quotes"),
    ],
)  # fmt: skip
def test_a_wrong_included_file_is_named_itself(tmp_path, name, text, message):
    path = write(tmp_path, name, text)
    with pytest.raises(ConfigError) as error:
        read(tmp_path, f"a: {{ $include: {name} }}")
    assert str(error.value) == f"{path}: {message}"


def test_a_file_that_includes_itself_is_refused(tmp_path):
    write(tmp_path, "loop.yaml", "a: { $include: loop.yaml }")
    with pytest.raises(ConfigError, match="got more than 100 levels, expected includes that do not include themselves"):
        read(tmp_path, "a: { $include: loop.yaml }")


def test_missing_and_binary_files_are_refused(tmp_path):
    with pytest.raises(ConfigError) as missing:
        load_app_config([tmp_path / "nope.yaml"], env={})
    assert str(missing.value) == f"{tmp_path}/nope.yaml: got a file that does not exist, expected app-config"

    (tmp_path / "binary.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ConfigError) as binary:
        load_app_config([tmp_path / "binary.yaml"], env={})
    assert str(binary.value) == f"{tmp_path}/binary.yaml: got a file that is not UTF-8 text, expected app-config"


def test_the_default_files_are_those_that_exist(tmp_path):
    assert default_config_paths(tmp_path) == []
    local = write(tmp_path, "app-config.local.yaml", "")
    assert default_config_paths(tmp_path) == [local]
    base = write(tmp_path, "app-config.yaml", "")
    assert default_config_paths(tmp_path) == [base, local]


def test_every_key_knows_the_folder_of_the_file_it_came_from(tmp_path):
    base = write(tmp_path, "one/a.yaml", "{ catalog: { locations: [{ target: x }], readonly: true }, app: 1 }")
    over = write(tmp_path, "two/b.yaml", "{ catalog: { locations: [{ target: y }] } }")
    config = load_app_config([base, over], env={"APP_CONFIG_app": json.dumps(2)})

    assert config.base_dir("catalog.locations") == tmp_path / "two"
    assert config.sections("catalog.locations")[0].base_dir("target") == tmp_path / "two"
    assert config.base_dir("catalog.readonly") == tmp_path / "one"
    assert config.section("catalog").base_dir("readonly") == tmp_path / "one"
    assert config.base_dir("app") == Path.cwd()
    assert config.base_dir("nowhere") == tmp_path / "one"
