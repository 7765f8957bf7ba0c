from actors.flow import Places


def test_a_pipeline_is_found_from_below() -> None:
    assert Places.above("mail/intake/processors/2", 2) == Places("mail/intake")
    assert Places.above("intake/batchers/rows/workers/1", 4) == Places("intake")


def test_every_actor_has_its_place() -> None:
    places = Places("mail/intake")
    assert places.custodian == "mail/intake/custodian"
    assert places.valve == "mail/intake/valve"
    assert places.producers(2) == ("mail/intake/producers/1", "mail/intake/producers/2")
    assert places.processors(1) == ("mail/intake/processors/1",)
    assert places.batcher("rows") == "mail/intake/batchers/rows/batcher"
