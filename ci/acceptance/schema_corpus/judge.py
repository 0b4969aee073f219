"""What JSON Schema says of files: python3 judge.py SCHEMA_FOLDER LIST

LIST is a file: [{"file": PATH, "schema": "target", "counts": true}, ...]. Prints
{"refused": {PATH: MESSAGE, ...}, "unseen": ["target /$defs/name/...", ...]}: what was refused and
why, and every property of the schemas that no file has which "counts".
"""

import json
import sys

from jsonschema import Draft202012Validator, validators

# Every object may have one; one kind of object that shows it is enough.
COMMENT = "$comment"


def properties_of(schema, path=""):
    """The path of each property that a file may have, with the id of the object that lists it."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from properties_of(part, f"{path}/{index}")
    if not isinstance(schema, dict):
        return
    for key, part in schema.items():
        if key in ("if", "not", "const", "enum", "default"):
            continue  # conditions, and values: nothing that a file is offered
        if key == "properties":
            for name, value in part.items():
                if value is not False and name != COMMENT:
                    yield id(part), name, f"{path}/{key}/{name}"
        yield from properties_of(part, f"{path}/{key}")


def seeing(seen):
    """A validator that notes which properties the files had."""
    ordinary = Draft202012Validator.VALIDATORS["properties"]

    def properties(validator, listed, instance, schema):
        if isinstance(instance, dict):
            seen.update((id(listed), name) for name in listed if name in instance)
        yield from ordinary(validator, listed, instance, schema)

    return validators.extend(Draft202012Validator, {"properties": properties})


def validators_of(folder, kind, seen):
    with open(f"{folder}/{kind}.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    return schema, Draft202012Validator(schema), seeing(seen)(schema)


def main():
    folder, listing = sys.argv[1:]
    with open(listing, encoding="utf-8") as file:
        files = json.load(file)
    seen = set()
    known = {}  # one for all files of a kind: each keeps what it has looked up
    refused = {}
    for one in files:
        kind = one["schema"]
        if kind not in known:
            known[kind] = validators_of(folder, kind, seen)
        _, ordinary, counting = known[kind]
        with open(one["file"], encoding="utf-8") as file:
            content = json.load(file)
        errors = (counting if one.get("counts") else ordinary).iter_errors(content)
        error = next(errors, None)  # one is enough
        if error:
            place = "/".join(str(part) for part in error.absolute_path)
            refused[one["file"]] = f"/{place}: {error.message[:300]}"
    unseen = [
        f"{kind} {path}"
        for kind, (schema, _, _) in known.items()
        for listed, name, path in properties_of(schema)
        if (listed, name) not in seen
    ]
    json.dump({"refused": refused, "unseen": unseen}, sys.stdout)


main()
