"""Every address of the product, and who gets in: shared by the tests that visit them all."""

from __future__ import annotations

from django.urls import URLResolver, get_resolver

LEADS = {"owner", "process"}
CHOICE = LEADS | {"choice"}
EDITS = CHOICE | {"responsible"}
MOVES = EDITS | {"involved"}
TAKES_PART = MOVES | {"member"}
ALL = TAKES_PART | {"viewer"}
OWNER = {"owner"}

# view name: who gets in by GET, who by POST (None: that method is not offered and answers 405)
PLAN_ADDRESSES: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "plans:plan_page": (ALL, None),
    "plans:plan_pdf": (ALL, None),
    "exchange:plan_xlsx": (ALL, None),
    "exchange:actions_xlsx": (ALL, None),
    "exchange:plan_json": (ALL, None),
    "exchange:plan_import": (TAKES_PART, TAKES_PART),
    "exchange:plan_import_take": (None, TAKES_PART),
    "plans:plan_edit": (LEADS, LEADS),
    "plans:plan_copy": (OWNER, OWNER),
    "plans:ambition_edit": (LEADS, LEADS),
    "plans:goal_add": (LEADS, LEADS),
    "plans:goal_edit": (LEADS, LEADS),
    "plans:goal_move": (None, LEADS),
    "plans:goal_archive": (None, LEADS),
    "plans:goal_restore": (None, LEADS),
    "plans:choice_add": (LEADS, LEADS),
    "plans:choice_edit": (CHOICE, CHOICE),
    "plans:choice_move": (None, LEADS),
    "plans:choice_archive": (LEADS, LEADS),
    "plans:choice_restore": (None, LEADS),
    "plans:indicator_list": (ALL, None),
    "plans:indicator_page": (ALL, None),
    "plans:indicator_add": (CHOICE, CHOICE),
    "plans:indicator_edit": (CHOICE, CHOICE),
    "plans:indicator_move": (None, CHOICE),
    "plans:indicator_archive": (None, CHOICE),
    "plans:indicator_restore": (None, CHOICE),
    "plans:values_enter": (CHOICE | {"member"}, CHOICE | {"member"}),
    "plans:value_enter": (CHOICE | {"member"}, CHOICE | {"member"}),
    "plans:plan_activate": (OWNER, OWNER),
    "plans:plan_close": (OWNER, OWNER),
    "plans:plan_archive": (OWNER, OWNER),
    "plans:plan_restore": (OWNER, OWNER),
    "plans:plan_archived": (ALL, None),
    "plans:member_list": (ALL, None),
    "plans:member_add": (OWNER, OWNER),
    "plans:member_invite": (None, OWNER),
    "plans:stand_in_add": (TAKES_PART, TAKES_PART),
    "plans:stand_in_edit": (LEADS | {"responsible"}, LEADS | {"responsible"}),
    "plans:stand_in_end": (None, LEADS | {"responsible"}),
    "plans:member_role": (OWNER, OWNER),
    "plans:member_remove": (OWNER, OWNER),
    "plans:plan_history": (ALL, None),
    "plans:act_undo": (None, TAKES_PART),
    "plans:plan_check": (ALL, None),
    "plans:wording_hint": (ALL, None),
    "actions:action_board": (ALL, None),
    "actions:board_live": (ALL, None),
    "actions:board_fold": (None, ALL),
    "actions:board_default": (None, ALL),
    "actions:actions_move": (None, TAKES_PART),
    "actions:actions_undo": (None, TAKES_PART),
    "actions:action_list": (ALL, None),
    "actions:action_timeline": (ALL, None),
    "actions:action_columns": (None, ALL),
    "actions:action_bulk": (None, TAKES_PART),
    "actions:action_cell": (MOVES, MOVES),
    "actions:action_add": (CHOICE, CHOICE),
    "actions:action_quick": (CHOICE, CHOICE),
    "actions:actions_paste": (CHOICE, CHOICE),
    "actions:action_page": (ALL, None),
    "actions:action_edit": (EDITS, EDITS),
    "actions:action_deadline": (EDITS, EDITS),
    "actions:action_move": (None, MOVES),
    "actions:action_undo": (None, MOVES),
    "actions:action_archive": (None, CHOICE),
    "actions:action_restore": (None, CHOICE),
    "updates:update_give": (MOVES, MOVES),
    "updates:update_unchanged": (None, MOVES),
    "updates:update_draft": (None, MOVES),
    "updates:update_result": (MOVES, MOVES),
    "updates:update_correct": ({"responsible"}, {"responsible"}),
    "actions:step_add": (EDITS, EDITS),
    "actions:step_edit": (EDITS, EDITS),
    "actions:step_tick": (None, MOVES),
    "actions:step_move": (None, EDITS),
    "actions:step_remove": (None, EDITS),
    "actions:step_restore": (None, EDITS),
    "updates:remark_add": (TAKES_PART, TAKES_PART),
    "updates:remark_edit": ({"member"}, {"member"}),
    "updates:remark_remove": (None, {"member"}),
    "updates:help_answer": (LEADS | {"member"}, LEADS | {"member"}),
    "updates:help_list": (ALL, None),
    "updates:help_pass": (LEADS | {"member", "responsible"}, LEADS | {"member", "responsible"}),
    "updates:help_withdraw": (None, LEADS | {"responsible"}),
    "updates:agreement_done": (None, LEADS | {"member"}),
    "updates:agreement_move": (LEADS | {"member"}, LEADS | {"member"}),
    "updates:session_list": (ALL, None),
    "updates:session_add": (LEADS, LEADS),
    "updates:sessions_change": (LEADS, LEADS),
    "updates:session_page": (ALL, None),
    "updates:session_ics": (ALL, None),
    "updates:session_edit": (LEADS, LEADS),
    "updates:session_open": (None, LEADS),
    "updates:session_ready": (ALL, None),
    "updates:session_remind": (None, LEADS),
    "updates:person_remind": (None, LEADS),
    "updates:session_start": (LEADS, LEADS),
    "updates:session_unstart": (None, LEADS),
    "updates:session_cancel": (LEADS, LEADS),
    "updates:session_reinstate": (None, LEADS),
    "updates:session_close": (LEADS, LEADS),
    "updates:session_run": (ALL, None),
    "updates:session_live": (ALL, None),
    "updates:session_lead": (LEADS, LEADS),
    "updates:session_note": (LEADS, LEADS),
    "updates:session_agree": (LEADS, LEADS),
    "updates:line_place": (None, LEADS),
    "updates:line_minutes": (None, LEADS),
    "updates:agenda_reset": (None, LEADS),
    "updates:session_minutes": (ALL, None),
    "updates:session_minutes_pdf": (ALL, None),
    "updates:note_add": (None, LEADS),
    "updates:point_add": (LEADS, LEADS),
    "updates:line_discussed": (None, LEADS),
    "updates:line_note": (LEADS, LEADS),
    "updates:line_deadline": (LEADS, LEADS),
    "updates:line_extra": (LEADS, LEADS),
    "updates:line_help": (LEADS, LEADS),
    "updates:line_help_no": (None, LEADS),
    "updates:line_agree": (LEADS, LEADS),
    "updates:line_confirm": (None, LEADS),
    "updates:line_result": (LEADS, LEADS),
    "updates:line_responsible": (LEADS, LEADS),
    "updates:line_stop": (LEADS, LEADS),
    "updates:line_choice": (LEADS, LEADS),
    "updates:line_owner": (LEADS, LEADS),
    "updates:line_indicator": (LEADS, LEADS),
    "updates:line_target": (LEADS, LEADS),
    "updates:line_judge": (LEADS, LEADS),
    "updates:choice_review": (ALL, CHOICE),
    "updates:goal_review": (LEADS, LEADS),
    "updates:lines_confirm": (None, LEADS),
    "updates:session_turn": (None, LEADS),
    "updates:point_remove": (None, LEADS),
    "updates:point_restore": (None, LEADS),
    "updates:decision_undo": (None, LEADS),
    "updates:attendance_set": (None, LEADS),
    "updates:decision_list": (ALL, None),
    "updates:member_hand_over": (OWNER, OWNER),
}
# Of these the answer is a piece of a page, never a page of its own.
FRAGMENTS = {
    "plans:wording_hint",
    "actions:action_cell",
    "actions:action_quick",
    "actions:board_live",
    "updates:session_live",
    "updates:session_ready",
}
# Addresses outside a plan: open without signing in, or for whoever is signed in.
OPEN = {"healthz", "readyz", "account_login", "account_reset_password"}
SIGNED_IN = {
    "updates:my_work",
    "plans:plan_list",
    "accounts:profile",
    "accounts:places",
    "accounts:token_make",
    "api:api_page",
}
SUPERUSERS = {"operations", "operations_try_again", "person_remove"}  # test_operations.py, test_removal.py
IF_IT_IS_REALLY_ME = {"profile_remove"}  # asks for the password once more: test_removal.py
CREATES_PLANS = {
    "plans:plan_new",
    "new_plan:plan_from_file",
    "new_plan:plan_from_file_make",
    "plan_bring_in",
    "plan_bring_take",
}
POSTED_TO_BY_ANYONE = {  # signed in
    "accounts:calendar_make",
    "accounts:calendar_involved",
    "accounts:calendar_off",
    "accounts:place_end",
    "accounts:places_end",
    "accounts:token_revoke",
}
# open to whoever has the link: plans/test_invitation.py, updates/test_calendar_feed.py, updates/test_prepare_*.py
PREPARE = {
    "updates:prepare_page",
    "updates:prepare_update_give",
    "updates:prepare_update_unchanged",
    "updates:prepare_update_draft",
    "updates:prepare_update_correct",
    "updates:prepare_help_answer",
    "updates:prepare_help_pass",
    "updates:prepare_agreement_done",
    "updates:prepare_agreement_move",
    "updates:prepare_value_enter",
}
BY_SECRET = {"invitation_accept", "updates:calendar_feed"} | PREPARE
BY_TOKEN = {"api:v1_root", "api:v1"}  # what is below them, and who reads it: api/test_access.py
# there only where a provider is configured, and then open: test_oidc.py
BY_PROVIDER = {"openid_connect_login", "openid_connect_callback"}
FOREIGN_PREFIXES = ("admin:", "account_", "socialaccount_", "mfa_", "password_", "admin_")


def addresses(patterns, namespace: str = "", ids: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Every named address of the URLconf: namespace:name → the names of the ids in it."""
    found: dict[str, tuple[str, ...]] = {}
    for pattern in patterns:
        wanted = (*ids, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= addresses(pattern.url_patterns, inner, wanted)
        else:
            found[f"{namespace}{pattern.name or pattern.pattern}"] = wanted
    return found


ALL_ADDRESSES = addresses(get_resolver().url_patterns)
