"""Addresses of accounts: one's own, and those of the users whom one administers."""

from django.urls import path

from bulou.desk.accounts import pages, self_service

urlpatterns = [
    path("sign-in/code", self_service.code, name="sign-in-code"),
    path("sign-in/password/<uidb64>/<token>", self_service.SetPassword.as_view(), name="password-set"),
    path("sign-in/first/<str:code>", self_service.first, name="first-user"),
    path("settings/account", self_service.account, name="account"),
    path("settings/account/password", self_service.ChangePassword.as_view(), name="account-password"),
    path("settings/account/second-step", self_service.set_up, name="account-second"),
    path("settings/users", pages.users, name="users"),
    path("settings/users/<int:user>", pages.user, name="user"),
    path("settings/users/<int:user>/act", pages.act, name="user-act"),
]
