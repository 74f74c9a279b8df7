"""Who is meant by a pasted list of addresses."""

import pytest

from plans.addressees import Addressee, read_addressees


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("nina@x.nl", [("nina@x.nl", "")]),
        ("  Nina@X.nl \r\n\r\nbob@x.nl\n", [("nina@x.nl", ""), ("bob@x.nl", "")]),
        ("nina@x.nl, bob@x.nl; eva@x.nl", [("nina@x.nl", ""), ("bob@x.nl", ""), ("eva@x.nl", "")]),
        ("Nina de Wit <nina@x.nl>, <bob@x.nl>", [("nina@x.nl", "Nina de Wit"), ("bob@x.nl", "")]),
        ('"Wit, Nina de" <nina@x.nl>; Bob <bob@x.nl>', [("nina@x.nl", "Nina de Wit"), ("bob@x.nl", "Bob")]),
        ("Wit, Nina de <nina@x.nl>, Bob <bob@x.nl>", [("nina@x.nl", "Nina de Wit"), ("bob@x.nl", "Bob")]),
        ("nina@x.nl, Nina <NINA@x.nl>, nina@x.nl", [("nina@x.nl", "Nina")]),
        ("'nina@x.nl' <nina@x.nl>", [("nina@x.nl", "")]),
        (",, ;\n,", []),
    ],
)
def test_addresses_are_read_as_people_write_and_paste_them(text, people):
    assert read_addressees(text) == ([Addressee(*person) for person in people], [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("nina", ["nina"]),
        ("nina@", ["nina@"]),
        ("former-12@removed.invalid", ["former-12@removed.invalid"]),
        ("nina, bob@x.nl", ["nina"]),
        ("Nina <nina>", ["Nina <nina>"]),
        ("Nina <nina@x.nl> <bob@x.nl>", ["Nina <nina@x.nl> <bob@x.nl>"]),
        ("nina@x.nl bob@x.nl", ["nina@x.nl bob@x.nl"]),
        ("a" * 300 + "@x.nl", ["a" * 300 + "@x.nl"]),
        ("a@xn--ı.nl", ["a@xn--ı.nl"]),  # a letter that no mail server takes
        ('"a\x01b"@x.nl', ['"a\x01b"@x.nl']),
    ],
)
def test_what_is_no_address_is_named(text, wrong):
    assert read_addressees(text)[1] == wrong


def test_a_name_brings_no_second_line_along():
    [person], _wrong = read_addressees("Nina\x0b\tBcc: eve@x.nl <nina@x.nl>")
    assert person == Addressee("nina@x.nl", "")
