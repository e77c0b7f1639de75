"""What the function wizard (函数向导) says of every worksheet function and its arguments.

The VBA wrappers are generated from ``FUNCTIONS``, and a test holds ``udfs`` against it.  Excel keeps
255 characters of a description.
"""

from __future__ import annotations

from dataclasses import dataclass

CATEGORY = "控辍保学"
MODULE = "kbbx_xl.excel.functions.udfs"
LONGEST_DOC = 255


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its ASCII name, which is no VBA keyword, and what it must be."""

    name: str
    doc: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name in cells, the function of ``MODULE`` behind it, and what it gives.

    ``caller``: the Python function has a last parameter of that name, for which the wrapper passes
    one more value, ``Nothing``; xlwings puts the calling cell there.
    """

    name: str
    python: str
    doc: str
    arguments: tuple[Argument, ...]
    volatile: bool = False
    caller: bool = False


_IDS = Argument("numbers", "身份证件号，一格或一片，须为文本。")
_KIND = Argument("kind", "缺勤类别：旷课、病假或事假；省略为旷课。", optional=True)
_DATES = Argument(
    "dates", "与标记同宽的一行日期，空格表示没有这一天；本程序的登记表里可写 点名_日期。"
)
_AS_OF = Argument(
    "as_of",
    "截至日期，之后的标记不计；省略时取本工作簿的截至日期，没有则取日期行的末日。",
    optional=True,
)
_POLICY = Argument(
    "policy",
    "方案的代号或名称，如 tanghe、唐河县；省略时取本工作簿所用的方案，没有则给 #VALUE!。",
    optional=True,
)
_SCHOOL_DAYS = Argument(
    "school_days",
    "上课日的日期区域；省略时取本工作簿的 上课日，没有则按国家节假日和通常学期推算（公布年份以外给 #N/A）。",
    optional=True,
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "KBBX_ID_CHECK",
        "id_check",
        "核对身份证件号，给“正确”或错在哪里：后三位丢失、有多余字符、位数不对、校验码不对、日期不存在、地区码不对、空（写着“无”等）。"
        "空格给空；日期、逻辑值给 #VALUE!，因为那不是证件号。",
        (_IDS,),
    ),
    Function(
        "KBBX_ID_BIRTH",
        "id_birth",
        "由身份证件号得出生日期（请把单元格设成日期格式）。空格给空；证件号不能用时给 #VALUE!，原因用 KBBX_ID_CHECK 查看。",
        (_IDS,),
    ),
    Function(
        "KBBX_ID_SEX",
        "id_sex",
        "由身份证件号得性别：男或女。空格给空；证件号不能用时给 #VALUE!，原因用 KBBX_ID_CHECK 查看。",
        (_IDS,),
    ),
    Function(
        "KBBX_ID_REGION",
        "id_region",
        "由身份证件号得六位行政区划代码（发证时的）；外国人永久居留身份证给省级代码。空格给空；证件号不能用时给 #VALUE!，"
        "原因用 KBBX_ID_CHECK 查看。",
        (_IDS,),
    ),
    Function(
        "KBBX_XJH_CHECK",
        "xjh_check",
        "核对学籍号（G、L 或 J 加 18 位），给“正确”“格式不对”“与身份证件号不同”或“空”。空格给空；日期、逻辑值给 #VALUE!。"
        "G 号与身份证件号不同未必是错，请核实。",
        (
            Argument("student_numbers", "学籍号，一格或一片，须为文本。"),
            Argument("numbers", "同一学生的身份证件号，用来比对 G 号；可省略。", optional=True),
        ),
    ),
    Function(
        "KBBX_AGE",
        "age",
        "某一天的周岁，生日当天即满。出生日期或那一天为空时给空；不是日期、晚于那一天、证件号不能用时给 #VALUE!。",
        (
            Argument("births", "出生日期，一格或一片；也可以直接给身份证件号（文本）。"),
            Argument("on_day", "算到哪一天，如 DATE(2026,9,1)；本程序的工作簿里可写 截至日。"),
        ),
    ),
    Function(
        "KBBX_GRADE",
        "grade",
        "把年级或班级的各种写法统一成一至九年级：初一→七年级，三(2)班→三年级，2026级按月份和学段推算。空格给空；"
        "认不出、不属义务教育（高一）、推算所需的月份或学段没给时给 #VALUE!。",
        (
            Argument("texts", "年级或班级，一格或一片。"),
            Argument(
                "in_month",
                "所在月份：日期或 2026-10 这样的文本；只有 2026级、2029届 这类写法需要。",
                optional=True,
            ),
            Argument(
                "stage", "学校的学段：小学或初中；初中的“二年级”即八年级。可省略。", optional=True
            ),
        ),
    ),
    Function(
        "KBBX_SCHOOL_DAYS",
        "school_days",
        "两个日期之间的上课日数，首尾都算；首日晚于末日为 0。任一日期为空时给空；不是日期时给 #VALUE!；"
        "超出校历的学年、或该年节假日尚未公布时给 #N/A。",
        (
            Argument("first_day", "首日，一格或一片。"),
            Argument("last_day", "末日，一格或一片。"),
            _SCHOOL_DAYS,
        ),
        caller=True,
    ),
    Function(
        "KBBX_ABSENT_DAYS",
        "absent_days",
        "累计缺勤的上课日数，半天算 0.5，每行点名标记给一个数；整行为空时给空。日期行与标记不同宽、有重复或不是日期的内容、"
        "类别或截至日期认不出时给 #VALUE!；超出校历的学年给 #N/A。累计不是连续，连续用 KBBX_LONGEST_RUN。",
        (
            Argument("marks", "点名标记，一名学生一行，可给多行。"),
            _DATES,
            _KIND,
            _AS_OF,
            _SCHOOL_DAYS,
        ),
        caller=True,
    ),
    Function(
        "KBBX_LONGEST_RUN",
        "longest_run",
        "最长一次连续旷课的上课日数，半天算 0.5，每行点名标记给一个数；整行为空时给空。休息日不计也不断开，请假断开（方案另有"
        "规定的除外），认不出的标记按到校计。日期行与标记不同宽、有重复或不是日期的内容、截至日期认不出时给 #VALUE!；超出校历的学年给 #N/A。",
        (
            Argument("marks", "点名标记，一名学生一行，可给多行。"),
            _DATES,
            _AS_OF,
            Argument(
                "only_open",
                "TRUE 只看到截至日期仍未返校的一次；省略为 FALSE，看所有的。",
                optional=True,
            ),
            _SCHOOL_DAYS,
            Argument(
                "in_calendar_days",
                "TRUE 给自然日数（首尾都算）；省略为 FALSE，给上课日数。",
                optional=True,
            ),
        ),
        caller=True,
    ),
    Function(
        "KBBX_STEP",
        "step",
        "连续缺勤若干天达到方案预警阶梯的哪一级，给该级名称；未达到、或方案不计该类缺勤时给空。天数为空时给空；天数为负或不是"
        "数、类别或方案认不出时给 #VALUE!。按月计和累计的级别不在此判断。",
        (
            Argument(
                "days", "连续缺勤的上课日数，一格或一片，如 KBBX_LONGEST_RUN 的结果；半天为 0.5。"
            ),
            _KIND,
            _POLICY,
            Argument(
                "calendar_days",
                "同一次缺勤的自然日数，方案按小时、周、自然日计时才用到；省略时按上课日数计。",
                optional=True,
            ),
        ),
        caller=True,
    ),
    Function(
        "KBBX_DUE",
        "due",
        "达到预警阶梯某一级之后，办理的最后期限（请把单元格设成日期格式）。日期或级别为空时给空；不是日期、方案没有这一级时给 "
        "#VALUE!；期限超出校历，或该年节假日尚未公布时给 #N/A。",
        (
            Argument("reached", "达到该级的日期，一格或一片。"),
            Argument("step_title", "级别名称，如 KBBX_STEP 的结果。"),
            _POLICY,
            _SCHOOL_DAYS,
        ),
        caller=True,
    ),
    Function(
        "KBBX_RATE",
        "rate",
        "比率：分子除以分母（请把单元格设成百分比格式），分母为 0 时给“—”。任一为空时给空；不是数、为负时给 #VALUE!。"
        "合计的比率请用合计的分子分母来算，不要把比率平均。",
        (
            Argument("numerator", "分子，一格或一片。"),
            Argument("denominator", "分母，一格或一片。"),
        ),
    ),
    Function(
        "KBBX_MASK",
        "mask",
        "遮盖个人信息：证件号、电话等号码只留前三位和后两位，姓名全部换成＊＊。空格给空；日期、逻辑值、认不出的种类给 #VALUE!。",
        (
            Argument("values", "要遮盖的内容，一格或一片。"),
            Argument(
                "kind", "姓名或号码；省略时含数字、没有汉字的按号码，其余按姓名。", optional=True
            ),
        ),
    ),
    Function(
        "KBBX_MATCH",
        "match",
        "人籍比对：两个区域的号码逐一比对，给出一张表：键、结果（两边都有、只在左边、只在右边、证件号已损坏、没有填号）、左行、"
        "右行（区域内第几行）。空格不计；被 Excel 改坏的号码不参加比对；日期、逻辑值那一行给 #VALUE!。",
        (
            Argument("left_keys", "左边的证件号或学籍号，通常是一列，不含表头。"),
            Argument("right_keys", "右边的证件号或学籍号，通常是一列，不含表头。"),
        ),
    ),
    Function(
        "KBBX_SUMMARY",
        "summary",
        "把台账按单位和级别汇成一张带合计的表：单位为行，级别（状态）为列。没填的归入“（未填）”，空行不计。"
        "区域不足两行、找不到该栏时给 #VALUE!。",
        (
            Argument("ledger", "台账区域，第一行是表头。"),
            Argument("unit_title", "单位一栏的表头；省略时找 单位、学校 等栏。", optional=True),
            Argument(
                "step_title", "级别或状态一栏的表头；省略时找 预警、状态 等栏。", optional=True
            ),
        ),
    ),
)
