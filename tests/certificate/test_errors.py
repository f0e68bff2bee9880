"""Every error has a code of its own, a sentence and advice in both languages."""

from __future__ import annotations

import pickle

import pytest

from certificate import errors
from certificate.errors import SohoaError, all_errors

VIETNAMESE_LETTERS = set("ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ")


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_error_speaks_both_languages(kind):
    """A person at the screen is told what happened and what to do."""
    for vietnamese in (kind.message, kind.advice):
        assert set(vietnamese.casefold()) & VIETNAMESE_LETTERS
        assert vietnamese.endswith(".")
    for english in (kind.message_en, kind.advice_en):
        assert english.endswith(".")
        assert not set(english.casefold()) & VIETNAMESE_LETTERS
    assert kind.exit_code > 0
    assert kind.__doc__ or kind.message != SohoaError.message


def test_no_code_or_sentence_stands_twice():
    """A code in a log means one thing."""
    kinds = all_errors()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert len({kind.message for kind in kinds}) == len(kinds)
    assert len({kind.message_en for kind in kinds}) == len(kinds)


def test_every_error_stands_in_the_tree_at_the_top():
    """The drawing at the head of the module is the tree."""
    for kind in all_errors():
        assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_errors_travel_between_processes_whole(kind):
    """The reader's process tells the worker what went wrong."""
    back = pickle.loads(pickle.dumps(kind("page 3")))
    assert (type(back), back.detail, str(back)) == (kind, "page 3", "page 3")
    assert kind().to_json() == {"code": kind.code, "message": kind.message, "advice": kind.advice}


@pytest.mark.parametrize(
    ("kind", "retryable"),
    [
        (errors.ReadTimeout, True),
        (errors.ReaderCrashed, True),
        (errors.RegistryUnavailable, True),
        (errors.StoreFull, True),
        (errors.StoreUnwritable, True),
        (errors.Damaged, False),
        (errors.Encrypted, False),
        (errors.RegistryRefused, False),
        (errors.BlobCorrupt, False),
        (errors.WorkerLost, False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(kind, retryable):
    """A damaged file stays damaged; a full disk is emptied."""
    assert kind.retryable is retryable
