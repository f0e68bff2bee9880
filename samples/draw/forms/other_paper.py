"""Papers that are no certificate: a blank sheet, an application, a contract, a receipt."""

from __future__ import annotations

from random import Random

from samples.draw.facts import Certificate
from samples.draw.forms.sheet import FaceArt
from samples.draw.look import Look
from samples.draw.ornament import plain_paper, signature
from samples.draw.people import any_person
from samples.draw.places import any_commune, home_address, land_address

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
KINDS = ("blank", "application", "contract", "receipt")


def _application(rng: Random) -> str:
    commune = any_commune(rng)
    person = any_person(rng, commune)
    return f"""<div class="middle strong">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div><br>
<div class="middle strong" style="font-size:1.2em">ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT</div><br>
<p>Kính gửi: Chi nhánh Văn phòng đăng ký đất đai</p>
<p>1. Người sử dụng đất: {person.full_name}</p><p>Địa chỉ: {home_address(rng, commune)}</p>
<p>2. Giấy chứng nhận đã cấp: số vào sổ CS{rng.randint(100, 9999):05d}; số phát hành DB {rng.randint(100000, 999999)}</p>
<p>3. Nội dung biến động: thay đổi thông tin về giấy tờ nhân thân trên Giấy chứng nhận đã cấp.</p>
<p>4. Lý do biến động: đã được cấp thẻ căn cước.</p><p>5. Giấy tờ liên quan nộp kèm theo đơn: bản sao thẻ căn cước.</p><br>
<p>Tôi cam đoan nội dung kê khai trên đơn là đúng sự thật, nếu sai tôi hoàn toàn chịu trách nhiệm trước pháp luật.</p><br>
<div style="text-align:center;margin-left:90mm">Người viết đơn<br>{signature(rng.randint(0, 10**9), 44, 18, "#1a2f9a")}<br>{person.full_name}</div>"""


def _contract(rng: Random) -> str:
    commune = any_commune(rng)
    seller, buyer = any_person(rng, commune), any_person(rng, commune)
    return f"""<div class="middle strong">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</div><br>
<div class="middle strong" style="font-size:1.25em">HỢP ĐỒNG CHUYỂN NHƯỢNG QUYỀN SỬ DỤNG ĐẤT</div><br>
<p><b>BÊN CHUYỂN NHƯỢNG (Bên A):</b> {seller.full_name}, sinh năm {seller.birth_year}, CCCD số {seller.citizen_id}, thường trú tại {home_address(rng, commune)}.</p>
<p><b>BÊN NHẬN CHUYỂN NHƯỢNG (Bên B):</b> {buyer.full_name}, sinh năm {buyer.birth_year}, CCCD số {buyer.citizen_id}.</p>
<p><b>Điều 1.</b> Bên A chuyển nhượng cho Bên B toàn bộ thửa đất số {rng.randint(1, 900)}, tờ bản đồ số {rng.randint(1, 80)}, tại {land_address(rng, commune)}, theo Giấy chứng nhận số CĐ {rng.randint(100000, 999999)}.</p>
<p><b>Điều 2.</b> Giá chuyển nhượng hai bên thỏa thuận là {rng.randint(120, 980)}.000.000 đồng.</p>
<p><b>Điều 3.</b> Bên B có trách nhiệm đăng ký quyền sử dụng đất tại cơ quan có thẩm quyền theo quy định của pháp luật.</p>
<p><b>Điều 4.</b> Hợp đồng có hiệu lực kể từ ngày được công chứng, được lập thành ba bản có giá trị như nhau.</p>"""


def _receipt(rng: Random) -> str:
    commune = any_commune(rng)
    person = any_person(rng, commune)
    return f"""<div class="middle strong" style="font-size:1.2em">GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ</div>
<div class="middle">Mã hồ sơ: H{rng.randint(10, 63)}.{rng.randint(10, 99)}-{rng.randint(240101, 261031)}-{rng.randint(1, 9999):04d}</div><br>
<p>Tiếp nhận hồ sơ của: {person.full_name}</p><p>Địa chỉ: {home_address(rng, commune)}</p><p>Số điện thoại: 09{rng.randint(0, 9)}x xxx xxx</p>
<p>Nội dung yêu cầu giải quyết: Cấp đổi Giấy chứng nhận quyền sử dụng đất</p>
<p>Thời gian giải quyết: {rng.randint(5, 30)} ngày làm việc</p><p>Đăng ký nhận kết quả tại: Trung tâm phục vụ hành chính công</p>"""


def faces(certificate: Certificate, look: Look, rng: Random) -> tuple[FaceArt, ...]:
    """One A4 sheet of the kind that the certificate's extra facts name."""
    del look
    kind = certificate.office or rng.choice(KINDS)
    body = {"application": _application, "contract": _contract, "receipt": _receipt}.get(kind)
    html = f'<div class="fit" style="top:20mm;height:255mm">{body(rng)}</div>' if body else ""
    return (FaceArt(None, html, plain_paper("#fbfaf6", WIDTH_MM, HEIGHT_MM), WIDTH_MM, HEIGHT_MM),)
