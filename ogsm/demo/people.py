"""The people of the demo: eight to sign in as, and the colleagues who share their work."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from ogsm.accounts.auth import DEMO_PASSWORD
from ogsm.accounts.models import User
from ogsm.pieces import sign

from .tables import Person

PEOPLE = (
    Person("marijke", "Marijke Hoekstra", "owner@demo.example"),
    Person("ruben", "Ruben Postma", "process@demo.example"),
    Person("karin", "Karin de Boer", "choice@demo.example"),
    Person("samira", "Samira El Idrissi", "responsible@demo.example"),
    Person("lotte", "Lotte Kuipers", "member@demo.example"),
    Person("henk", "Henk-Jan de Graaf", "viewer@demo.example"),
    Person("sofie", "Sofie Martens", "stranger@demo.example"),
    Person("iris", "Iris van Dam", "admin@demo.example", is_admin=True),
    # Veldwijk Techniek
    Person("tjeerd", "Tjeerd Wiersma", "tjeerd@demo.example", "nl"),
    Person("joost", "Joost van Leeuwen", "joost@demo.example", "nl"),
    Person("dennis", "Dennis Yılmaz", "dennis@demo.example", "nl"),
    Person("femke", "Femke Dijkstra", "femke@demo.example", "nl"),
    Person("anneke", "Anneke Smit", "anneke@demo.example", "nl"),
    # Northquay Museum
    Person("grace", "Grace Whitfield", "grace@demo.example", "en"),
    Person("tom", "Tom Ashworth", "tom@demo.example", "en"),
    Person("priya", "Priya Raman", "priya@demo.example", "en"),
    Person("owen", "Owen Pritchard", "owen@demo.example", "en"),
    Person("helen", "Helen McCarthy", "helen@demo.example", "en"),
)


def make_people(*, at: dt.datetime) -> dict[str, User]:
    """All of them by key, with the demo's password (hashed once: it is the same for all, and public)."""
    password = make_password(DEMO_PASSWORD)
    people = {}
    for person in PEOPLE:
        user = User(
            email=person.email,
            name=person.name,
            language=person.language,
            is_staff=person.is_admin,
            is_superuser=person.is_admin,
            can_create_plans=person.key == "marijke",
            password=password,
            date_joined=at,
        )
        sign(user, by=None, at=at)
        user.save()
        people[person.key] = user
    return people
