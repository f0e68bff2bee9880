"""What every error of the program has: code, sentence, advice, exit status. The tree is drawn in ``errors``."""

from __future__ import annotations

from typing import ClassVar


class SohoaError(Exception):
    """Something that cannot go on; ``detail`` is for the log and never holds personal data."""

    code: ClassVar[str] = "internal"
    message: ClassVar[str] = "Có lỗi bên trong hệ thống."
    advice: ClassVar[str] = "Thử lại; nếu vẫn lỗi, báo người quản trị kèm mã lỗi."
    message_en: ClassVar[str] = "Something failed inside the system."
    advice_en: ClassVar[str] = "Try again; if it keeps failing, tell the administrator this code."
    retryable: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail

    def __reduce__(self) -> tuple[type[SohoaError], tuple[str]]:
        return type(self), (self.detail,)

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "advice": self.advice}
