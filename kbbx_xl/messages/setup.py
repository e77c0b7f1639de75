"""Findings of the workbooks that a county is set up with: 设置.xlsx and 政策.xlsx (group T)."""

from __future__ import annotations

from kbbx_xl.messages.entry import E, Entry, N

SETUP: dict[str, Entry] = {
    "T01": Entry(E, "“{title}”要填数字", "改成数字；没有规定的留空或填“文件没有写”"),
    "T02": Entry(E, "“{title}”填得不对：{rule}", "改成合要求的内容"),
    "T03": Entry(E, "“{title}”里的“{text}”不在可选项内", "从下拉列表中选：{choices}"),
    "T04": Entry(E, "“{title}”没有填", "补上这一格"),
    "T05": Entry(
        E,
        "这一行与原方案不同（原方案：{was}），没有写“本县依据”",
        "在“本县依据”写本县文件的名称和条款，或改回原方案",
    ),
    "T06": Entry(E, "少了原方案的“{row}”", "补上这一行；不用的选“停用”，并写本县依据"),
    "T07": Entry(N, "这一行与原方案一样，“本县依据”没有采用", "不用处理"),
    "T08": Entry(E, "缺少{what}", "重新写出一本工作簿，把内容抄过去"),
    "T09": Entry(E, "“{title}”与第 {other} 行重复", "改正或清空其中一行"),
    "T10": Entry(E, "“{title}”的数和单位没有一起填", "补上另一格，或都清空"),
    "T11": Entry(
        E,
        "“{title}”里的“{text}”不是条款编号",
        "写原文件的条款编号，如 {example}；本县自己加的一行写“本县”",
    ),
    "T12": Entry(E, "没有通过检查：{detail}", "按提示改正这一格"),
    "T13": Entry(E, "“{title}”对这一行没有意义", "清空这一格"),
}
