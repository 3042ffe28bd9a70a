"""Training groups: labels follow from the rule, and nothing of dev or test companies gets in."""

from __future__ import annotations

from corpus.catalogue import load_catalogue
from evals.cases import load_split, read_split
from evals.training.data import Pair, load_pairs
from evals.training.groups import NEAREST, rule_of, written_groups
from evals.training.groups import near_requirements as near
from retrieval.encoder import load_encoder

REQUIREMENTS = {item.id: item for item in load_catalogue().requirements()}
ONE = REQUIREMENTS["AI-INF-02-R5"]


def pair(relation: str, *states: str) -> Pair:
    return Pair(requirement=ONE.id, relation=relation, states=states, text="Access is reviewed.")  # type: ignore[arg-type]


def test_the_verdict_of_written_groups_is_the_rule() -> None:
    assert rule_of([pair("mandates", *ONE.must_state)], ONE)[0] == "met"
    assert rule_of([pair("practice", ONE.must_state[0])], ONE)[0] == "partial"
    rest = ONE.must_state[1:]
    assert rule_of([pair("practice", ONE.must_state[0]), pair("facet_only", *rest)], ONE)[0] == "met"
    assert rule_of([pair("facet_only", *ONE.must_state)], ONE)[0] == "absent"
    assert rule_of([pair("intent", *ONE.must_state), pair("mentions")], ONE)[0] == "absent"
    assert rule_of([pair("mandates", *ONE.must_state), pair("opposite")], ONE)[0] == "contradicted"


def test_written_groups_are_crossed_with_passages_of_other_requirements() -> None:
    written = load_pairs()
    encoder = load_encoder()
    groups = written_groups(written, {}, REQUIREMENTS, encoder, seed=1)
    assert groups == written_groups(written, {}, REQUIREMENTS, encoder, seed=1)
    others, siblings = near(REQUIREMENTS, encoder)[ONE.id]
    assert len(others) == NEAREST and not set(others) & set(siblings)
    for group in groups[:500]:
        crossed = [unit.pair for unit in group.units if unit.pair.source.startswith("crossed:")]
        assert crossed and all(item.relation == "unrelated" and not item.states for item in crossed)
        assert all(item.source != f"crossed:{group.requirement}" for item in crossed)


def test_companies_that_join_later_are_train_companies_only() -> None:
    split = read_split()
    later = set(split["train_later"])
    assert later <= set(load_split()["train"]) and not later & set(split["train"])
    assert not later & {*split["dev"], *split["test"]}
