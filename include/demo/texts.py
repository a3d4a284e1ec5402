"""What customers write and systems log, with look-alikes that are not personal data.

None of the texts holds an e-mail address, a mobile number, a card number, a My Number or a
word about health, creed or record. The look-alikes have the shape of one: a twelve-digit
order number, a tracking number with a valid check digit, a JAN code, a switchboard number.
"""

from __future__ import annotations

from include.demo.draw import Draw
from include.demo.products import sku

LOOK_ALIKES = (
    "配送の追跡番号 123456789018 が動きません",
    "JAN 4901234567894 の在庫はありますか",
    "ブラウス(身体にやさしい綿)は洗濯できますか",
    "注文 202611300012 の領収書をください",
    "代表電話 03-0000-0000 に折り返してください",
    "マイナンバーカードは本人確認に使えますか",
    "問い合わせ番号 1234567890123456 の件",
)
FIRST_LOOK_ALIKE = 50

_INQUIRIES = (
    ("サイズ交換", "注文 {order} のサイズ交換を希望します。Mサイズは在庫がありますか。"),
    ("返品", "注文 {order} の商品が思っていた色と違ったため、返品の方法を教えてください。"),
    ("配送状況", "注文 {order} がまだ届いていません。発送予定日を教えていただけますか。"),
    ("領収書", "注文 {order} の領収書を会社名の宛名で発行していただけますか。"),
    ("在庫", "{sku} のネイビーの再入荷予定はありますか。"),
    ("不良品", "注文 {order} のカーディガンのボタンが一つ取れていました。交換をお願いします。"),
    ("ギフト包装", "注文 {order} にギフト包装を追加することはできますか。"),
    ("お手入れ", "{sku} は自宅で手洗いできますか。縮みが気になっています。"),
    ("ポイント", "注文 {order} のポイントがまだ付いていないようです。確認をお願いします。"),
    ("会員情報", "引っ越したので届け先の変更方法を教えてください。"),
)

_SURVEYS = (
    "着心地が良い",
    "生地がしっかりしていて長く着られそうです",
    "写真より少し明るい色でしたが気に入っています",
    "サイズ感がちょうど良く、リピートしたいです",
    "配送が早くて助かりました",
    "もう少し丈が長いとうれしいです",
    "梱包が簡素で好感が持てました",
    "店舗でも試着できると良いと思います",
    "洗濯しても型崩れしませんでした",
    "種類が多くて選ぶのに迷いました",
)

_NOTES = (
    "玄関前に置き配でお願いします",
    "不在の場合は宅配ボックスへお願いします",
    "夜間の配達を希望します",
    "インターホンが鳴らないためノックしてください",
    "管理人室に預けてください",
)

_PAGES = (
    "/item/{sku}",
    "/item/{sku}?color=navy",
    "/category/tops?page={page}",
    "/category/onepiece?sort=new&page={page}",
    "/search?q=%E3%83%AF%E3%83%B3%E3%83%94%E3%83%BC%E3%82%B9&page={page}",
    "/feature/autumn-knit",
    "/cart",
    "/store/list",
)

_LOGS = (
    "order {number} accepted member_id={number}",
    "stock reserved {sku} qty=1 order={number}",
    "mail job C1 chunk={page} done",
    "GET /item/{sku} 200 {page}ms",
    "batch member_features finished rows={number} seconds={page}",
    "login ok member_id={number}",
)


def order_no(order_id: int) -> str:
    """The order number customers see."""
    return f"YM{order_id:08d}"


def inquiry(draw: Draw, inquiry_id: int) -> tuple[str, str]:
    """Subject and body of an inquiry."""
    position = inquiry_id - FIRST_LOOK_ALIKE
    if 0 <= position < len(LOOK_ALIKES):
        return "お問い合わせ", LOOK_ALIKES[position]
    subject, body = draw.pick(_INQUIRIES)
    return subject, body.format(order=order_no(inquiry_id), sku=sku(draw.between(0, 49)))


def survey(draw: Draw) -> str:
    """An answer to the satisfaction survey."""
    return draw.pick(_SURVEYS)


def delivery_note(draw: Draw) -> str | None:
    """A wish for the driver; most customers have none."""
    return draw.pick(_NOTES) if draw.between(1, 5) == 1 else None


def page(draw: Draw) -> str:
    """A page of the shop, as the web server saw it."""
    return draw.pick(_PAGES).format(sku=sku(draw.between(0, 49)), page=draw.between(1, 40))


def log_line(draw: Draw, number: int) -> str:
    """An application log line that names people by id only."""
    line = draw.pick(_LOGS)
    return line.format(number=number, sku=sku(draw.between(0, 49)), page=draw.between(5, 400))
