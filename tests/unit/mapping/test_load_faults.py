# ruff: noqa: E501 - the lines compared are those that people read
"""Every fault of every file is told at once, with its place, what was expected and the nearest word."""

from pathlib import Path
from textwrap import dedent

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.checks import complaint
from syncbot.mapping.load import load
from syncbot.model.record import known_kinds

ENVIRONMENT = {
    "SYNCBOT_NOTION_CITIES": "abc",
    "SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities",
}

GOOD = """\
kind: person
endpoints:
  notion: {service: notion, data_source: {env: SYNCBOT_NOTION_CITIES}, key: syncbot key}
  sharepoint: {service: sharepoint, site: {env: SYNCBOT_SHAREPOINT_SITE}, list: People, key: SyncbotKey}
identity: {keys: [[email]]}
fields:
  name: {home: notion, notion: Name, sharepoint: Title}
  email: {home: notion, notion: E-mail, sharepoint: Email}
"""


def _faults(folder: Path, **files: str) -> str:
    """Return what `load` says about files, without the name of the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load(folder, ENVIRONMENT)
    return str(caught.value).replace(f"{folder.as_posix()}/", "").replace(folder.as_posix(), "mappings")


def test_shape(tmp_path: Path) -> None:
    """Wrong shapes: every one is told, each at the key or value that is wrong."""
    text = """\
    kind: person
    endpoints:
      notion:
        service: notion
        data_source: https://www.notion.so/0f2e4c6a
        keys: syncbot key
      sharepoint:
        service: sharepiont
        list: People
      Bad Name: {service: memory, container: x, key: k}
      other: {key: k}
      mem: {service: memory, container: 5, key: k, read_only: yes}
      both: {service: memory, container: {env: A, text: b}, key: k}
      low: {service: memory, container: {env: lower}, key: ''}
    identety: {keys: [[email]]}
    deletes: unlnk
    limits: {max_deleted: 2, max_changed: lots}
    extra:
      shoe: {type: txt, meaning: The size.}
    fields:
      name: {home: notion, notion: City, sharepoint: 7}
      csg:
        hom: notion
        notion: {colum: CSG, options: {A: 1}, written: nam}
      role: Notion
    """
    expected = """\
    24 faults in the mappings:
      person.yaml:1:1: expected the key 'identity', found no such key
      person.yaml:3:3: expected the key 'key', found no such key
      person.yaml:5:18: expected a name, an id or {env: NAME}, found an address
      person.yaml:6:5: expected one of the keys key, edited_by, read_only, creates, updates, deletes, service or data_source, found 'keys' (did you mean 'key'?)
      person.yaml:8:14: expected one of the services excel, memory, notes, notion or sharepoint, found 'sharepiont' (did you mean 'sharepoint'?)
      person.yaml:10:13: expected a name of small letters, digits and _, found 'Bad Name'
      person.yaml:11:3: expected the key 'service', found no such key
      person.yaml:12:37: expected a text, or keys and values, found 5
      person.yaml:12:59: expected true or false, found 'yes'
      person.yaml:13:38: expected a text or {env: NAME}, found both or neither
      person.yaml:14:43: expected the name of an environment variable: capital letters, digits and _, found 'lower'
      person.yaml:14:56: expected a text that is not empty, found ''
      person.yaml:15:1: expected one of the keys kind, endpoints, zone, identity, deletes, limits, extra or fields, found 'identety' (did you mean 'identity'?)
      person.yaml:16:10: expected unlink, ask or propagate, found 'unlnk' (did you mean 'unlink'?)
      person.yaml:17:23: expected a number of at most 1, found 2
      person.yaml:17:39: expected a number, found 'lots'
      person.yaml:19:16: expected text, long_text, number, flag, day, moment, span, choice, choices, words, link, email, phone, record or records, found 'txt' (did you mean 'text'?)
      person.yaml:21:50: expected a text, or keys and values, found 7
      person.yaml:22:3: expected the key 'home', found no such key
      person.yaml:24:5: expected the key 'column', found no such key
      person.yaml:24:14: expected one of the keys column, options, written or read_only, found 'colum' (did you mean 'column'?)
      person.yaml:24:39: expected text (in quotes, if it is written as a number), found 1
      person.yaml:24:52: expected code or name, found 'nam' (did you mean 'name'?)
      person.yaml:25:9: expected keys and values, found 'Notion'
    """
    assert _faults(tmp_path, person=text) + "\n" == dedent(expected)


def test_meaning(tmp_path: Path) -> None:
    """What does not fit together: every fault is told, also beside wrong shapes, with the nearest valid word."""
    text = """\
    kind: city
    endpoints:
      notion: {service: notion, data_source: {env: SYNCBOT_NOTION_CITES}, key: syncbot key}
      sharepoint: {service: sharepoint, site: {env: SYNCBOT_SHAREPOINT_SITE}, list: Cities, key: SyncbotKey}
      fixed: {service: memory, container: x, key: k, read_only: true, creates: true}
      shared: {service: memory, container: y, key: k}
    zone: Europe/Brussel
    identity: {keys: [[geonames]], within: [country], variants: variants/cities.yaml}
    deletes: propagate
    extra:
      note: {type: text, meaning: Doubled.}
      tier: {type: choice, meaning: No words.}
    fields:
      name: {home: notion, notion: City, sharepoint: Title}
      nme: {home: notion, notion: Name}
      country:
        home: Notion
        notion: {column: Country, written: name, options: {BE: Belgium}}
        sharepont: Country
      population: {home: sharepoint, notion: {column: Population, written: code}}
      csg:
        home: notion
        on_conflict: ask
        notion: {column: CSG, options: {A: Group A, B: group  a, C: Group C, E: Group E}}
        sharepoint: {column: Group, read_only: true}
      lead: {home: shared, on_conflict: home, notion: Lead, sharepoint: Lead}
      follower: {home: shared, prefers: teams, notion: lead, fixed: Follower}
      ccc_window: {home: shared, notion: syncbot key}
      ccc_window: {home: shared, notion: Window}
      miro: {home: notion, initial: notion, notion: Miro, fixed: Miro}
      tier: {home: notion, notion: Tier}
    """
    expected = """\
    35 faults in the mappings:
      city.yaml:3:48: expected the environment variable SYNCBOT_NOTION_CITES, found nothing: it is not set (did you mean 'SYNCBOT_NOTION_CITIES'?)
      city.yaml:5:3: expected either read_only or something that is written, found both
      city.yaml:6:3: expected a name that is no other word of the format, found 'shared'
      city.yaml:7:7: expected a time zone such as Europe/Brussels, found 'Europe/Brussel' (did you mean 'Europe/Brussels'?)
      city.yaml:8:1: expected the key 'name' beside 'within' and 'variants', found no such key
      city.yaml:8:20: expected a field mapped below (name, nme, country, population, csg, lead, follower, ccc_window, miro or tier), found 'geonames' (did you mean 'name'?)
      city.yaml:8:61: expected a file in mappings, found 'variants/cities.yaml'
      city.yaml:9:10: expected an endpoint with `deletes: true` beside 'propagate', found none
      city.yaml:11:3: expected a name that is no field of city yet, found 'note'
      city.yaml:12:3: expected choices for the types choice and choices, and only for them, found choice
      city.yaml:14:3: expected a column for 'name' at fixed, by which people recognise a city, found no such key
      city.yaml:14:3: expected a column for 'name' at shared, by which people recognise a city, found no such key
      city.yaml:15:3: expected a field of city (name, native_name, country, csg, pilot_only, front_runner, lead, follower, population, languages, ccc_window, ccc_state, label_date, pilot_cohort, pilot_name, last_contact, next_checkin, miro, topics, note, geonames_id or tier), found 'nme' (did you mean 'name'?)
      city.yaml:17:11: expected an endpoint or shared (notion, sharepoint, fixed, shared or shared), found 'Notion' (did you mean 'notion'?)
      city.yaml:18:46: expected options only for fields of declared words, found text
      city.yaml:19:5: expected an endpoint or a key of a field (notion, sharepoint, fixed, shared, home, on_conflict, prefers, initial or listed), found 'sharepont' (did you mean 'sharepoint'?)
      city.yaml:20:22: expected a column at sharepoint, the field's home, found no such key
      city.yaml:20:63: expected 'written' only for countries and languages, found number
      city.yaml:21:3: expected a place where a copy may be written, found read-only everywhere but at its home notion
      city.yaml:23:5: expected no 'on_conflict' beside a home, which always wins, found one
      city.yaml:24:27: expected an option for every word of the field, found none for D
      city.yaml:24:52: expected each option for one word, found 'group  a' for 'B' and, in line 24, for 'A'
      city.yaml:24:74: expected a word of the field (A, B, C or D), found 'E'
      city.yaml:26:3: expected a mapping of the kind 'person' pointed at, found no file that maps it
      city.yaml:26:3: expected 'prefers' with `on_conflict: home`, and only with it, found one of the two
      city.yaml:27:3: expected a mapping of the kind 'person' pointed at, found no file that maps it
      city.yaml:27:3: expected 'prefers' with `on_conflict: home`, and only with it, found one of the two
      city.yaml:27:3: expected a shared field to be writable everywhere, or a home where it is not, found read-only at fixed
      city.yaml:27:37: expected an endpoint that has the field (notion or fixed), found 'teams'
      city.yaml:27:52: expected each column once, found 'lead' again, first in line 26
      city.yaml:28:3: expected columns at two endpoints at least for a shared field, found 1
      city.yaml:28:38: expected each column once, found 'syncbot key' again, first in line 3
      city.yaml:29:3: expected each key once, found 'ccc_window' again, first in line 28
      city.yaml:30:3: expected a place where a copy may be written, found read-only everywhere but at its home notion
      city.yaml:30:24: expected no 'initial' beside a home, which always wins, found one
    """
    assert _faults(tmp_path, city=text) + "\n" == dedent(expected)


def test_several_files(tmp_path: Path) -> None:
    """Faults of all files come together, file by file; one kind may be mapped once."""
    text = GOOD.replace("notion: Name", "notoin: Name")
    said = _faults(tmp_path, a=GOOD, b=text, c="kind: [", d="", e=GOOD.replace("person", "persn"), f="- kind")
    expected = """\
    6 faults in the mappings:
      b.yaml:1:7: expected one file for each kind, found 'person' again, first in a.yaml
      b.yaml:7:24: expected an endpoint or a key of a field (notion, sharepoint, home, on_conflict, prefers, initial or listed), found 'notoin' (did you mean 'notion'?)
      c.yaml:1:8: expected readable YAML, found expected the node content, but found '<stream end>' (while parsing a flow node)
      d.yaml:1:1: expected keys and values, found an empty file
      e.yaml:1:7: expected a kind (action, city, decision, figure, meeting, need or person), found 'persn' (did you mean 'person'?)
      f.yaml:1:1: expected keys and values, found a list
    """
    assert said + "\n" == dedent(expected)


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there, or holds no mapping, is told as such."""
    assert "mappings: expected a folder with a .yaml file for each kind, found none" in _faults(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "person.yaml: expected a readable text file, found bytes that are not UTF-8"),
        (b"kind: \x07", "person.yaml:1:1: expected readable YAML, found unacceptable character #x0007"),
        (
            b"kind: person\n\tx: 1\n",
            "person.yaml:2:1: expected readable YAML, found character '\\t' that cannot",
        ),
        (b"kind: !!python/object/apply:os.system [ls]", "person.yaml:1:7: expected plain keys and values"),
        (b"kind: !!python/name:os.system x", "person.yaml:1:7: expected plain text"),
        (b"kind: [person]", "person.yaml:1:7: expected text"),
        (b"kind: &a [*a]", "person.yaml:1:1: expected at most 20000 values in 16 levels"),
        (b"[" * 50_000, "person.yaml:1:1: expected at most 16 levels, found far more"),
        (b"a: " + b"x" * 300_000, "person.yaml:1:1: expected at most 262144 bytes"),
        (b"<<: {kind: person}", "person.yaml:1:1: expected each key written out, found the merge key '<<'"),
        (b"? [a]\n: b", "person.yaml:1:3: expected a word as key, found a list or keys and values"),
    ],
)
def test_hostile_file(tmp_path: Path, content: bytes, said: str) -> None:
    """Broken, huge or malicious files are faults at their place, never an exception, an object or a hang."""
    (tmp_path / "person.yaml").write_bytes(content)
    assert said in _faults(tmp_path)


def test_aliases_that_explode(tmp_path: Path) -> None:
    """A few lines of aliases that come to billions of values are refused at once."""
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    said = _faults(tmp_path, person="\n".join(["a0: &a0 x", *levels]))
    assert "expected at most 20000 values in 16 levels" in said


def test_spellings(tmp_path: Path) -> None:
    """A spelling that would mean two names of one country, and a country that is none, are faults of their file."""
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants/city.yaml").write_text(
        dedent("""\
            BE:
              Antwerp: [Antwerpen, leuven]
              Leuven: [Louvain, ANTWERPEN, 5]
            DE:
              Leuven: [Louvain]
            XX: {Nowhere: [Utopia]}
            NL: [Utrecht]
            """)
    )
    said = _faults(
        tmp_path,
        city="""\
            kind: city
            endpoints:
              notion: {service: notion, data_source: x, key: k}
            identity: {name: name, within: [country], variants: variants/city.yaml}
            fields:
              name: {home: notion, notion: City}
              country: {home: notion, notion: Country}
            """,
    )
    expected = """\
    5 faults in the mappings:
      variants/city.yaml:2:24: expected a spelling of one name only, found 'leuven', which in line 3 means 'Leuven'
      variants/city.yaml:3:21: expected a spelling of one name only, found 'ANTWERPEN', which in line 2 means 'Antwerp'
      variants/city.yaml:3:32: expected a spelling, found 5
      variants/city.yaml:6:1: expected a value of country, found 'XX', which is no country code of ISO 3166-1
      variants/city.yaml:7:5: expected keys and values, found a list
    """
    assert said + "\n" == dedent(expected)


def test_spellings_outside_the_folder(tmp_path: Path) -> None:
    """A mapping cannot make syncbot read files elsewhere."""
    (tmp_path / "secret.yaml").write_text("a: b")
    folder = tmp_path / "mappings"
    folder.mkdir()
    said = _faults(folder, person=GOOD.replace("keys: [[email]]", "name: name, variants: ../secret.yaml"))
    assert "person.yaml:5:34: expected a file in mappings, found '../secret.yaml'" in said


def test_secrets_are_not_told(tmp_path: Path) -> None:
    """What stands in the environment is not repeated in faults."""
    said = _faults(tmp_path, person=GOOD.replace("notion: Name", "notoin: Name"))
    assert "contoso" not in said
    assert "abc" not in said


def test_extra_fields(tmp_path: Path) -> None:
    """An organisation's own fields have types, words and meaning like the others, and refuse what does not fit."""
    (tmp_path / "person.yaml").write_text(
        GOOD
        + dedent("""\
            # own fields
              shoe: {home: notion, notion: Shoe}
              tags: {home: shared, notion: Tags, sharepoint: Tags}
            extra:
              shoe: {type: number, meaning: The size.}
              tags: {type: choices, meaning: What they like., choices: [tea, coffee]}
            """)
    )
    spec = load(tmp_path, ENVIRONMENT).kinds["person"]
    assert spec.model.fields()["tags"].choices == ("tea", "coffee")
    assert complaint(spec.model, "shoe", 43) is None
    assert complaint(spec.model, "shoe", "43") is not None
    assert complaint(spec.model, "tags", frozenset({"tea"})) is None
    assert complaint(spec.model, "tags", frozenset({"beer"})) is not None
    assert list(known_kinds()["person"].fields()) == [
        one for one in spec.model.fields() if one not in ("shoe", "tags")
    ]


def test_a_shared_field_where_nothing_is_updated(tmp_path: Path) -> None:
    """An edit could never be carried there: it is refused like a place that is only read; a fact with a home is not."""
    text = """\
    kind: person
    endpoints:
      notion: {service: memory, container: x, key: k, updates: false}
      sharepoint: {service: memory, container: y, key: k}
    identity: {keys: [[email]]}
    fields:
      name: {home: shared, notion: {column: Name, read_only: %s}, sharepoint: Name}
      email: {home: notion, notion: Email, sharepoint: Email}
    """
    expected = (
        "person.yaml:7:3: expected a shared field to be writable everywhere, or a home where it is not, found"
    )
    assert _faults(tmp_path, person=text % "false").endswith(f"{expected} `updates: false` at notion")
    assert _faults(tmp_path, person=text % "true").endswith(f"{expected} read-only at notion")


def test_fingerprint(tmp_path: Path) -> None:
    """Comments and limits leave the binding alone; columns, options, types and places do not."""
    path = tmp_path / "person.yaml"

    def mark(text: str) -> str:
        path.write_text(text)
        return load(tmp_path, ENVIRONMENT).kinds["person"].fingerprint

    first = mark(GOOD)
    assert mark(GOOD + "# a comment\nlimits: {max_deleted: 0.1}\n") == first
    changed = [
        GOOD.replace("Email}", "Mail}"),
        GOOD.replace("list: People", "list: Persons"),
        GOOD + "zone: Asia/Tokyo\n",
    ]
    assert len({first, *map(mark, changed)}) == 4


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "NOTION_TOKEN",
            "ntn_1",
            "expected a variable that holds a name, an id or an address, found NOTION_TOKEN",
        ),
        (
            "SYNCBOT_NOTION_CITIES",
            "https://notion.example/kept",
            "expected the id of the data source alone in",
        ),
        ("SYNCBOT_NOTION_CITIES", "  ", "found nothing: it is empty\n"),
    ],
)
def test_what_a_variable_holds_is_judged_and_not_shown(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    """A secret taken for an id would be sent in an address and be told in errors."""
    text = GOOD.replace("SYNCBOT_NOTION_CITIES", name)
    (tmp_path / "person.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load(tmp_path, ENVIRONMENT | {name: value})
    assert said in f"{caught.value}\n"
    assert value.strip() == "" or value not in str(caught.value)


@pytest.mark.parametrize(
    "site", ["cities", "contoso.sharepoint.com/sites/cities", "http://contoso.example/x"]
)
def test_a_site_is_named_by_its_address(tmp_path: Path, site: str) -> None:
    """Anything else would come back from the service as a riddle."""
    (tmp_path / "person.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(
        MappingError, match="expected an address in SYNCBOT_SHAREPOINT_SITE, such as https://"
    ):
        load(tmp_path, ENVIRONMENT | {"SYNCBOT_SHAREPOINT_SITE": site})
