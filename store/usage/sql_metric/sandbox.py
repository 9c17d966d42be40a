"""The last two gates, run as a program of its own: a locked DuckDB in memory, inside a process with limits.

It is started by `child` with a bare interpreter, knows nothing of the rest of the program, and reads one file: the
events of one customer, which it takes in before it locks itself up. One JSON line in is a job, one line out its answer.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

ADDRESS_SPACE = 2_000_000_000
ENGINE_MEMORY = "512MB"
SECONDS = 10
MAX_ROWS = 100_000
NUMBER = "DECIMAL(38, 12)"
NUMERIC = ("DECIMAL", "INTEGER", "BIGINT", "HUGEINT", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "DOUBLE")
_TRILLION = "1000000000000"
MACROS = (
    # Text that is no number is absent; what is a number is one to 12 decimals.
    "CREATE MACRO __num(x) AS CASE WHEN regexp_full_match(CAST(x AS VARCHAR), "
    f"'[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?') THEN CAST(x AS {NUMBER}) END",
    f"CREATE MACRO __mul(a, b) AS CAST(CAST(a AS {NUMBER}) * CAST(b AS {NUMBER}) AS {NUMBER})",
    f"CREATE MACRO __units(x) AS CAST(abs(CAST(x AS {NUMBER})) * {_TRILLION} AS HUGEINT)",
    # Long division of whole numbers, for DuckDB's own is one of floats: the whole part, then 12 digits, half up.
    f"CREATE MACRO __quotient(a, b) AS CAST(a // b AS {NUMBER}) + CAST("
    f"CAST(((a % b) * {_TRILLION} * 2 + b) // (b * 2) AS DECIMAL(38, 0)) * 0.000000000001 AS {NUMBER})",
    "CREATE MACRO __div(a, b) AS CASE WHEN b = 0 THEN NULL ELSE __quotient(__units(a), __units(b)) "
    "* CASE WHEN (a < 0) <> (b < 0) THEN -1 ELSE 1 END END",
)


def limit() -> None:
    """What this process may take, for good: no more memory than that, and not one byte written to a file."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def more_time() -> None:
    """Lets the next job take so many seconds of processor time from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, resource.RLIM_INFINITY))


def opened(job: dict[str, Any]) -> Any:
    """A connection that holds the job's events as `__rows`, and from then on can reach nothing else."""
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": ENGINE_MEMORY,
            "threads": "1",
            "temp_directory": "",
        },
    )
    connection.execute("SET enable_progress_bar = false")
    names = range(job["properties"])
    columns = {"t": "BIGINT", "e": "VARCHAR", "s": "BIGINT", **{f"r{k}": "VARCHAR" for k in range(job["filters"])}}
    columns |= {f"{part}{k}": "VARCHAR" for k in names for part in "pn"}
    shown = ["make_timestamp(t) AS timestamp", "e AS event_type", "s AS __seq"]
    shown += [f"r{k} AS __r{k}" for k in range(job["filters"])]
    shown += [f"p{k} AS __p{k}, CAST(n{k} AS {NUMBER}) AS __n{k}" for k in names]
    spelled = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    connection.execute(
        f"CREATE TABLE __rows AS SELECT {', '.join(shown)} FROM read_json(?, format = 'newline_delimited', "
        f"maximum_object_size = 100000000, columns = {{{spelled}}})",
        [job["rows"]],
    )
    for macro in MACROS:
        connection.execute(macro)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def seen(job: dict[str, Any], cut: dict[str, Any]) -> str:
    """What the query sees as `events` for one cut."""
    through = []
    for start, end, place, values in cut["routes"]:
        asked = f"timestamp >= make_timestamp({int(start)}) AND timestamp < make_timestamp({int(end)})"
        if place is not None:
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            asked += f" AND __r{int(place)} IN ({listed})"
        through.append(f"({asked})")
    inside = f"timestamp >= make_timestamp({int(cut['start'])}) AND timestamp < make_timestamp({int(cut['end'])})"
    columns = ["timestamp", "event_type", "__seq", *(f"__{part}{k}" for k in range(job["properties"]) for part in "pn")]
    return f"SELECT {', '.join(columns)} FROM __rows WHERE {inside} AND ({' OR '.join(through) or 'false'})"


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The rows of every cut: group values, then the quantity; and how many events each saw."""
    connection = opened(job)
    try:
        width, value = job["columns"], job["value"]
        names = [f"c{k}" for k in range(width)]
        found = []
        for cut in job["cuts"]:
            connection.execute(f"CREATE OR REPLACE VIEW events AS {seen(job, cut)}")
            kinds = connection.execute(f"DESCRIBE {job['sql']}").fetchall()
            if not str(kinds[value][1]).startswith((*NUMERIC, "VARCHAR", '"NULL"')):
                return {"error": "type", "message": f"{job['names'][value]} is a {kinds[value][1]}, not a number"}
            groups = ", ".join(f"coalesce(CAST({names[k]} AS VARCHAR), '')" for k in job["groups"])
            asked = (
                f"SELECT {groups}{', ' if groups else ''}CAST(sum(__num({names[value]})) AS VARCHAR) "
                f"FROM ({job['sql']}) AS q({', '.join(names)}) {'GROUP BY ALL' if groups else ''}"
            )
            rows = connection.execute(asked).fetchmany(MAX_ROWS + 1)
            if len(rows) > MAX_ROWS:
                return {"error": "rows", "message": f"has more than {MAX_ROWS} combinations of group values"}
            count = connection.execute("SELECT count(*) FROM events").fetchone()
            found.append({"rows": rows, "events": count[0]})
        return {"cuts": found}
    finally:
        connection.close()


def serve() -> None:
    """Answers jobs until there are no more."""
    limit()
    import duckdb

    for line in sys.stdin:
        more_time()
        try:
            told = answer(json.loads(line))
        except duckdb.OutOfMemoryException:
            told = {"error": "memory", "message": ENGINE_MEMORY}
        except MemoryError:
            told = {"error": "memory", "message": ENGINE_MEMORY}
        except duckdb.Error as error:
            told = {"error": type(error).__name__, "message": str(error)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
