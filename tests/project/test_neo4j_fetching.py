"""What `make neo4j` fetches: whole or not at all, once, checked, and behind a private certificate authority too."""

from __future__ import annotations

import hashlib
import io
import os
import re
import ssl
import struct
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import neo4j_jars
import neo4j_maven
import neo4j_trust
import pytest
from neo4j_cache import cache_folder, locked, place
from neo4j_releases import LTS, Java
from project import UnavailableError

JAVA = Java(Path("/java"), 17)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "whence"


class TestCache:
    def test_it_is_where_the_user_says(self, cache: Path) -> None:
        assert cache_folder() == cache

    @pytest.mark.parametrize("given", ["", "relative/folder"])
    def test_else_where_the_platform_says(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", given)
        monkeypatch.setenv("HOME", "/home/me")
        monkeypatch.setattr("sys.platform", "linux")
        assert cache_folder() == Path("/home/me/.cache/whence")
        monkeypatch.setattr("sys.platform", "darwin")
        assert cache_folder() == Path("/home/me/Library/Caches/whence")

    def test_what_breaks_off_is_never_taken_for_whole(self, tmp_path: Path) -> None:
        def half(folder: Path) -> None:
            (folder / "one").touch()
            raise UnavailableError("cut")

        with pytest.raises(UnavailableError, match="cut"):
            place(tmp_path / "jars" / "1", half)
        assert [each.name for each in (tmp_path / "jars").iterdir()] == [".1.lock"]

    def test_what_a_killed_process_left_is_thrown_away(self, tmp_path: Path) -> None:
        (tmp_path / ".1.part" / "lib").mkdir(parents=True)
        place(tmp_path / "1", lambda folder: (folder / "whole").touch())
        assert [each.name for each in (tmp_path / "1").iterdir()] == ["whole"]

    def test_what_is_there_is_not_filled_again(self, tmp_path: Path) -> None:
        place(tmp_path / "1", lambda folder: (folder / "whole").touch())
        assert place(tmp_path / "1", lambda _folder: pytest.fail("again")) == tmp_path / "1"

    def test_a_lock_is_had_by_one_process_and_given_back(self, tmp_path: Path) -> None:
        file = tmp_path / "lock"
        with locked(file), pytest.raises(BlockingIOError), locked(file, wait=False):
            pass
        with locked(file, wait=False):
            pass


class TestMaven:
    def test_the_wrapper_names_the_public_repository_only(self, root: Path) -> None:
        named = neo4j_maven.properties(neo4j_maven.PROPERTIES.read_text("utf-8"))
        assert named["distributionType"] == "only-script"
        assert urlsplit(named["distributionUrl"]).hostname == "repo.maven.apache.org"
        assert re.fullmatch("[0-9a-f]{64}", named["distributionSha256Sum"])
        assert os.access(root / "mvnw", os.X_OK)

    def test_the_wrapper_finds_what_is_put_where_it_looks(self, root: Path, tmp_path: Path) -> None:
        named = neo4j_maven.properties(neo4j_maven.PROPERTIES.read_text("utf-8"))
        for mirror in (None, "https://mirror.example/maven"):
            url = neo4j_maven.distribution_url(named["distributionUrl"], mirror)
            command = neo4j_maven.distribution_folder(tmp_path, url) / "bin" / "mvn"
            command.parent.mkdir(parents=True)
            command.write_text(f"#!/bin/sh\necho found for {mirror}\n", "utf-8")
            command.chmod(0o755)
            changes = {"MAVEN_USER_HOME": str(tmp_path), "MVNW_REPOURL": mirror or ""}
            done = subprocess.run([root / "mvnw"], env=os.environ | changes, capture_output=True, text=True, check=True)
            assert done.stdout == f"found for {mirror}\n"

    def test_a_mirror_is_asked_for_the_same_file(self) -> None:
        named = "https://repo.example/maven2/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip"
        assert neo4j_maven.distribution_url(named, None) == named
        assert neo4j_maven.distribution_url(named, "https://m.example/x") == (
            "https://m.example/x/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip"
        )

    @pytest.fixture
    def archive(self, tmp_path: Path) -> Path:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("apache-maven-3.9.9/bin/mvn", "#!/bin/sh\n")
            archive.writestr("apache-maven-3.9.9/lib/x.jar", "x")
        file = tmp_path / "maven.zip"
        file.write_bytes(made.getvalue())
        return file

    def test_a_distribution_is_unpacked_with_a_command_that_runs(self, archive: Path, tmp_path: Path) -> None:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        folder = place(tmp_path / "m", lambda part: neo4j_maven.fetch_distribution(archive.as_uri(), digest, part))
        assert os.access(folder / "bin" / "mvn", os.X_OK)
        assert (folder / "lib" / "x.jar").is_file()

    def test_a_distribution_with_another_digest_is_not_run(self, archive: Path, tmp_path: Path) -> None:
        with pytest.raises(UnavailableError, match="digest"):
            place(tmp_path / "m", lambda part: neo4j_maven.fetch_distribution(archive.as_uri(), "0" * 64, part))
        assert not (tmp_path / "m").exists()

    def test_without_a_network_one_sentence_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("MVNW_REPOURL", "http://127.0.0.1:9")
        with pytest.raises(UnavailableError, match=r"Maven is not on PATH .* is there a network\?"):
            neo4j_maven.find()

    def test_the_first_error_is_what_is_told(self) -> None:
        said = "\x1b[1mWARN\x1b[0m x\n[\x1b[1;31mERROR\x1b[m] Could not find neo4j:9 in central -> [Help 1]\n[ERROR] more\n"
        assert neo4j_maven.complaint(said) == "Could not find neo4j:9 in central"
        assert neo4j_maven.complaint("killed\n") == "killed"
        assert neo4j_maven.complaint("") == "no output"


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `mvn` on PATH that runs the text of a file, and writes what it was called with."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "mvn").write_text(f'#!/bin/sh\necho "$MAVEN_OPTS|$*" >> {folder}/calls\n. {folder}/does\n', "utf-8")
    (folder / "mvn").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    monkeypatch.delenv("MAVEN_OPTS", raising=False)
    return folder


class TestJars:
    # The place of the jars is the last argument of the call.
    TARGET = 'for last; do :; done; target="${last#-DoutputDirectory=}"; mkdir -p "$target"\n'

    def test_they_are_in_one_folder_a_version_and_nothing_else_stays(self, maven: Path, cache: Path) -> None:
        (maven / "does").write_text(f'{self.TARGET}touch "$target/neo4j-{LTS}.jar"', "utf-8")
        lib = neo4j_jars.jars(LTS, JAVA)
        assert lib == cache / "neo4j" / LTS / "lib"
        assert [each.name for each in (cache / "neo4j" / LTS).iterdir()] == ["lib"]
        assert neo4j_jars.jars(LTS, JAVA) == lib
        assert len((maven / "calls").read_text("utf-8").splitlines()) == 1, "the second time asks nobody"

    @pytest.mark.parametrize("does", ["echo '[ERROR] Unknown host'; exit 1", "exit 0"], ids=["fails", "brings nothing"])
    def test_what_did_not_come_is_told_and_asked_for_again(self, maven: Path, cache: Path, does: str) -> None:
        (maven / "does").write_text(self.TARGET + does, "utf-8")
        for _ in range(2):
            with pytest.raises(UnavailableError, match=rf"Neo4j {LTS} could not be fetched: is there a network"):
                neo4j_jars.jars(LTS, JAVA)
        assert not (cache / "neo4j" / LTS).exists()
        assert len((maven / "calls").read_text("utf-8").splitlines()) == 2

    def test_a_java_that_distrusts_the_authority_is_shown_the_systems(
        self, maven: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        bundle = tmp_path / "bundle.pem"
        bundle.write_text(ssl.DER_cert_to_PEM_cert(b"a certificate"), "ascii")
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        monkeypatch.setenv("MAVEN_OPTS", "-Xmx300m")
        distrusts = 'case "$MAVEN_OPTS" in *trustStore=*) ;; *) echo "PKIX path building failed"; exit 1 ;; esac\n'
        (maven / "does").write_text(f'{self.TARGET}{distrusts}touch "$target/neo4j-{LTS}.jar"', "utf-8")
        neo4j_jars.jars(LTS, JAVA)
        first, second = (line.partition("|")[0] for line in (maven / "calls").read_text("utf-8").splitlines())
        assert first == "-Xmx300m"
        assert second.endswith(" -Xmx300m")


class TestTrustStore:
    # https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java
    def test_it_holds_every_certificate_of_the_bundle(self) -> None:
        pem = "# comment\n" + ssl.DER_cert_to_PEM_cert(b"first") + "between\n" + ssl.DER_cert_to_PEM_cert(b"second")
        store = neo4j_trust.trust_store(pem)
        assert struct.unpack(">III", store[:12]) == (0xFEEDFEED, 2, 2)
        assert store.index(b"\0\0\0\5first") < store.index(b"\0\0\0\6second")

    def test_a_broken_bundle_is_a_sentence(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bundle = tmp_path / "bundle.pem"
        bundle.write_text("-----BEGIN CERTIFICATE-----\nQUJDR\n-----END CERTIFICATE-----\n", "ascii")
        monkeypatch.setattr(neo4j_trust, "system_bundle", lambda: bundle)
        with pytest.raises(UnavailableError, match="SSL_CERT_FILE"):
            neo4j_trust.java_options(tmp_path)

    def test_the_users_bundle_comes_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "mine.pem").touch()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mine.pem"))
        assert neo4j_trust.system_bundle() == tmp_path / "mine.pem"

    def test_no_bundle_no_options(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(neo4j_trust, "system_bundle", lambda: None)
        assert neo4j_trust.java_options(tmp_path) is None
