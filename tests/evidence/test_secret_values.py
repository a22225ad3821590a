import pytest

from codexreport.evidence.secret_values import (
    holds_secret,
    of_arguments,
    of_environment,
    sounds_secret,
)


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN",
        "DB_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "apiKey",
        "API-KEY",
        "SENTRY_DSN",
        "X-Auth",
        "JWT",
        "SSH_PASSPHRASE",
        "MY_KEY",
        "SESSION_COOKIE",
        "GOOGLE_CREDENTIALS",
        "PGPASSWORD",
        "PGPASS",
    ],
)
def test_these_names_are_of_secrets(name):
    assert sounds_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "PWD",
        "OLDPWD",
        "HOME",
        "KEYBOARD",
        "MONKEY",
        "AUTHOR",
        "COMPASS",
        "SSH_AUTH_SOCK",
        "LANG",
        "CI",
    ],
)
def test_these_names_are_not(name):
    assert not sounds_secret(name)


def test_variables_are_secret_by_name_by_reference_and_by_a_password_in_an_address():
    environ = {
        "DEPLOY_TOKEN": "t0ken-value",
        "PROM_LOGIN": "login-value",
        "DATABASE_URL": "postgres://app:p%40ssword@db/app?api_key=query-value",
        "HOME": "/home/app",
    }
    found = set(of_environment(environ, also='token = "env:PROM_LOGIN"'))
    assert found == {
        ("DEPLOY_TOKEN", "t0ken-value"),
        ("PROM_LOGIN", "login-value"),
        ("DATABASE_URL", "p%40ssword"),
        ("DATABASE_URL", "p@ssword"),
        ("api_key", "query-value"),
    }


def test_the_lines_of_a_key_are_secret_one_by_one():
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n"
    values = [value for _, value in of_environment({"TLS_KEY": key})]
    assert values == [key.strip(), "MIIEvQIBADANBg", "kqhkiG9w0BAQEF"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--token", "the-value"],
        ["--api-token=the-value"],
        ["DB_PASSWORD=the-value"],
        ["-H", "Authorization: Bearer the-value"],
        ["-H", "X-Api-Key: the-value"],
        ["https://user:the-value@host/"],
        ["https://host/?access_token=the-value&x=1"],
    ],
)
def test_secrets_in_the_open_on_a_command_line_are_known(arguments):
    assert "the-value" in {value for _, value in of_arguments(["curl", *arguments, "other"])}


def test_other_arguments_are_none():
    assert not list(
        of_arguments(["pytest", "-k", "token", "--keyword=x", "a=b", "http://[", "--", "x"])
    )


@pytest.mark.parametrize(
    "value",
    [
        "-Dhttps.port=1 -Djavax.net.ssl.keyStorePassword=changeit",
        "Server=db;Uid=web;Password=Hunter2;",
        "AccountName=shop;AccountKey=abc",
        '{"password":"hunter2"}',
        r'"{\"password\": \"hunter2\"}"',
        "https://shop.example/?access_token=abc",
        "https://shop.blob.example/c?sv=1&sig=abc",
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://discord.com/api/webhooks/1/abc",
        "https://shop.webhook.office.com/webhookb2/abc",
        "https://outlook.office.com/webhook/abc",
        "redis://:hunter2@cache:6379",
        "postgres://web:hun/ter2@db/shop",
        "web:hunter2@tcp(db:3306)/shop",
        "db:5432:shop:web:hunter2",
        "run --password hunter2",
        "Bearer abc",
        "npm_" + "a" * 36,
        "ghp_" + "a" * 36,
        "AKIA" + "A" * 16,
    ],
)
def test_these_values_hold_a_secret_whatever_they_are_called(value):
    assert holds_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "16.4",
        "http://db.example:5432/shop",
        "/usr/lib/jvm:/opt/shop",
        "registry.example/web:1.2@sha256:0123456789",
        "git+https://git.example/shop.git@v1",
        "-Xmx2g -Dfile.encoding=UTF-8",
        "2026-10-06T09:00:00+00:00",
        "fe80::1:2:3:4:5",
        "team@shop.example",
        "npm_config_cache",
        "passive",
    ],
)
def test_these_values_hold_none(value):
    assert not holds_secret(value)
