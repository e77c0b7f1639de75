"""Every message a user can meet, by code, and the exceptions kbbx_xl raises on purpose.

A finding says what is wrong; its file, sheet and cell say where; the remedy says what to do.
No message has a place for a name, an id or a phone number.
"""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbbx_xl.model import Finding, Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


class KbbxError(Exception):
    """Base of every error kbbx_xl raises on purpose; its text is fit for a user."""


class SettingsError(KbbxError):
    """A file in config/ is wrong; names file, line, key and the near miss."""


class InputError(KbbxError):
    """What the user gave cannot be worked with: a missing folder, directory or calendar."""


class OutputError(KbbxError):
    """The result could not be written; nothing old was destroyed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: how bad, what is wrong, what to do."""

    severity: Severity
    text: str
    remedy: str


CATALOGUE: dict[str, Entry] = {
    "F01": Entry(E, "文件打不开或已损坏", "用 Excel 打开确认，另存为 .xlsx 后重新报送"),
    "F02": Entry(
        E, "文件有打开密码，程序读不了", "用“解密”按钮或 kbbx-xl open 解密，再用解密后的文件"
    ),
    "F03": Entry(E, "文件是空的（0 字节或没有任何内容）", "找到原文件重新报送"),
    "F04": Entry(
        E, "扩展名是 {suffix}，内容却不是电子表格", "用 Excel 打开原件，另存为 .xlsx 后重新报送"
    ),
    "F05": Entry(
        E,
        "认不出是哪种表：表头里没有 {looked_for} 等栏",
        "使用下发的模板，或把表头改成模板里的叫法",
    ),
    "F06": Entry(N, "不是要汇总的材料，未读取（{reason}）", "不用处理"),
    "F07": Entry(N, "与 {other} 内容完全相同，只算一份", "删去多余的一份"),
    "F08": Entry(N, "已有修改版 {other}，本文件不再计入", "保留备查即可"),
    "F09": Entry(E, "报的是 {found}，应报 {expected}", "报送 {expected} 的材料"),
    "F10": Entry(
        W,
        "表内写的单位是“{inside}”，文件却放在“{folder}”的文件夹里，按表内单位计",
        "核对后放到正确的文件夹",
    ),
    "F11": Entry(
        E, "看不出是哪个单位报的", "在表的第二行写明“填报单位：学校全称”，或放进该校文件夹"
    ),
    "F12": Entry(W, "模板版本是 {found}，现行版本是 {current}", "换用现行模板，旧表数据仍已读入"),
    "F13": Entry(W, "缺少工作表“{missing}”", "从模板补上这张表"),
    "F14": Entry(
        W, "工作表“{name}”认不出是哪种表，未计入汇总", "需要汇总的，把表头改成模板里的叫法"
    ),
    "F15": Entry(N, "工作表“{name}”是隐藏的，内容已照常读入", "不需要的表请删除后再报"),
    "F16": Entry(N, "文件里带宏，程序没有运行它", "另存为不带宏的 .xlsx"),
    "F17": Entry(E, "“{first}”和“{second}”两栏都像是“{field}”，取了前一栏", "删去或改名其中一栏"),
    "F18": Entry(N, "多出的栏“{title}”原样保留，不参加检查", "不用处理"),
    "F19": Entry(E, "缺少必需的栏“{title}”", "补上这一栏"),
    "F20": Entry(E, "文件过大（{size}），超过 {limit}", "删去无关内容后重新报送"),
    "F21": Entry(
        W, "有 {count} 个字无法识别（编码不是 UTF-8 或 GB18030）", "用 Excel 打开，另存为 .xlsx"
    ),
    "F22": Entry(E, "不支持 {suffix} 格式", "在 WPS 或 Excel 里另存为 .xlsx 后重新报送"),
    "F23": Entry(E, "表内写的学校“{inside}”不在单位目录里", "核对校名；新设学校先补进单位目录"),
    "F24": Entry(N, "工作表“{name}”里的学生都已在“{other}”里，只算一次", "不用处理"),
    "R01": Entry(N, "有 {count} 行被隐藏，已按正常数据计入", "取消隐藏后核对"),
    "R02": Entry(W, "合计行写的人数是 {written}，表里实有 {actual} 行", "核对合计行"),
    "R03": Entry(E, "这一行没有姓名，其他栏却有内容", "补上姓名，或清空这一行"),
    "R04": Entry(W, "与第 {other} 行是同一名学生", "删去重复的一行"),
    "R05": Entry(E, "既写了“零报告”，又列有 {count} 名学生", "二者留一"),
    "R06": Entry(W, "表里没有学生，也没有写“无”或“零报告”", "确无的，写上“零报告”"),
    "R07": Entry(
        W, "同一张表里有 {count} 个公式没有算出的结果，无法读取", "用 Excel 打开保存一次再报送"
    ),
    "R08": Entry(E, "这一行的学校不在本表所属单位之内", "核对学校"),
    "V01": Entry(E, "“{title}”没有填", "补填"),
    "V02": Entry(E, "“{title}”不在可选项内", "从下拉列表中选择"),
    "V03": Entry(E, "“{title}”应填数字，现在是文字，没有计入合计", "改成数字"),
    "V04": Entry(E, "“{title}”不是能认出的日期", "写成 2026-10-08 的样子"),
    "V05": Entry(E, "“{title}”晚于截至日 {as_of}", "核对日期"),
    "V06": Entry(W, "“{title}”早于本学年开学", "核对年份"),
    "V07": Entry(W, "“{title}”不是 11 位手机号或带区号的固定电话", "核对电话"),
    "V08": Entry(W, "“{title}”过长（{length} 字），最多 {limit} 字", "精简"),
    "V09": Entry(E, "“{title}”不能小于 0", "核对数字"),
    "V10": Entry(E, "“{title}”应是整数", "核对数字"),
    "V11": Entry(N, "“{title}”没有写年份，按 {year} 年计", "补上年份"),
    "V12": Entry(E, "“{title}”的单元格是错误值", "修正公式或直接填数"),
    "V13": Entry(E, "年级认不出", "写成“三年级”“七年级”的样子"),
    "V14": Entry(E, "班级认不出", "写成“1班”的样子"),
    "V15": Entry(E, "就读状态认不出", "从下拉列表中选择"),
    "V16": Entry(
        E, "{day} 日的标记“{mark}”不在图例里，没有计入", "改成 √ × 病 事 之一，或在表下注明含义"
    ),
    "V17": Entry(E, "性别应填“男”或“女”", "改正"),
    "V18": Entry(E, "类别认不出，没有计入旷课", "填 旷课、病假 或 事假"),
    "V19": Entry(W, "“{title}”像是电话却存成了数字，前面的 0 可能丢失", "把这一栏设为文本格式"),
    "I01": Entry(E, "没有填身份证件号", "补填；确无证件的，按学籍号办理"),
    "I02": Entry(
        E,
        "身份证件号被 Excel 变成了数字，后三位已丢失，无法恢复",
        "把这一栏设为文本格式，按户口簿重新填写",
    ),
    "I03": Entry(E, "身份证件号校验码不对", "对照户口簿核对 18 位号码"),
    "I04": Entry(E, "身份证件号是 {length} 位，应为 18 位", "对照户口簿核对"),
    "I05": Entry(E, "身份证件号里有字母 O 或 I，应为数字 0 或 1", "改成数字"),
    "I06": Entry(N, "身份证件号用了全角数字，已按半角读取", "改成半角"),
    "I07": Entry(N, "身份证件号中间有空格，已去掉", "删去空格"),
    "I08": Entry(N, "身份证件号前后有撇号或看不见的字符，已去掉", "删去多余字符"),
    "I09": Entry(W, "出生日期与身份证件号不一致", "对照户口簿改正其中一个"),
    "I10": Entry(W, "性别与身份证件号不一致", "对照户口簿改正其中一个"),
    "I11": Entry(
        E, "两名不同的学生用了同一个身份证件号（另一名在第 {other} 行）", "对照户口簿核对两名学生"
    ),
    "I12": Entry(W, "身份证件号前两位不是有效的省级区划", "核对"),
    "I13": Entry(E, "身份证件号里的出生日期不存在", "对照户口簿核对"),
    "I14": Entry(E, "学籍号格式不对，应为 G、L 或 J 加 18 位", "到学籍系统核对"),
    "I15": Entry(
        W, "学籍号以 G 开头，后 18 位却与身份证件号不同", "核对；关键信息变更过的可以不同"
    ),
    "I16": Entry(E, "两名学生用了同一个学籍号（另一名在第 {other} 行）", "到学籍系统核对"),
    "I17": Entry(N, "年龄 {age} 岁，不在 {low}—{high} 岁的登记范围内", "核对出生日期"),
    "I18": Entry(W, "{grade}学生年龄为 {age} 岁，与年级相差较大", "核对出生日期和年级"),
    "I19": Entry(W, "身份证件号含有多余字符，无法认定", "对照户口簿重新填写"),
    "D01": Entry(E, "同一名学生同时在“{other}”在读", "两校核对，由一校注销"),
    "D02": Entry(E, "已转出，县内却没有学校接收", "查明去向，转往县外的附学籍转接凭证"),
    "D03": Entry(N, "转出后已在“{other}”就读", "不用处理"),
    "D04": Entry(E, "同班有同名学生，无法确定是哪一名", "填上身份证件号或学籍号"),
    "D05": Entry(E, "名册里没有这名学生", "核对姓名、班级，或补进名册"),
    "D06": Entry(W, "名册上在读，考勤表里却没有", "补进考勤表，或核实是否在校"),
    "D07": Entry(W, "名册上是“{status}”，考勤表里仍有", "核对状态"),
    "D08": Entry(W, "姓名与证件号在名册里对应不同的学生", "核对姓名与证件号"),
    "D09": Entry(W, "同班有同名学生，按名册里的先后次序对应", "填上身份证件号或学籍号"),
    "A01": Entry(W, "缺勤天数写的是 {written}，按校历应为 {expected}", "按校历改正"),
    "A02": Entry(W, "缺勤天数没有填，按校历为 {expected}", "补填"),
    "A03": Entry(W, "没有填身份证件号，已按姓名和班级对上名册", "补填"),
    "A04": Entry(W, "与第 {other} 行首尾相接，实为一次连续缺勤，已合并计算", "合并为一行"),
    "A05": Entry(W, "与第 {other} 行重复登记，只算一次", "删去一行"),
    "A06": Entry(W, "与第 {other} 行日期重叠，已合并计算", "合并为一行"),
    "A07": Entry(W, "“{title}”汇总写的是 {written}，按标记应为 {expected}", "改用公式或改正"),
    "A08": Entry(N, "缺勤起始日期 {date} 不是上课日", "核对日期"),
    "A09": Entry(E, "返校日期早于缺勤起始日期，这一行没有计入", "核对两个日期"),
    "A10": Entry(W, "{day} 日不上课，却有考勤标记，没有计入", "核对校历"),
    "A11": Entry(W, "{day} 日是上课日，却没有标记", "补上标记"),
    "A12": Entry(
        E,
        "已连续旷课 {days} 个上课日（到了“{step}”一步），台账和劝返记录里都没有",
        "登记台账并开展劝返",
    ),
    "A13": Entry(E, "校历没有覆盖 {date}，无法计算上课日", "在“校历”里补上该学期和节假日"),
    "A14": Entry(W, "{day} 日晚于截至日，标记没有计入", "核对"),
    "A15": Entry(E, "没有缺勤起始日期，这一行没有计入", "补填"),
    "A16": Entry(W, "没有“返校日期”一栏，按{basis}推算", "加上“返校日期”一栏；没有返校的空着"),
    "A17": Entry(
        W, "没有填返校日期，点名表上 {date} 已到校，按到校日期计算", "在缺勤登记里补填返校日期"
    ),
    "C01": Entry(W, "连续缺勤教学日数写的是 {written}，按考勤应为 {expected}", "按考勤改正"),
    "C02": Entry(W, "已返校或销号，没有填销号日期", "补填"),
    "C03": Entry(W, "填了销号日期，状态却是“{status}”", "核对状态"),
    "C04": Entry(E, "销号日期早于首次缺勤日期", "核对两个日期"),
    "C05": Entry(E, "学籍状态是辍学，辍学台账里没有", "登记台账"),
    "C06": Entry(W, "台账上是辍学，名册上却是“{status}”", "核对后改正其中一处"),
    "C07": Entry(W, "台账上有，却没有劝返记录", "补上劝返记录"),
    "C08": Entry(W, "劝返次数写的是 {written}，记录有 {actual} 次", "核对"),
    "C09": Entry(W, "劝返日期早于首次缺勤日期", "核对日期"),
    "C10": Entry(W, "台账上是疑似辍学，考勤显示已返校", "核对后改状态"),
    "C11": Entry(W, "台账上是已返校，考勤显示仍未到校", "核对后改状态"),
    "C12": Entry(N, "劝返记录末次写明已返校，台账仍未销号", "核对后销号"),
    "C13": Entry(W, "劝返次数顺序不连续", "核对有无漏记"),
    "C14": Entry(
        W, "{stage}月报写疑似辍学 {written} 人，台账和劝返记录只查到 {actual} 人", "补登台账"
    ),
    "E01": Entry(E, "已销号，“{title}”类还缺佐证：{items}", "补齐并登记佐证；办不齐的不能销号"),
    "E02": Entry(N, "“{title}”类还缺佐证：{items}", "办齐后在“佐证登记”里登记"),
    "E03": Entry(E, "“{title}”要有{item}和它的文号", "取得证明，在“佐证登记”里填上文号"),
    "E04": Entry(W, "佐证登记的类别与台账核查结果不同，这件材料没有计入", "改正其中一处"),
    "E05": Entry(N, "“{title}”类不要求“{item}”", "核对类别和材料名称"),
    "E06": Entry(W, "“{title}”没有写明情况", "在“佐证登记”的说明栏写明，或登记情况说明"),
    "E07": Entry(W, "已销号，核查结果没有写属于哪一类，无法核对佐证", "写明核查结果并备齐佐证"),
    "H01": Entry(W, "送教上门的学生没有送教计划", "指定专人送教，在“送教计划”里登记"),
    "H02": Entry(W, "有送教记录，没有送教计划", "在“送教计划”里登记"),
    "H03": Entry(W, "{month}应送教 {required} 次，够数的只有 {counted} 次", "补送，漏记的补记"),
    "H04": Entry(W, "送教计划的{title}是“{written}”，方案规定“{expected}”", "按方案改计划"),
    "H05": Entry(N, "送教日期不在计划的起止日期之内，没有计次", "核对日期或计划"),
    "H06": Entry(N, "同一天还有一次送教（第 {other} 行），只计一次", "重复的删去一行"),
    "H07": Entry(E, "核查结果是因病因残，却没有送教", "安排送教并登记，或核对核查结果"),
    "H08": Entry(W, "这次送教的{title}是 {written}，应不少于 {expected}，没有计次", "不够的补送"),
    "C15": Entry(W, "填了{there}，没有填{missing}，仍按未销号计", "补填{missing}"),
    "C16": Entry(
        W, "这次缺勤已列入辍学台账且没有销号，这里填的销号不计", "办结的，把销号填在辍学台账那一行"
    ),
    "C17": Entry(W, "已销号，没有写销号依据", "补填佐证材料编号或批准文号"),
    "C18": Entry(
        W,
        "同一名学生第 {other} 行还没有销号，又登记了另一次缺勤",
        "上一次办结的先销号，同一次的并作一行",
    ),
    "C19": Entry(W, "状态被改写，按销号去处和日期应为“{expected}”", "恢复原来的公式，不要改写状态"),
    "C20": Entry(E, "销号日期早于列入台账日期 {listed}", "核对两个日期"),
    "C21": Entry(W, "劝返结果是已返校，却在之后的 {listed} 列入台账", "核对；再次辍学的另立一案"),
    "C22": Entry(W, "列入辍学台账早于列入疑似辍学台账的 {suspected}", "核对两个日期"),
    "C23": Entry(W, "{step}之前没有“{before}”的记录", "漏记的补记，没有办的先办上一步"),
    "C24": Entry(W, "{step}早于“{before}”文书的送达日期 {received}", "核对日期"),
    "C25": Entry(E, "送达日期早于发出日期", "核对两个日期"),
    "C26": Entry(E, "期限早于发出或送达日期", "核对日期"),
    "C27": Entry(W, "同一次缺勤销号两次", "保留正确的一次；再次辍学的另立一案"),
    "C28": Entry(N, "这次劝返在 {closed} 销号之后", "核对日期；再次辍学的另立一案"),
    "C29": Entry(W, "县级核实同意时联合劝返 {made} 次，方案要求 {needed} 次以上或有判决裁定", "补齐或补记"),
    "C30": Entry(W, "已销号，佐证登记里没有这一案的材料", "登记佐证材料"),
    "C31": Entry(W, "有{kind}，台账里没有这名学生的个案", "登记台账，或改正姓名、证件号"),
    "C32": Entry(W, "办理日期早于本案首次缺勤日期", "核对日期"),
    "C33": Entry(W, "没有首次缺勤日期和列入台账日期，按最早一条记录立案", "补填日期"),
    "C34": Entry(W, "有{kind}，同名学生有几个个案，无法归入", "补填身份证件号"),
    "C36": Entry(W, "{closing}已于 {until} 期满，重新按未办结计", "督促返校，或重新审批并登记"),
    "C37": Entry(W, "延缓入学的期限超过方案规定：{most}", "核对期限"),
    "M01": Entry(
        E, "{grade}：{formula} 不成立，应为 {expected}，写的是 {written}", "按公式核对各栏"
    ),
    "M02": Entry(E, "合计行“{title}”写的是 {written}，各年级之和为 {expected}", "改正合计"),
    "M03": Entry(E, "{grade}“{title}”写的是 {written}，各年级之和为 {expected}", "改正小计"),
    "M04": Entry(
        E, "{grade}本月末在校生数写的是 {written}，学籍名册在读 {expected}", "核对名册与月报"
    ),
    "M05": Entry(E, "{grade}疑似辍学写的是 {written}，台账有 {expected}", "核对台账与月报"),
    "M06": Entry(W, "{grade}辍学写的是 {written}，台账本月新增 {expected}", "核对台账与月报"),
    "M07": Entry(
        E, "{grade}上月末在校生数写的是 {written}，上月报的月末数是 {expected}", "核对上月月报"
    ),
    "M08": Entry(E, "六项核对“{title}”写的是 {written}，台账为 {expected}", "核对台账"),
    "M09": Entry(E, "{grade}男、女之和 {expected} 不等于总数 {written}", "核对男女人数"),
    "M10": Entry(E, "缺少{grade}一行", "补上这一行"),
    "Z01": Entry(E, "汇总表里没有“{school}”", "补上该校"),
    "Z02": Entry(E, "“{school}”一行没有数字", "催报后补上"),
    "Z03": Entry(E, "“{school}”{title}写的是 {written}，该校月报为 {expected}", "与学校核对"),
    "Z04": Entry(E, "合计行“{title}”写的是 {written}，各校之和为 {expected}", "改正合计"),
    "Z05": Entry(W, "“{school}”不是本中心校的学校", "核对"),
    "G01": Entry(E, "{name}没有班级网格长", "指定并补报"),
    "G02": Entry(E, "{name}没有村级网格长", "指定并补报"),
    "G03": Entry(E, "网格长姓名没有填", "补填"),
    "G04": Entry(E, "网格长写的是“待定”", "尽快确定并补报"),
    "G05": Entry(W, "联系方式没有填或不是有效电话", "补填"),
    "G06": Entry(W, "{level}的网格名称应写{rule}", "改成规定的叫法"),
    "G07": Entry(W, "与第 {other} 行是同一个网格", "删去一行"),
    "G08": Entry(W, "“{name}”不在本单位的{what}之内", "核对名称"),
    "G09": Entry(E, "没有{level}网格名单", "补报"),
    "G10": Entry(W, "网格长已于 {day} 变动，名单上没有改", "改好名单重报"),
    "G11": Entry(W, "网格长变动没有报县日期", "报县教体局后补填日期"),
    "G12": Entry(W, "变动日期 {day} 不在本学期之内", "核对日期；上学期的变动直接改名单"),
    "G13": Entry(W, "{level}网格长 {heads} 人，本学期签订责任书 {signed} 人", "签订后登记日期"),
    "G14": Entry(W, "村级网格长变动后责任书继续有效，备注没有写由谁继任", "在备注写明继任情况"),
    "G15": Entry(W, "{level}责任书应一式 {copies} 份，写的是 {written} 份", "补签或改正"),
    "G16": Entry(E, "村（社区）“{name}”{what}", "在“村校分包”里明确一所学校"),
    "G17": Entry(W, "“{name}”不在网格名单里", "核对网格级别和名称"),
    "G18": Entry(W, "方案写的是{stated}，单位目录里的中心校和县直学校共 {actual} 个", "核对单位目录"),
    "G19": Entry(W, "没有写量化的目标任务", "写明承包的班级、学生数等"),
    "P01": Entry(E, "没有报送任何材料", "催报"),
    "P02": Entry(E, "缺少{kind}", "补报"),
    "P03": Entry(W, "{kind}在 {when} 才报，应于 {due} 前报", "以后按期报送"),
    "X01": Entry(E, "转出的学生{what}{other}", "查明去向；已在县外就读的，补写学校和凭证"),
    "X02": Entry(W, "{change}没有写凭证（申请、审批或证明的编号）", "补办手续，补填编号"),
    "X03": Entry(E, "转入的学生{what}{other}", "与原校核对，由原校办理转出"),
    "X04": Entry(E, "同一名学生{what}{other}", "两校核对，由一校注销"),
    "X05": Entry(E, "上期在读的学生，{what}{other}", "查明去向，补登学籍异动"),
    "X06": Entry(E, "毕业登记有矛盾：{what}{other}", "核对学籍异动和名册"),
    "X07": Entry(E, "小学毕业的学生，{what}{other}", "由小学核实去向，与初中交接"),
    "X08": Entry(E, "名册上新增的学生，{what}{other}", "补登学籍异动，附凭证"),
    "X09": Entry(E, "{what}{other}", "核对名册和学籍异动，改正其中一处"),
    "X10": Entry(W, "按上期人数和异动应有 {expected} 人在读，名册有 {actual} 人", "逐行核对差额"),
    "X11": Entry(W, "可能与另一行是同一名学生（{other}）", "两行核对，确认后改正证件号或补登异动"),
    "X12": Entry(E, "学籍异动与两期名册不符：{what}{other}", "核对异动和名册，改正其中一处"),
    "L01": Entry(W, "看不出是哪一级的网格，没有出责任书", "工作表名写成“镇级网格”“班级网格”的样子"),
    "U01": Entry(E, "单位编码与第 {other} 行重复", "改正编码"),
    "U02": Entry(E, "上级单位“{parent}”不在目录里", "核对上级单位"),
    "U03": Entry(E, "层级应为 县、中心校、县直学校 或 学校", "改正"),
    "U04": Entry(E, "服务学校“{school}”不在目录里", "核对校名"),
    "U05": Entry(E, "单位名称与第 {other} 行重复", "改正名称"),
    "K01": Entry(E, "校历里没有开学日期或放假日期", "补上“开学日期”“放假日期”两行"),
    "K02": Entry(W, "校历里同一天写了两种安排", "删去一行"),
    "K03": Entry(E, "“上课/休息”认不出", "只填“上课”或“休息”"),
    "Y01": Entry(E, "同一个人有 {count} 个“是”，都没有采用", "只留一个“是”，其余选“否”"),
    "Y02": Entry(E, "这一行写出后被改过，答复没有采用", "撤销改动后再读回；名单有变的，重新比对"),
    "Y03": Entry(E, "“{title}”没有填", "查明后填写，再读回一次"),
    "Y04": Entry(E, "比对结果里少了 {count} 行", "找回删去的行，或重新比对"),
}

GROUPS: dict[str, str] = {
    "F": "文件",
    "R": "行",
    "V": "单元格",
    "I": "证件号与学籍号",
    "D": "同名、重复与转学",
    "A": "考勤",
    "C": "台账与劝返",
    "E": "佐证",
    "H": "送教上门",
    "M": "月报",
    "Z": "中心校汇总",
    "G": "网格",
    "P": "报送进度",
    "X": "学籍流动",
    "L": "文书",
    "U": "单位目录",
    "K": "校历",
    "Y": "人籍比对",
}


def severity(finding: Finding) -> Severity:
    """Severity of a finding's code; KeyError for a code outside the catalogue."""
    return CATALOGUE[finding.code].severity


def message(finding: Finding) -> str:
    """What is wrong, in one short Chinese sentence, without the place."""
    return CATALOGUE[finding.code].text.format(**finding.params)


def remedy(finding: Finding) -> str:
    """What to do about it."""
    return CATALOGUE[finding.code].remedy.format(**finding.params)


def place(finding: Finding) -> str:
    """Where it is: file, sheet and cell, as far as they are known."""
    at = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return " ".join(part for part in (finding.file, at) if part)


def in_sheet_order(finding: Finding, sheets: Sequence[str]) -> tuple[object, ...]:
    """Sort key of findings: unit, file, sheet as ``sheets`` lists them, row, column."""
    unit, file, sheet, *rest = finding.sort_key
    return unit, file, sheets.index(sheet) if sheet in sheets else len(sheets), sheet, *rest


def counted(findings: Iterable[Finding]) -> str:
    """How many there are of each severity: 错误 2 条、警告 0 条、提示 1 条."""
    counts = Counter(severity(f) for f in findings)
    return "、".join(f"{level} {counts[level]} 条" for level in Severity)


def line(finding: Finding) -> str:
    """Where, what, and what to do, in one line for the terminal."""
    return (
        f"[{severity(finding)} {finding.code}] {place(finding)}：{message(finding)}。"
        f"{remedy(finding)}。"
    )


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有写入或读取的权限",
    errno.EPERM: "系统不允许",
    errno.EROFS: "这个盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EEXIST: "这里已有同名的文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENAMETOOLONG: "路径太长",
    errno.EIO: "磁盘或网络盘读写出错",
}


def reason(error: OSError) -> str:
    """Why the system refused (Chinese); its own words when they are not known."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
