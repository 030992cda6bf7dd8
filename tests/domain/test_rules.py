"""The rule catalogue is complete, in order, and speaks both languages."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from domain.core import rules
from domain.core.rules import RULES, CatalogueFault, Rule, Source, Standing, load, rule

# How many rules each article of the Measures gives; 0 is the notice that issues them.
RULES_OF_ARTICLE = {0: 1, 1: 1, 2: 3, 3: 1, 4: 2, 5: 3, 6: 3, 7: 7, 8: 11, 9: 15, 10: 1, 11: 1, 12: 3, 13: 2}
RULES_OF_ARTICLE |= {14: 1, 15: 2, 16: 1}
MEASURES = [f"R-{article}.{item + 1}" for article, count in RULES_OF_ARTICLE.items() for item in range(count)]
ORDER_40 = [f"N-{number}" for number in range(1, 29)]
SUPERVISION = [f"J-{number}" for number in range(1, 10)]
BEIJING = [f"B-{number}" for number in range(1, 12)]
SYSTEM = [f"S-{number}" for number in range(1, 25)]

ENTRY = """
article = '7(2)'
source = '系统'
standing = 'switch'
zh = '规则。'
en = 'A rule.'
remedy_zh = '补救。'
remedy_en = 'A remedy.'
"""


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def test_the_catalogue_holds_exactly_these_rules_in_the_order_of_the_measures() -> None:
    assert list(RULES) == MEASURES + ORDER_40 + SUPERVISION + BEIJING + SYSTEM
    assert len(RULES) == 130


def test_the_proof_marks_are_counted() -> None:
    of_measures = Counter(RULES[rule_id].standing for rule_id in MEASURES)
    assert of_measures == {Standing.LAW: 53, Standing.SWITCH: 5}
    assert Counter(each.standing for each in RULES.values()) == {
        Standing.LAW: 53,
        Standing.CONFIRMED: 29,
        Standing.MEMORY: 15,
        Standing.SWITCH: 33,
    }


def test_the_measures_are_quoted_in_the_order_of_their_articles() -> None:
    articles = [RULES[rule_id].article for rule_id in MEASURES if rule_id != "R-0.1"]
    assert [numbers(article)[0] for article in articles] == [numbers(rule_id)[0] for rule_id in MEASURES[1:]]
    of_article_9 = [numbers(RULES[rule_id].article)[1] for rule_id in MEASURES if rule_id.startswith("R-9.")]
    assert of_article_9 == [1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 7, 7]


def test_each_family_of_ids_has_its_source() -> None:
    sources = {family: {each.source for each in RULES.values() if each.id[0] == family} for family in "RNJBS"}
    assert sources == {
        "R": {Source.MEASURES},
        "N": {Source.ORDER_40},
        "J": {Source.SUPERVISION_RULES, Source.REFORM_OPINION},
        "B": {
            Source.BEIJING_REVIEWS,
            Source.BEIJING_AGENCIES,
            Source.BEIJING_YEARLY_NOTICE,
            Source.BEIJING_PRACTICE,
            Source.TITLE_SERIES,
        },
        "S": {Source.SYSTEM},
    }


def test_a_rule_is_known_by_its_own_id() -> None:
    assert [each.id for each in RULES.values()] == list(RULES)


@pytest.mark.parametrize("each", RULES.values(), ids=RULES.keys())
def test_every_text_is_one_sentence_of_its_language(each: Rule) -> None:
    for chinese in (each.zh, each.remedy_zh):
        assert (chinese.count("。"), chinese[-1]) == (1, "。")
    for english in (each.en, each.remedy_en):
        assert (english.count(". "), english[-1], english[0]) == (0, ".", english[0].upper())


def test_no_sentence_is_used_for_two_rules() -> None:
    for texts in ([each.zh for each in RULES.values()], [each.en for each in RULES.values()]):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_the_threshold_of_article_7_is_quoted_as_the_law_has_it() -> None:
    assert rule("R-7.2") == Rule(
        id="R-7.2",
        article="7(2)",
        source=Source.MEASURES,
        standing=Standing.LAW,
        zh="申请单位应当具备一定规模和可持续成长的专业技术人才队伍，专业技术人员占单位职工总数的70%以上（含70%）。",
        en="The unit needs a sustainable technical team of a certain size, and technical staff must be "
        "at least 70 percent of all staff, exactly 70 percent included.",
        remedy_zh="请核对专业技术人员数和职工总数，确不足70%但符合第七条第（六）项情形的，请提出放宽申请并上传证明材料。",
        remedy_en="Check both head counts, and if the share is below 70 percent but Article 7(6) fits, "
        "ask for a relaxation with evidence.",
    )


def test_an_unknown_id_names_its_neighbours() -> None:
    with pytest.raises(KeyError) as refused:
        rule("R-7.22")
    assert refused.value.args == ("no rule 'R-7.22'; near matches: R-7.2, R-9.2, R-8.2",)
    with pytest.raises(KeyError, match="no rule ''; near matches: none"):
        rule("")


def catalogue(folder: Path, text: str) -> Path:
    file = folder / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_well_formed_file_loads(tmp_path: Path) -> None:
    file = catalogue(tmp_path, f"['S-1']{ENTRY}")
    assert load(file) == {
        "S-1": Rule("S-1", "7(2)", Source.SYSTEM, Standing.SWITCH, "规则。", "A rule.", "补救。", "A remedy.")
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"['X-1']{ENTRY}", "X-1: not a rule id"),
        (f"['S-1']{ENTRY}note = 'x'", "S-1: missing or unknown keys ['note']"),
        ("['S-1']" + ENTRY.replace("zh = '规则。'\n", "", 1), "S-1: missing or unknown keys ['zh']"),
        ("['S-1']" + ENTRY.replace("规则。", " "), "S-1: zh is empty or not of its form or language"),
        ("['S-1']" + ENTRY.replace("规则。", "Rule."), "S-1: zh is empty or not of its form or language"),
        ("['S-1']" + ENTRY.replace("A rule.", "A 规则."), "S-1: en is empty or not of its form or language"),
        ("['S-1']" + ENTRY.replace("'A rule.'", "7"), "S-1: en is empty or not of its form or language"),
        ("['S-1']" + ENTRY.replace("7(2)", "VII"), "S-1: article is empty or not of its form or language"),
        ("['S-1']" + ENTRY.replace("系统", "传闻"), "S-1: source is empty or not of its form or language"),
        (
            "['S-1']" + ENTRY.replace("switch", "rumour"),
            "S-1: standing is empty or not of its form or language",
        ),
    ],
)
def test_a_faulty_file_stops_the_load(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(CatalogueFault) as refused:
        load(catalogue(tmp_path, text))
    assert str(refused.value) == fault


def test_an_id_used_in_two_files_stops_the_load(tmp_path: Path) -> None:
    file = catalogue(tmp_path, f"['S-1']{ENTRY}")
    with pytest.raises(CatalogueFault, match="S-1: declared twice"):
        load(file, file)


def test_every_catalogue_file_is_loaded_and_short_enough_to_read() -> None:
    files = sorted(Path(rules.__file__).parent.glob("*.toml"))
    assert load(*files).keys() == RULES.keys()
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_loading_is_fast() -> None:
    files = sorted(Path(rules.__file__).parent.glob("*.toml"))

    def processor_seconds() -> float:
        start = time.process_time()
        load(*files)
        return time.process_time() - start

    assert min(processor_seconds() for _ in range(5)) < 0.015
