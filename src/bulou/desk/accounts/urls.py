"""Addresses of accounts: one's own, and those of the users whom one administers."""

from django.urls import path

from bulou.desk.accounts import own, pages

urlpatterns = [
    path("sign-in/code", own.code, name="sign-in-code"),
    path("sign-in/password/<uidb64>/<token>", own.SetPassword.as_view(), name="password-set"),
    path("settings/account", own.account, name="account"),
    path("settings/account/password", own.ChangePassword.as_view(), name="account-password"),
    path("settings/account/second-step", own.set_up, name="account-second"),
    path("settings/users", pages.users, name="users"),
    path("settings/users/<int:user>", pages.user, name="user"),
    path("settings/users/<int:user>/act", pages.act, name="user-act"),
]
