"""What counts as what, and the policy that was applied (说明)."""

from __future__ import annotations

from kbbx_xl.books.setup.in_force import checksum
from kbbx_xl.books.setup.told import changes
from kbbx_xl.books.summary.absence import UNIT_WORDS, words
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.settings.policies import Policy, RunMeasure, Step

DEFINITIONS = (
    ("在校生", "学籍名册中状态为在读、复学的行；休学、转出、辍学不计入。隐藏的行照常计入。"),
    ("小学、初中", "按年级分：一至六年级为小学，七至九年级为初中；九年一贯制学校分别计入。"),
    (
        "连续旷课",
        "相邻的上课日都没有到校且未请假；周末和节假日不计天数也不打断。按上课日计，半天记0.5。",
    ),
    ("截至日仍未到校", "连续旷课包含截至日期（含）之前的最后一个上课日。"),
    ("上课日", "先按本县校历和补课安排，再按国家节假日和调休。"),
    (
        "疑似辍学、辍学、已返校",
        "本软件的登记表由列入、销号的日期和去处推出；学校自己的台账按所写的状态。只见于劝返记录的学生另行标明，"
        "不计入六项核对。",
    ),
    ("错月", "表内写的月份不是本月；这样的考勤、台账、月报不计入本月，名册和网格名单照常计入。"),
    (
        "修改版",
        "同一单位、同一种材料、同一月份有两份的，用修改版或较晚的一份，旧件列在“文件清单”。",
    ),
    ("空白与0", "空白表示没有收到或没有填写，0 表示填写为0或查得为0，两者不混。"),
    (
        "指标",
        "保留分子和分母，上级的率由分子之和、分母之和重算；分母为0写“—”；超过100%按原值保留。",
    ),
    ("数字追溯", "在命令行运行 kbbx-xl explain 本文件 表名!单元格，列出公式、单位、来源文件和行。"),
)


WITHOUT_NAMES = (
    (
        "个人信息",
        "本簿不含学生姓名、证件号、电话和住址，叙述文字也不带入；要找到学生，按“来源文件、来源表、来源行”打开原件。",
    ),
    (
        "为什么不写",
        "不满十四周岁未成年人的个人信息是敏感个人信息（个人信息保护法第二十八条），须专门规则（第三十一条）、去标识化和限定权限（第五十一条）；看数不需要姓名。",
    ),
    ("谁可以看", "本单位及上级承办控辍保学的人员；人数很少的单位，对外公布前请并入上一级。"),
)
NAMED = "含学生个人信息，限本单位承办人员内部使用，不得转发、公布；用后按保存期限销毁（个人信息保护法第十九条、第二十八条、第五十一条）"
WITH_NAMES = (("个人信息", f"{NAMED}。"),)


def write_notes(summary: Summary) -> None:
    """Definitions, counting rules, and the ladder of the policy with its rule ids."""
    policy = summary.county.policy
    widths = (22, 20, 34, 16, 16, 14)
    paper = summary.sheet("说明", "控辍保学汇总说明", widths)
    paper.part("一、口径")
    privacy = WITH_NAMES if summary.with_names else WITHOUT_NAMES
    for term, text in (*DEFINITIONS, *privacy, *_counting(policy)):
        paper.text(paper.row, 0, term, "label")
        paper.merge(paper.row, 1, paper.row, 5, text, "text")
        paper.sheet.set_row(paper.row, 18 if len(text) <= 48 else 15 * -(-len(text) // 48))
        paper.row += 1
    paper.part(f"二、执行文件：{policy.title}（{policy.document}），方案代号 {policy.profile}")
    paper.head(("阶梯", "达到条件", "要做的事", "由谁做", "期限", "依据"))
    for step in policy.steps:
        for column, text in enumerate(_step(step)):
            paper.text(paper.row, column, text)
        paper.end_row()
    if not policy.steps:
        paper.merge(paper.row, 0, paper.row, 5, "文件没有规定缺勤天数的门槛，不作预警。", "text")
        paper.row += 1
    if policy.base:
        _own(paper, policy)
    monthly = policy.monthly
    paper.note(
        f"月报：{monthly.recipient or '文件未写报给谁'}，"
        f"{f'每月{monthly.due_day}日前' if monthly.due_day else '文件未写哪一天'}，"
        f"{'实行零报告' if monthly.zero_report else '文件未写零报告'}。"
        f"{'依据：' + '、'.join(monthly.source) if monthly.source else ''}"
    )


def _own(paper: Paper, policy: Policy) -> None:
    """A county's own policy: its check sum, and every place where it differs from the published one."""
    changed = changes(policy)
    said = f"本县方案，由 {policy.base} 改成，改动 {len(changed)} 处，校验码 {checksum(policy)}"
    paper.merge(paper.row, 0, paper.row, 5, said, "text")
    paper.row += 1
    if changed:
        paper.head(("本县改动", "原方案", "本县", "在政策.xlsx 哪张表", "", "本县依据"))
    for change in changed:
        cells = (change.row, change.was, change.now, change.sheet, "", change.source)
        for column, text in enumerate(cells):
            paper.text(paper.row, column, text)
        paper.end_row()


def _counting(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The settings that decide where documents are silent."""
    counting = policy.counting
    leave = "打断" if counting.leave_breaks_run else "不打断"
    half = "单独计，不与前后的整天相连" if counting.half_days_stand_alone else "与前后的缺勤相连"
    return (
        ("请假", f"病假、事假{leave}连续旷课；计入旷课的类别：{'、'.join(counting.kinds)}。"),
        ("半天", f"旷课半天{half}。"),
        (
            "“天”的含义",
            f"文件只写“天”“日”的，按{UNIT_WORDS[counting.unstated_day].lstrip('个')}计。",
        ),
    )


def _step(step: Step) -> tuple[str, ...]:
    measure = "累计" if step.measure is RunMeasure.CUMULATIVE else "连续"
    within = f"{step.within.value:g}{UNIT_WORDS[step.within.unit]}内" if step.within else "当日"
    action = step.action + (f"（报{step.report_to}）" if step.report_to else "")
    condition = f"{measure}{words(step.threshold)}"
    return step.title, condition, action, step.actor, within, step.source
