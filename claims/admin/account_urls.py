"""The addresses of signing in and of one's own account; some stand before Django's own."""

from django.contrib import admin
from django.urls import path

from claims.admin import account, signing_in

app_name = "account"
signed_in = admin.site.admin_view

urlpatterns = [
    path("login/", signing_in.sign_in, name="sign_in"),
    path("second-factor/", signing_in.enter_code, name="enter_code"),
    path("second-factor/set-up/", signing_in.set_up, name="set_up"),
    path("second-factor/cancel/", signing_in.cancel, name="cancel"),
    path("password_change/", signed_in(account.new_password), name="new_password"),
    path("account/", signed_in(account.page), name="page"),
    path("account/recovery-codes/", signed_in(account.new_codes), name="new_codes"),
    path("account/second-factor/remove/", signed_in(account.remove), name="remove"),
    path("account/sessions/end-others/", signed_in(account.end_others), name="end_others"),
    path("account/sessions/<int:number>/end/", signed_in(account.end_one), name="end_one"),
]
