"""Package URLs name packages as scanners do."""

import pytest

from codexreport.supply_chain.purl import Purl, parse_purl, same_package


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("pkg:npm/%40angular/core@12.0.0", ("npm", "@angular/core", "12.0.0")),
        ("pkg:npm/@angular/core", ("npm", "@angular/core", "")),
        ("pkg:maven/org.apache/log4j@2.0", ("maven", "org.apache:log4j", "2.0")),
        ("pkg:golang/github.com/a/b@v1#c/d", ("golang", "github.com/a/b", "v1")),
        ("pkg:apk/alpine/curl@8.5-r0?arch=x86_64", ("apk", "curl", "8.5-r0")),
        ("pkg:generic/java@17%2B7", ("generic", "java", "17+7")),
        ("pkg:oci/checkout@sha256:abc", ("oci", "checkout", "sha256:abc")),
    ],
)
def test_parts(text, parts):
    ecosystem, package, version = parts
    assert parse_purl(text) == Purl(ecosystem=ecosystem, package=package, version=version)


@pytest.mark.parametrize("text", ["", "checkout", "pkg:npm", "pkg:/x", "https://example.org/a"])
def test_what_is_no_package_url(text):
    assert parse_purl(text) is None


def test_names_of_python_packages_have_one_spelling():
    assert same_package("Zope.Interface", "pypi") == same_package("zope_interface", "pypi")
    assert same_package("lodash.merge", "npm") != same_package("lodash-merge", "npm")
