"""The modules of workers: imported, or refused with a reason."""

import pytest

from engset.workers import BadWorkerModule, add_workers, built_in_workers, load_workers

HERE = "tests.engset.worker_modules"


def test_what_a_module_defines_is_found_beside_what_is_built_in() -> None:
    workers = load_workers([f"{HERE}.good"])
    assert workers.names == ("engset.Rehearsal", "test.Greet", "test.Wave")


def test_a_module_may_be_named_twice() -> None:
    assert load_workers([f"{HERE}.good"] * 2).names == load_workers([f"{HERE}.good"]).names


def test_what_a_module_only_borrows_does_not_count() -> None:
    assert add_workers(built_in_workers(), f"{HERE}.empty") == 0


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("", "is not the name of a module"),
        ("a-b", "is not the name of a module"),
        (".good", "is not the name of a module"),
        ("a..b", "is not the name of a module"),
        ("my/workers.py", "is not the name of a module"),
        (
            "no_such_package.workers",
            "cannot be imported: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        (f"{HERE}.broken", "cannot be imported: RuntimeError: the printer is on fire"),
        (
            f"{HERE}.taken",
            "has a worker whose name is taken: Other is called test.Greet, as Greet is",
        ),
    ],
)
def test_a_module_that_gives_no_workers_is_named_with_the_reason(module: str, reason: str) -> None:
    with pytest.raises(BadWorkerModule) as caught:
        load_workers([f"{HERE}.good", module])
    assert (caught.value.module, caught.value.reason) == (module, reason)
    assert str(caught.value) == f"{module} {reason}"
