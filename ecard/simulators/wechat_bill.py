"""WeChat Pay's bill of a day (tradebill, ALL): CSV in UTF-8, each field of data behind a back-tick, then the totals."""

from collections.abc import Iterable
from datetime import date

from ecard.simulators.books import Books, Order, Refund, State
from ecard.simulators.wechat_wire import TRADE_TYPE, WechatPayKeys
from ecard.simulators.writing import local, yuan

COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def bill(books: Books, day: date, keys: WechatPayKeys) -> bytes | None:
    """What was paid and paid back on the day; None when nothing was."""
    paid = books.payments(day)
    back = [refund for refund in books.refunds(day) if refund.state is State.SUCCEEDED]
    if not paid and not back:
        return None
    lines = [_payment(order, keys) for order in paid]
    for refund in back:
        order = books.order(refund.order_number)
        if order is not None:
            lines.append(_refund(order, refund, keys))
    income, outgo = yuan(sum(order.amount for order in paid)), yuan(sum(refund.amount for refund in back))
    total = _line([str(len(lines)), income, outgo, "0.00", "0.00000", income, outgo])
    return "\r\n".join([COLUMNS, *lines, TOTALS, total, ""]).encode()


def _payment(order: Order, keys: WechatPayKeys) -> str:
    when = local(order.paid_at or order.created_at)
    amount = yuan(order.amount)
    refund = ["0", "0", "0.00", "0.00", "", ""]
    return _line([*_head(when, order, keys, "SUCCESS"), amount, "0.00", *refund, *_tail(order, amount, "0.00")])


def _refund(order: Order, refund: Refund, keys: WechatPayKeys) -> str:
    when = local(refund.settled_at or refund.requested_at)
    back = [refund.reference, refund.number, yuan(refund.amount), "0.00", "ORIGINAL", "SUCCESS"]
    return _line([*_head(when, order, keys, "REFUND"), "0.00", "0.00", *back, *_tail(order, "0.00", yuan(refund.amount))])


def _head(when: str, order: Order, keys: WechatPayKeys, state: str) -> list[str]:
    ours = [when, keys.app_id, keys.merchant_id, "0", "", order.reference or "", order.number]
    return [*ours, order.details["payer"], TRADE_TYPE[order.flow], state, "OTHERS", "CNY"]


def _tail(order: Order, amount: str, asked: str) -> list[str]:
    return [order.description, "", "0.00000", "0.00%", amount, asked, ""]


def _line(values: Iterable[str]) -> str:
    return ",".join(f"`{value.replace('`', ' ').replace(',', '，')}" for value in values)
