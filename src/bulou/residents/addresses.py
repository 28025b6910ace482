"""Addresses of the resident's page, which a process of its own serves."""

from django.urls import path

from bulou.residents import public
from bulou.residents.volunteers import public as volunteers

urlpatterns = [
    path("h/", public.start, name="h-start"),
    path("h/healthz", public.healthz, name="h-healthz"),
    path("h/page.css", public.style, name="h-style"),
    path("h/v/<str:code>", volunteers.sign_up, name="hv-sign-up"),
    path("h/own/<str:code>", volunteers.page, name="hv-own"),
    path("h/own/<str:code>/prove", volunteers.prove, name="hv-prove"),
    path("h/own/<str:code>/answer", volunteers.answer, name="hv-answer"),
    path("h/own/<str:code>/correct", volunteers.correct, name="hv-correct"),
    path("h/own/<str:code>/renew", volunteers.renew, name="hv-renew"),
    path("h/own/<str:code>/withdraw", volunteers.withdraw, name="hv-withdraw"),
    path("h/own/<str:code>/leave", volunteers.leave, name="hv-leave"),
    path("h/<str:code>", public.home, name="h-home"),
    path("h/<str:code>/ask", public.ask, name="h-ask"),
    path("h/<str:code>/pass", public.ask_pass, name="h-pass"),
    path("h/<str:code>/answer", public.answer, name="h-answer"),
    path("h/<str:code>/me", public.me, name="h-me"),
    path("h/<str:code>/antigen", public.antigen, name="h-antigen"),
    path("h/<str:code>/read", public.read, name="h-read"),
    path("h/<str:code>/leave", public.leave, name="h-leave"),
]
handler404 = public.nothing
handler500 = public.failed
