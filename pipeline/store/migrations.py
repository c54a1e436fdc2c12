"""The schema of the facts database, one function per migration, each in a transaction of its own.

A migration that has been released is never edited: a change to the schema is a new function at the end. The words in
the CHECKs are those of the enums of :mod:`pipeline.model`; a test holds the two together.
"""

from __future__ import annotations

import re

from sqlite_utils import Database, Migrations

from pipeline.store.connection import MIGRATION_SET

migrations = Migrations(MIGRATION_SET)

_REFERENCE = """
CREATE TABLE about (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE descriptions (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  zh TEXT NOT NULL,
  en TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE words (
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  position INTEGER NOT NULL,
  zh TEXT NOT NULL,
  en TEXT NOT NULL,
  PRIMARY KEY (kind, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE regions (
  adcode TEXT PRIMARY KEY CHECK (length(adcode) = 6),
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('province', 'prefecture', 'county')),
  parent TEXT REFERENCES regions (adcode) DEFERRABLE INITIALLY DEFERRED,
  province TEXT NOT NULL REFERENCES regions (adcode) DEFERRABLE INITIALLY DEFERRED,
  prefecture TEXT REFERENCES regions (adcode) DEFERRABLE INITIALLY DEFERRED,
  full_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX regions_parent ON regions (parent);
CREATE INDEX regions_province ON regions (province);
CREATE INDEX regions_prefecture ON regions (prefecture);
CREATE INDEX regions_name ON regions (name);

CREATE TABLE indicators (
  code TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  zh TEXT NOT NULL UNIQUE,
  unit TEXT NOT NULL,
  unit_zh TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stock', 'flow', 'rate')),
  about TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_SOURCES = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  finished TEXT,
  seconds REAL,
  program TEXT NOT NULL,
  version TEXT NOT NULL,
  paths TEXT NOT NULL CHECK (json_valid(paths)),
  read INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sources (
  id TEXT PRIMARY KEY CHECK (length(id) = 16),
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  size INTEGER NOT NULL CHECK (size >= 0),
  kind TEXT NOT NULL,
  encoding TEXT NOT NULL,
  characters INTEGER NOT NULL,
  edits INTEGER NOT NULL,
  damage REAL NOT NULL,
  hints TEXT NOT NULL CHECK (json_valid(hints)),
  region_told TEXT REFERENCES regions (adcode),
  version TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_paths (
  path TEXT PRIMARY KEY,
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  checked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX source_paths_source ON source_paths (source);

CREATE TABLE rejections (
  path TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  sha256 TEXT,
  version TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
  source TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE edits (
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  edit INTEGER NOT NULL,
  kind TEXT NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end >= start),
  after TEXT NOT NULL,
  PRIMARY KEY (source, edit)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  report INTEGER NOT NULL CHECK (report >= 0),
  title TEXT,
  publisher TEXT,
  published TEXT,
  year INTEGER,
  month INTEGER CHECK (month BETWEEN 1 AND 12),
  region TEXT REFERENCES regions (adcode),
  region_name TEXT,
  region_basis TEXT NOT NULL
    CHECK (region_basis IN ('stated', 'title', 'inherited', 'inferred', 'user', 'unknown')),
  region_evidence TEXT NOT NULL CHECK (json_valid(region_evidence)),
  PRIMARY KEY (source, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_region ON reports (region);

CREATE TABLE paragraphs (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  paragraph INTEGER NOT NULL,
  report INTEGER,
  kind TEXT NOT NULL
    CHECK (kind IN ('title', 'heading', 'paragraph', 'list_item', 'table_cell', 'table_row')),
  depth INTEGER NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end >= start),
  text TEXT NOT NULL,
  UNIQUE (source, paragraph),
  FOREIGN KEY (source, report) REFERENCES reports (source, report)
) STRICT;

CREATE VIRTUAL TABLE paragraph_words USING fts5 (words, content = '', tokenize = 'unicode61');
"""

_FACTS = """
CREATE TABLE figures (
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  figure INTEGER NOT NULL,
  report INTEGER,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  number TEXT NOT NULL CHECK (length(number) = end - start),
  class TEXT CHECK (class IN ('quantity', 'date', 'period', 'ordinal', 'document_number', 'section_number', 'phone',
    'identifier', 'name', 'idiom', 'threshold', 'denominator', 'vague', 'unknown')),
  used TEXT NOT NULL,
  reason TEXT NOT NULL,
  value REAL,
  value_high REAL,
  value_exact TEXT,
  value_high_exact TEXT,
  unit TEXT,
  bound TEXT CHECK (bound IN ('exact', 'approx', 'nearly', 'over', 'at_least', 'at_most', 'range')),
  measure TEXT CHECK (measure IN ('level', 'growth', 'change')),
  CHECK ((value IS NULL) = (value_exact IS NULL)),
  CHECK ((value_high IS NULL) = (value_high_exact IS NULL)),
  PRIMARY KEY (source, figure),
  FOREIGN KEY (source, report) REFERENCES reports (source, report)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  id TEXT PRIMARY KEY CHECK (length(id) = 16),
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  report INTEGER NOT NULL,
  figure INTEGER,
  indicator TEXT NOT NULL REFERENCES indicators (code),
  value REAL NOT NULL,
  value_high REAL,
  value_exact TEXT NOT NULL,
  value_high_exact TEXT,
  unit TEXT NOT NULL,
  measure TEXT NOT NULL CHECK (measure IN ('level', 'growth', 'change')),
  bound TEXT NOT NULL CHECK (bound IN ('exact', 'approx', 'nearly', 'over', 'at_least', 'at_most', 'range')),
  status TEXT NOT NULL CHECK (status IN ('actual', 'planned')),
  period TEXT,
  period_start TEXT,
  period_end TEXT,
  level TEXT CHECK (level IN ('preschool', 'primary', 'junior', 'nine_year', 'complete_secondary', 'teaching_point',
    'compulsory', 'basic', 'senior', 'vocational', 'special')),
  sector TEXT CHECK (sector IN ('public', 'private')),
  region TEXT REFERENCES regions (adcode),
  region_name TEXT,
  region_basis TEXT NOT NULL
    CHECK (region_basis IN ('stated', 'title', 'inherited', 'inferred', 'user', 'unknown')),
  region_evidence TEXT NOT NULL CHECK (json_valid(region_evidence)),
  number TEXT NOT NULL CHECK (length(number) = end - start),
  scope TEXT,
  start INTEGER NOT NULL CHECK (start >= 0),
  end INTEGER NOT NULL CHECK (end > start),
  locator TEXT,
  sentence TEXT NOT NULL,
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  flags TEXT NOT NULL CHECK (json_valid(flags)),
  CHECK (abs(value - CAST(value_exact AS REAL)) <= 1e-9 * abs(value)),
  CHECK ((value_high IS NULL) = (value_high_exact IS NULL)),
  FOREIGN KEY (source, report) REFERENCES reports (source, report),
  FOREIGN KEY (source, figure) REFERENCES figures (source, figure)
) STRICT;
CREATE INDEX facts_source ON facts (source, start);
CREATE INDEX facts_region ON facts (region, indicator);
CREATE INDEX facts_indicator ON facts (indicator, region, period_start);
"""

_VIEWS = """
CREATE VIEW facts_named AS
SELECT f.id, p.name AS province, c.name AS prefecture, r.name AS region_name, f.region, i.zh AS indicator_zh,
  f.indicator, f.value, f.value_high, i.unit_zh, f.unit, f.measure, f.bound, f.status, f.period, f.level, f.sector,
  f.scope, f.number, f.sentence, f.confidence, t.title AS report_title, t.published AS report_published,
  (SELECT min(path) FROM source_paths s WHERE s.source = f.source) AS path
FROM facts f
JOIN indicators i ON i.code = f.indicator
JOIN reports t ON t.source = f.source AND t.report = f.report
LEFT JOIN regions r ON r.adcode = f.region
LEFT JOIN regions p ON p.adcode = r.province
LEFT JOIN regions c ON c.adcode = r.prefecture;

CREATE VIEW facts_by_region AS
SELECT f.region, max(f.region_name) AS region_name, f.indicator, i.zh AS indicator_zh, f.status, count(*) AS facts,
  min(f.period_start) AS earliest, max(f.period_end) AS latest
FROM facts f JOIN indicators i ON i.code = f.indicator
GROUP BY f.region, f.indicator, f.status;

CREATE VIEW figures_unused AS
SELECT (SELECT min(path) FROM source_paths s WHERE s.source = g.source) AS path, g.source, g.figure, g.number, g.class,
  g.used, g.reason, g.value, g.unit,
  substr(l.text, max(1, g.start - 29), g.end - g.start + 60) AS around
FROM figures g JOIN layers l ON l.source = g.source
WHERE g.used <> 'fact';
"""


@migrations()
def m001_first_schema(db: Database) -> None:
    """All tables, indexes and views of version 0.1."""
    for script in (_REFERENCE, _SOURCES, _FACTS, _VIEWS):
        for statement in script.split(";\n"):
            if statement.strip():
                db.execute(statement)


_DUPLICATES = """
CREATE TABLE signatures (
  source TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
  signature TEXT NOT NULL CHECK (json_valid(signature))
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicates (
  source TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
  original TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  CHECK (source <> original)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicates_original ON duplicates (original);
"""


@migrations()
def m002_duplicates(db: Database) -> None:
    """The signatures of clean texts, and which sources are near duplicates of which."""
    for statement in _DUPLICATES.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m003_containers(db: Database) -> None:
    """Archives and the like that were read whole, so that they aren't opened again while they stay as they are."""
    db.execute(
        "CREATE TABLE containers (path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, "
        "checked INTEGER NOT NULL, version TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


_FLAGS = """
CREATE TABLE flags (
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  across INTEGER NOT NULL CHECK (across IN (0, 1)),
  flag INTEGER NOT NULL,
  fact TEXT,
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
  start INTEGER NOT NULL CHECK (start >= 0),
  end INTEGER NOT NULL CHECK (end >= start),
  data TEXT NOT NULL CHECK (json_valid(data)),
  others TEXT NOT NULL CHECK (json_valid(others)),
  settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
  PRIMARY KEY (source, across, flag)
) STRICT, WITHOUT ROWID;
CREATE INDEX flags_fact ON flags (fact);
CREATE INDEX flags_code ON flags (code);

CREATE TABLE decisions (
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  decision INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('confirm', 'correct', 'reject', 'add')),
  fact TEXT,
  start INTEGER NOT NULL CHECK (start >= 0),
  end INTEGER NOT NULL CHECK (end > start),
  number TEXT NOT NULL CHECK (length(number) = end - start),
  was TEXT,
  decided TEXT NOT NULL CHECK (json_valid(decided)),
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (source, decision)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_fact ON decisions (fact);

CREATE TABLE undecided_facts (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  fields TEXT CHECK (fields IS NULL OR json_valid(fields))
) STRICT, WITHOUT ROWID;
CREATE INDEX undecided_facts_source ON undecided_facts (source);
"""


@migrations()
def m004_flags_and_decisions(db: Database) -> None:
    """What checks found, what people decided, and the facts as they were read before."""
    for statement in _FLAGS.split(";\n"):
        if statement.strip():
            db.execute(statement)


_FACETS = """
CREATE INDEX facts_facets ON facts (
  indicator, region, period_start, period_end, status, level, measure, sector, scope
);
DROP INDEX facts_indicator;
"""


@migrations()
def m005_facets(db: Database) -> None:
    """An index that has all that facts are counted and ranked by: a million are counted without being read."""
    for statement in _FACETS.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m006_unsettled(db: Database) -> None:
    """What has to be held against one another anew, so that an ingest that was killed doesn't leave it undone."""
    db.execute("CREATE TABLE unsettled (what TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    db.execute("INSERT INTO unsettled SELECT DISTINCT region FROM facts WHERE region IS NOT NULL")
    db.execute("INSERT INTO unsettled VALUES ('duplicates')")


_ONE_OF = re.compile(r"CHECK \((\w+) IN \(([^)]*)\)\)")


def _compared(check: re.Match[str]) -> str:
    return f"CHECK ({' OR '.join(f'{check[1]} = {word.strip()}' for word in check[2].split(','))})"


@migrations()
def m007_checks_compared(db: Database) -> None:
    """The words that a column may hold, compared one by one: SQLite makes a table of an IN list for each row anew.

    Rows are written in half the time. The rule stays the same, so that no row has to be looked at, and the schema alone
    is changed, as https://www.sqlite.org/lang_altertable.html (section 7) has it.
    """
    connection = db.conn
    [(version,)] = connection.execute("PRAGMA schema_version")
    tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '% IN (%'")
    changed = [(_ONE_OF.sub(_compared, sql), name) for name, sql in tables]
    connection.execute("PRAGMA writable_schema = 1")
    connection.executemany("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", changed)
    connection.execute(f"PRAGMA schema_version = {version + 1}")
    connection.execute("PRAGMA writable_schema = RESET")


@migrations()
def m008_signatures_packed(db: Database) -> None:
    """Signatures as bytes, so that a few of their values are compared without reading all: 128 numbers of 32 bits."""
    from pipeline.store.rows import signature_of  # noqa: PLC0415 - seldom needed

    connection = db.conn
    connection.execute("DROP TABLE signatures")
    connection.execute(
        "CREATE TABLE signatures (source TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE, "
        "signature BLOB CHECK (length(signature) = 512)) STRICT, WITHOUT ROWID"
    )
    for (source,) in connection.execute("SELECT id FROM sources").fetchall():
        rows = connection.execute("SELECT text FROM paragraphs WHERE source = ? ORDER BY paragraph", (source,))
        connection.execute("INSERT INTO signatures VALUES (?, ?)", (source, signature_of(rows)))


SCHEMA = tuple(migration.name for migration in migrations._migrations)
"""The names of all migrations this program knows, in order."""
