package io.bascule.imagebuilder.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.source.AptMirrors;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locked packages come out of the store, or from a mirror if they are what they should be; what is missing is named at once. */
class PackageDownloadsTest {
    @TempDir
    private Path temporary = Path.of("");

    private Path mirror = Path.of("");
    private PackageStore store = new PackageStore(Path.of(""));
    private Lock lock = Locks.of();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private @Nullable HttpServer server;

    @BeforeEach
    void makeMirror() throws IOException {
        mirror = Files.createDirectories(temporary.resolve("mirror"));
        store = new PackageStore(temporary.resolve("cache").resolve("packages"));
        var items = new ArrayList<LockedPackage>();
        for (var name : List.of("aa", "bb", "c++", "dd", "ee")) {
            var file = "pool/main/" + name + "_1%3a2~x_all.deb";
            var deb = Debs.deb(name, "1:2~x", "all");
            Files.createDirectories(mirror.resolve("pool/main"));
            Files.write(mirror.resolve(file), deb);
            items.add(Debs.lock(deb, name, "1:2~x", "all", file));
        }
        lock = Locks.of(items.toArray(LockedPackage[]::new));
    }

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.stop(0);
        }
    }

    private AptMirrors folder() {
        return new AptMirrors(URI.create("file:" + mirror), Optional.empty());
    }

    private AptMirrors http() throws IOException {
        var started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server = started;
        started.createContext("/debian/", exchange -> {
            var path = exchange.getRequestURI().getPath().substring("/debian/".length());
            asked.add(path);
            var file = mirror.resolve(path);
            try (exchange) {
                if (Files.exists(file)) {
                    exchange.sendResponseHeaders(200, Files.size(file));
                    Files.copy(file, exchange.getResponseBody());
                } else {
                    exchange.sendResponseHeaders(404, -1);
                }
            }
        });
        started.start();
        return new AptMirrors(
                URI.create("http://127.0.0.1:" + started.getAddress().getPort() + "/debian"), Optional.empty());
    }

    private static AptMirrors none() throws BuildException {
        throw BuildException.badInput("asked for a mirror", "");
    }

    private PackageDownloads.Result fetch(PackageDownloads.Mirrors mirrors) throws Exception {
        return PackageDownloads.fetch(lock, store, mirrors, what -> {});
    }

    private Path cached(int index) {
        return store.file(lock.packages().get(index).sha256());
    }

    private void alter(int index, int size) throws IOException {
        Files.write(mirror.resolve(lock.packages().get(index).file()), new byte[size]);
    }

    @Test
    void aMirrorInAFolderFillsTheStoreAndThenNobodyIsAsked() throws Exception {
        assertThat(fetch(this::folder).downloaded()).isEqualTo(5);
        var again = fetch(PackageDownloadsTest::none);
        assertThat(again.downloaded()).isZero();
        assertThat(again.files()).hasSize(5);
        for (var i = 0; i < again.files().size(); i++) {
            assertThat(Sha256Digest.ofFile(again.files().get(i)))
                    .isEqualTo(lock.packages().get(i).sha256());
        }
        assertThat(temporary.resolve("cache/packages")).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void namesWithPlusAndPercentAreAskedForAsTheyAre() throws Exception {
        var http = http();
        assertThat(fetch(() -> http).downloaded()).isEqualTo(5);
        assertThat(asked).contains("pool/main/c++_1%3a2~x_all.deb");
    }

    @Test
    void onlyADamagedOneIsFetchedAgain() throws Exception {
        fetch(this::folder);
        Files.writeString(cached(2), "damaged");
        var http = http();
        assertThat(fetch(() -> http).downloaded()).isEqualTo(1);
        assertThat(asked).containsExactly("pool/main/c++_1%3a2~x_all.deb");
        Files.writeString(cached(2), "damaged");
        assertThatThrownBy(() -> fetch(PackageDownloadsTest::none)).hasMessage("asked for a mirror");
    }

    @Test
    void everyPackageThatCannotBeHadIsNamedInOneComplaint() throws Exception {
        Files.delete(mirror.resolve(lock.packages().get(0).file()));
        Files.delete(mirror.resolve(lock.packages().get(4).file()));
        alter(1, 3);
        alter(2, (int) lock.packages().get(2).size());
        alter(3, (int) lock.packages().get(3).size() + 1);
        var index = Files.createDirectories(mirror.resolve("dists/trixie-updates/main/binary-amd64"));
        Files.writeString(index.resolve("Packages"), "Package: aa\nArchitecture: all\nVersion: 1:3\u001b[31m\n\n");
        var http = http();
        assertThatThrownBy(() -> fetch(() -> http))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("5 of 5 locked packages are not in the cache and cannot be downloaded:")
                .hasMessageContaining("the mirror does not have it:\n    aa 1:2~x (all), the mirror now has 1:3?[31m\n"
                        + "    ee 1:2~x (all)")
                .hasMessageContaining("a file of 3 bytes, locked are "
                        + lock.packages().get(1).size() + ":\n    bb 1:2~x (all)")
                .hasMessageContaining("the mirror has other bytes: SHA-256 ")
                .hasMessageContaining(
                        "more than the locked " + lock.packages().get(3).size() + " bytes:\n    dd")
                .satisfies(e -> {
                    assertThat(((BuildException) e).kind()).isEqualTo(BuildException.Kind.BAD_INPUT);
                    assertThat(((BuildException) e).hint())
                            .contains("bascule lock")
                            .contains("snapshot");
                });
        // Nothing of it has got into the store.
        assertThat(temporary.resolve("cache/packages")).isEmptyDirectory();
    }

    @Test
    void aMirrorThatDoesNotAnswerSaysSoForAll() throws Exception {
        var dead = http();
        if (server != null) {
            server.stop(0);
        }
        assertThatThrownBy(() -> fetch(() -> dead))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("5 of 5 locked packages")
                .hasMessageContaining(dead.main() + " does not answer")
                .hasMessageContaining("aa 1:2~x")
                .hasMessageContaining("ee 1:2~x")
                .satisfies(e -> {
                    assertThat(((BuildException) e).kind()).isEqualTo(BuildException.Kind.IO);
                    assertThat(((BuildException) e).hint()).contains("--mirror");
                });
    }

    @Test
    void aSecurityFixIsAskedForAtTheSecurityMirrorOnly() throws Exception {
        var item = lock.packages().getFirst();
        var fix = new LockedPackage(
                item.name(),
                item.version(),
                item.architecture(),
                LockedPackage.Archive.SECURITY,
                item.file(),
                item.size(),
                item.sha256(),
                item.priority());
        lock = Locks.of(fix);
        assertThatThrownBy(() -> fetch(this::folder)).hasMessageContaining("no mirror of Debian's security fixes");
        var both = new AptMirrors(URI.create("file:/nowhere"), Optional.of(URI.create("copy:" + mirror)));
        assertThat(fetch(() -> both).downloaded()).isEqualTo(1);
    }
}
