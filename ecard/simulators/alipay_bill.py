"""Alipay's bill of a day: a zip with the details and the totals, CSV in GBK, comments marked by #, values that may end in a tab."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ecard.simulators.books import Books, Order, Refund, State
from ecard.simulators.writing import local, yuan

COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,"
    "支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
TOTAL_COLUMNS = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,"
    "服务费（元）,分润（元）,实收净额（元）"
)
DASHES = "-" * 40


def bill(books: Books, day: date, seller_id: str, now: datetime) -> bytes | None:
    """What was paid and paid back on the day; None when nothing was."""
    paid = books.payments(day)
    back = [refund for refund in books.refunds(day) if refund.state is State.SUCCEEDED]
    if not paid and not back:
        return None
    rows = [_row(order, "交易", order.amount, order.paid_at or order.created_at, "") for order in paid]
    for refund in back:
        order = books.order(refund.order_number)
        if order is not None:
            rows.append(_row(order, "退款", -refund.amount, refund.settled_at or refund.requested_at, refund.number))
    name = f"{seller_id}0156_{day:%Y%m%d}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in (
            (f"{name}_业务明细.csv", _sheet("业务明细", day, seller_id, now, [COLUMNS, *rows], paid, back)),
            (f"{name}_业务明细(汇总).csv", _sheet("业务汇总", day, seller_id, now, _totals(paid, back), paid, back)),
        ):
            archive.writestr(file, text.encode("gbk", "replace"))
    return out.getvalue()


def _row(order: Order, kind: str, amount: int, at: datetime, request: str) -> str:
    money = yuan(amount)
    names = [f"{order.reference}\t", f"{order.number}\t", kind, order.description.replace(",", "，")]
    times = [local(order.created_at), local(at)]
    zeros = ["0.00"] * 5
    rest = ["", "0.00", "0.00", f"{request}\t" if request else "", "0.00", "0.00", ""]
    return ",".join([*names, *times, "", "", "", "", "159****5620\t", money, money, *zeros, *rest])


def _totals(paid: Sequence[Order], back: Sequence[Refund]) -> list[str]:
    amount = sum(order.amount for order in paid) - sum(refund.amount for refund in back)
    money = yuan(amount)
    return [TOTAL_COLUMNS, f"合计\t,\t,{len(paid)},{len(back)},{money},{money},0.00,0.00,0.00,0.00,0.00,{money}"]


def _sheet(
    title: str, day: date, seller_id: str, now: datetime, lines: Sequence[str], paid: Sequence[Order], back: Sequence[Refund]
) -> str:
    income, outgo = yuan(sum(order.amount for order in paid)), yuan(-sum(refund.amount for refund in back))
    following = day + timedelta(days=1)
    head = [
        f"#支付宝{title}查询",
        f"#账号：[{seller_id}0156]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{following:%Y年%m月%d日} 00:00:00]",
        f"#{DASHES}{title}列表{DASHES}",
    ]
    foot = [
        f"#{DASHES}{title}列表结束{DASHES}",
        f"#交易合计：{len(paid)}笔，商家实收共{income}元，商家优惠共0.00元",
        f"#退款合计：{len(back)}笔，商家实收退款共{outgo}元，商家优惠退款共0.00元",
        f"#导出时间：[{local(now, '%Y年%m月%d日 %H:%M:%S')}]",
    ]
    return "\r\n".join([*head, *lines, *foot, ""])
