"""Descriptor files that mean harm: each is refused with a clear message, quickly and in bounded memory."""

import contextlib
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.descriptors import BrokenDocument, DescriptorError, EntityDocument, parse_descriptor
from catalog.settings import Limits

MIB = 1024 * 1024


def parse(data, **limits):
    data = data if isinstance(data, bytes) else data.encode()
    return parse_descriptor(data, location="url:https://evil.example/x.yaml", limits=Limits(**limits))


def refusal(data, **limits):
    """The message with which the whole file is refused, within five seconds of the processor's time."""
    started = time.process_time()
    with pytest.raises(DescriptorError) as caught:
        parse(data, **limits)
    assert time.process_time() - started < 5
    return str(caught.value).removeprefix("YAML error at url:https://evil.example/x.yaml, ")


def fault(data, **limits):
    """The first line of what is wrong with its only document."""
    [document] = parse(data, **limits)
    assert isinstance(document, BrokenDocument)
    return str(document.error).splitlines()[0].removeprefix("YAML error at url:https://evil.example/x.yaml, ")


TOO_MANY = (
    "it holds more than 100000 values, counting each alias as what it stands for;"
    " split the file, or raise callboard.catalog.limits.maxNodes"
)
TOO_DEEP = "its values nest more than 100 levels deep; flatten them, or raise callboard.catalog.limits.maxDepth"


def test_refuses_a_file_by_its_length_before_reading_it():
    assert refusal(b"\xff" * (100 * MIB)) == (
        "the file has 104857600 bytes and 10485760 are allowed; split it, or raise callboard.catalog.limits.maxBytes"
    )


@pytest.mark.parametrize("style", ["flow", "block"])
def test_refuses_an_alias_bomb(style):
    names = [f"a{i}" for i in range(30)]
    if style == "flow":
        rest = [f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in pairwise(names)]
    else:
        rest = [f"{b}: &{b}" + f"\n- *{a}" * 10 for a, b in pairwise(names)]

    assert refusal("\n".join(["a0: &a0 boom", *rest])) == TOO_MANY


def test_refuses_aliases_that_are_keys_as_well():
    text = "a: &a [" + "x, " * 1000 + "]\n" + "".join(f"? [*a, {i}]\n: 1\n" for i in range(200))

    assert refusal(text) == TOO_MANY


def test_refuses_aliases_that_only_add_depth():
    names = [f"a{i}" for i in range(300)]
    rest = [f"{b}: &{b} [*{a}]" for a, b in pairwise(names)]

    assert refusal("\n".join(["a0: &a0 x", *rest])) == TOO_DEEP


def test_an_alias_inside_of_what_it_names_does_not_go_on_for_ever():
    assert fault("a: &x [1, *x]\n") == (
        "YAMLParseError: The alias *x stands inside of what it names, so it would never end at line 1, column 11:"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 1000 + "]" * 1000,
        "a: " + "{a: " * 1000 + "1" + "}" * 1000,
        "a: " + "[a: " * 1000 + "1" + "]" * 1000,
        "- " * 20_000 + "a",
        "-\t" * 1000 + "a",
        "? " * 1000 + "a",
        "\n".join(" " * i + "a:" for i in range(1000)),
        "\n".join(" " * (2 * i) + "- a:" for i in range(500)),
        "[" * 2_000_000,
        "{" * 2_000_000,
        "- " * 2_000_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_refuses_what_nests_too_deep(text):
    try:
        assert refusal(text) == TOO_DEEP
    except BaseException:
        if not text.startswith("-\t"):
            raise
        assert fault(text).startswith("YAMLParseError: Tabs are not allowed as indentation")


def test_a_process_with_little_stack_left_is_not_ended_by_depth():
    def with_frames(count):
        return refusal("a: " + "[" * 1000) if count == 0 else with_frames(count - 1)

    assert with_frames(200) == TOO_DEEP


def test_refuses_more_documents_than_the_limit():
    expected = "it holds more than 5000 documents; split it, or raise callboard.catalog.limits.maxDocuments"

    assert refusal("---\na: 1\n" * 5001) == expected
    assert refusal("---\n" * 2_000_000) == expected
    assert len(parse("---\na: 1\n" * 5000)) == 5000


def test_refuses_a_hundred_thousand_keys():
    assert refusal("".join(f"k{i}: 1\n" for i in range(150_000))) == TOO_MANY
    assert refusal("{" + ",".join(f"k{i}: 1" for i in range(150_000)) + "}") == TOO_MANY


def test_counts_values_over_all_documents_of_the_file():
    assert refusal(("---\n" + "a:\n" + "- 1\n" * 100) * 1000) == TOO_MANY


def test_refuses_what_is_not_utf_8():
    assert refusal(b"a: 1\nb: caf\xe9\n") == "it is not UTF-8 text: byte 0xe9 in line 2; save the file as UTF-8"
    assert refusal("a: 1\n".encode("utf-16")) == "it is not UTF-8 text: byte 0xff in line 1; save the file as UTF-8"
    assert refusal(b"a: \xed\xa0\x80\n") == "it is not UTF-8 text: byte 0xed in line 1; save the file as UTF-8"


def test_refuses_nul_bytes_and_their_escapes():
    assert refusal(b"a: 1\nb: \x00\n") == "it holds a NUL character in line 2; descriptors are text"
    for escape in ("\\0", "\\x00", "\\u0000", "\\U00000000"):
        assert fault(f'a: "x{escape}y"') == (
            "YAMLParseError: A value holds a NUL character, which no database can keep; remove it at line 1, column 4:"
        )


def test_refuses_half_of_a_surrogate_pair():
    assert fault('a: "\\ud83d x"').startswith(
        "YAMLParseError: An escape names half of a surrogate pair, which is no character at line 1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x" * 2 * MIB,
        'a: "' + "\\x41" * (MIB // 4) + '"',
        'a: "' + " " * 2 * MIB + '"',
        'a: "' + "x \n " * (MIB // 2) + '"',
        "a: '" + "''" * MIB + "'",
        "a: |\n" + "  x\n" * 2 * MIB,
        "a: >\n" + "  x\n\n" * MIB,
        "a: 1 #" + " #" * MIB,
        "\n" * 2 * MIB,
        "#\n" * MIB,
        "x" * 2 * MIB + ": 1",
        "? " + "x" * 2 * MIB,
        "a: [" + "\n" * 2 * MIB + "]",
        "a: " + "&x " * MIB,
        "a: !" + "x" * 2 * MIB,
        "a: " + "9" * 2 * MIB,
        "a: 0x" + "f" * 2 * MIB,
        "a: " + "x\n " * (MIB // 2),
        "a: [" + "x, " * MIB,
        "a: {" + "x: " * MIB,
        "a: " + "}" * 2 * MIB,
        "a: " + ": " * MIB,
        "%" * 2 * MIB,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_long_texts_take_linear_time(text):
    started = time.process_time()
    with contextlib.suppress(DescriptorError):
        parse(text)

    assert time.process_time() - started < 2


def test_thousands_of_broken_documents_take_linear_time():
    started = time.process_time()
    documents = parse(("---\na: {\n" + "# x\n" * 98) * 4900)

    assert time.process_time() - started < 4
    assert {type(document) for document in documents} == {BrokenDocument}
    assert documents[-1].line == 4900 * 100 + 1


def test_messages_stay_short():
    for text in ("a: *" + "x" * MIB, "a: !x!" + "y" * MIB, "a: |" + "x" * MIB, "x" * MIB):
        [document] = parse(text)
        assert len(str(document.error)) < 1000


def test_memory_stays_below_768_mib():
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (768 * 2**20,) * 2)\n"
        "from catalog.descriptors import DescriptorError, parse_descriptor; from catalog.settings import Limits\n"
        "for text in ('\\n' * 10**7, '[' * 10**7, '- a\\n' * 2500000, 'a: |\\n' + ' x\\n' * 1000000, '---\\n' * 2500000):\n"
        "    try: print(len(parse_descriptor(text.encode(), location='x', limits=Limits())))\n"
        "    except DescriptorError: print('refused')"
    )
    setup = "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings'); django.setup()\n"
    done = subprocess.run([sys.executable, "-c", setup + program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "refused", "refused", "1", "refused"]


TOKENS = st.sampled_from(
    ["- ", "  ", "\n", "\n  ", ": ", ":", "#", '"', "'", "[", "]", "{", "}", ", ", "|\n", ">-\n", "&a ", "*a", "!x ",
     "!!str ", "? ", "---\n", "...\n", "%", "\t", "\\", "0x1", "~", "1.0", "a", "b: 1", "\r\n", "\r", "\x85", "\ufeff",
     "é", "<<: ", "\u2028", "\x01", "\U0001f600"]
)  # fmt: skip


@given(st.one_of(st.lists(TOKENS, max_size=40).map("".join), st.text(max_size=60)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_either_read_or_refused(text):
    try:
        documents = parse(text.encode("utf-8", "surrogatepass"))
    except DescriptorError:
        return
    for document in documents:
        assert isinstance(document, EntityDocument) or document.error.message


@given(st.binary(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_either_read_or_refused(data):
    with contextlib.suppress(DescriptorError):
        parse(data)
