"""A plan.json that is taken over twice at the same moment becomes one plan."""

import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from plans.models import Plan
from tests import factories

from .test_plan_json_hostile import SMALL

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def test_pressed_several_times_at_once_it_is_one_plan(client_of):
    maker = factories.UserFactory(can_create_plans=True)
    file = SimpleUploadedFile("plan.json", json.dumps(SMALL).encode())
    token = client_of(maker).post(reverse("plan_bring_in"), {"file": file}).url.split("file=")[1]
    together = threading.Barrier(AT_ONCE)
    led_to: list[str] = []

    def press(client):
        together.wait(timeout=20)
        try:
            led_to.append(client.post(reverse("plan_bring_take"), {"file": token, "person-1": maker.pk}).url)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[client_of(maker)]) for _each in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert led_to == [Plan.objects.get().get_absolute_url()] * AT_ONCE
