"""
Whether a server accepts or refuses each template file of the corpus as the reference does.

    template_files.py --sut URL --corpus FOLDER --golden FILE [--show N]
    template_files.py --sut URL --corpus FOLDER --record FILE      ask the reference, and keep its verdicts

Each template is given to the catalog (validate-entity) and, without values, to the scaffolder (dry-run). Kept are its
path, the catalog's status, and whether the scaffolder knew it as a template. A dry run that gets so far as to need the
network tells nothing more.
"""

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

import yaml

VALIDATE = "/api/catalog/validate-entity"
DRY_RUN = "/api/scaffolder/v2/dry-run"
# The reference answers 500 for a template that its schema refuses, we 400; the texts say the same.
REFUSED = re.compile(r"must (be|have|match|NOT|pass)|not a template")


class Loader(yaml.CSafeLoader):
    """Near enough to YAML 1.2: times and yes stay texts."""


PLAIN = ("timestamp", "bool")
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in PLAIN]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$", re.I), list("tTfF"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sut", required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--show", type=int, default=20)
    arguments = parser.parse_args()
    told = {name: verdict(arguments.sut, template) for name, template in read_templates(arguments.corpus)}
    if arguments.record:
        arguments.record.write_text(json.dumps(told, indent=0, sort_keys=True) + "\n")
        return 0
    return compare(json.loads(arguments.golden.read_text()), told, arguments.show)


def read_templates(corpus):
    for path in sorted(corpus.rglob("*")):
        if path.suffix not in (".yaml", ".yml") or not path.is_file():
            continue
        try:
            documents = list(yaml.load_all(path.read_text("utf-8"), Loader))
            templates = [item for item in documents if isinstance(item, dict) and item.get("kind") == "Template"]
            texts = [json.dumps(template) for template in templates]
        except (yaml.YAMLError, UnicodeDecodeError, TypeError):
            continue  # a skeleton's file, or nothing that JSON can say
        for number, text in enumerate(texts):
            yield f"{path.relative_to(corpus)}#{number}", json.loads(text)


def verdict(url, template):
    location = "url:http://localhost:8900/templates/template.yaml"
    valid, _ = post(url + VALIDATE, {"entity": template, "location": location})
    body = {"template": template, "values": {}, "secrets": {}, "directoryContents": []}
    status, answer = post(url + DRY_RUN, body)
    error = answer.get("error") or {}
    is_refused = status in (400, 500) and "errors" not in answer and REFUSED.search(error.get("message", ""))
    return [valid, "refused" if is_refused else "known"]


def post(url, body):
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def compare(expected, told, show):
    names = sorted(expected.keys() | told.keys())
    differing = [name for name in names if expected.get(name) != told.get(name)]
    for name in differing[:show]:
        print(f"[verdict] {name}\n    reference {expected.get(name)} | ours {told.get(name)}")
    same = len(names) - len(differing)
    print(f"\nfiles: {same} of {len(names)} the same ({100 * same / len(names):.1f} %)")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
