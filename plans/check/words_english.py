"""English words of effort, of everyday work, and words that leave everything open."""

from __future__ import annotations

from .words import Weakness, Words


def _with_gerunds(verbs: str) -> str:
    """Each verb also as 'improving', without its final e."""
    return ", ".join(f"{verb}, {verb.removesuffix('e')}ing" for verb in verbs.replace(",", " ").split())


ENGLISH = Words(
    anywhere={
        Weakness.EFFORT: """
            draw attention to, draw more attention to, drawing attention to, pay attention to, pay more attention to,
            paying attention to, more attention, more focus, raise awareness, raising awareness,
            aware of the importance, create awareness, creating awareness, look into, looking into, give a boost,
            contribute to, contributing to, our best, strive for, strive to, striving for, aim for, aim to, try to,
            trying to, create support for, make progress on, do something about, give shape to
        """,
        Weakness.USUAL: """
            as usual, as always, as before, business as usual, day-to-day, day to day, up to date, up-to-date,
            in touch, keep an eye on, on an ongoing basis, ongoing, continuously, continuous, constantly,
            on a regular basis, on a daily basis, on a weekly basis, on a monthly basis
        """,
        Weakness.LOOSE: """
            as … as possible, where possible, where needed, where necessary, wherever possible, when needed,
            if possible, if needed, if necessary, as needed, regularly, regular, from time to time, in due course,
            in future, in the future, and so on, etcetera, etc
        """,
    },
    at_start={
        Weakness.EFFORT: """
            work on, working on, work towards, working towards, work harder, focus on, focusing on, focussing on,
            focus, think about, thinking about, look at, looking at, look for, looking for, search for, search,
            make sure, attention for, attention to, support the, support our, support all, support each,
            support people, support staff, support colleagues, supporting, support for, provide support,
            providing support, research how, research whether, research the, research into, research, help the,
            help our, help people, help colleagues, help staff, help each, helping, be, being, become, becoming,
            improvement of, improvement in, optimisation of, optimization of, enhancement of, development of,
            promotion of, stimulation of, exploration of, strengthening of, study of, study whether, study how,
            find out, talk to, talk with, talk about, talking to, make people, get people, make … aware,
            give … more attention, plan for, plan to
        """,
        Weakness.USUAL: """
            continue, continuing, keep, keeping, stay, staying, remain, remaining, daily, weekly, monthly, hold weekly,
            hold monthly, hold regular, hold daily, have weekly, have monthly, organise weekly, organise monthly,
            organize weekly, organize monthly, send weekly, send monthly, make weekly, make monthly, attend, attending,
            participate in, participating in, take part in, contact with, report on, run the daily
        """,
        Weakness.LOOSE: "good, great, nice, proper, adequate, sufficient",
    },
    verbs={
        Weakness.EFFORT: _with_gerunds("""
            improve, encourage, explore, motivate, stimulate, promote, optimise, optimize, strengthen, enhance,
            increase, decrease, reduce, raise, boost, grow, expand, extend, develop, investigate, examine, assess,
            analyse, analyze, evaluate, consider, discuss, debate, brainstorm, consult, advise, align, coordinate,
            collaborate, cooperate, facilitate, foster, nurture, inspire, energise, energize, engage, involve, empower,
            enable, coach, guide, mentor, advocate, emphasise, emphasize, stress, highlight, position, market, ensure,
            safeguard, embed, anchor, secure, drive, leverage, maximise, maximize, minimise, minimize, streamline,
            harmonise, harmonize, innovate, modernise, modernize, professionalise, professionalize, digitalise,
            digitalize, intensify, accelerate, deepen, broaden, refine, tackle, address, share, exchange, connect,
            activate, mobilise, mobilize, attempt, endeavour, endeavor, try, strive, aim, seek, prioritise, prioritize,
            rethink, reconsider, reinforce, simplify, transform, upgrade, educate, sensitise, sensitize, challenge,
            influence, understand, learn, better, work, contribute, prepare, guard, network
        """),
        Weakness.USUAL: _with_gerunds("""
            maintain, monitor, manage, handle, process, answer, respond, administer, archive, supervise, oversee,
            preserve, sustain, uphold, operate, follow, update, check, file, register, invoice
        """),
    },
    comparatives="""
        better, faster, quicker, higher, lower, stronger, smarter, harder, easier, simpler, clearer, friendlier
    """,
    wishes="more, less, fewer, closer, bigger, smaller, greater, nicer, greener, leaner, improved",
    negations="no, not, never, without",
    than="than",
    states="""
        is, are, was, were, has, have, had, can, runs, knows, gets, sees, pays, meets, appears, exists, goes, comes,
        receives, delivers, takes, know, appear
    """,
    ready="live, ready, done, complete, open, closed, online, gone, active, available, operational, up",
    openers="""
        we, will, to, want, need, should, must, going, by, our, the, a, an, further, actively, jointly, together, also,
        i, all, structurally, fully
    """,
    joins="whether, that, what, how, which, why, if, who, where, when, because, so",
    to="to",
    follows="",
    small="""
        this, as, its, us, and, our, the, is, at, it, in, of, with, about, that, what, out, not, but, end, towards
    """,
)
