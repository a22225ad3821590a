import pytest

from codexreport.evidence.secret_values import of_arguments, of_environment, sounds_secret


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
