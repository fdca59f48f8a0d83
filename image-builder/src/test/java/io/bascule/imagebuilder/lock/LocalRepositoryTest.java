package io.bascule.imagebuilder.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From packages to a lock and to an archive that apt takes them from; apt and dpkg are the judges. */
class LocalRepositoryTest {
    @TempDir
    private Path temporary = Path.of("");

    private final List<LockedPackage> locked = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    private void add(String name, String version, String architecture, String more) throws IOException {
        var deb = Debs.deb(Debs.control(name, version, architecture, more));
        var file = Files.write(temporary.resolve(name + ".deb"), deb);
        files.add(file);
        locked.add(Debs.lock(deb, name, version, architecture, "pool/" + name + ".deb"));
    }

    @Test
    void aptInstallsFromItWithoutASignatureAndWithTheArchivesPriorities() throws Exception {
        add("aa", "1:2~x", "amd64", "Depends: bb (>= 1)\nSHA256: none\n");
        add("bb", "1.0", "all", "");
        var root = temporary.resolve("root");
        for (var folder : List.of("etc/apt/apt.conf.d", "etc/apt/preferences.d", "lists/partial", "archives/partial")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.writeString(root.resolve("status"), "");
        var aptGet = ExternalTool.require("apt-get");
        var aptCache = ExternalTool.require("apt-cache");
        try (var repository = LocalRepository.create("trixie", locked, files)) {
            Files.writeString(
                    root.resolve("etc/apt/sources.list"),
                    "deb [trusted=yes] " + repository.mirrors().main() + " trixie main\n");
            aptGet.run(arguments(root, "update"));
            assertThat(aptCache.run(arguments(root, "show", "aa")))
                    .contains("Version: 1:2~x\n")
                    .contains("Priority: required\n")
                    .doesNotContain("extra")
                    .contains("SHA256: " + locked.getFirst().sha256() + "\n")
                    .contains("\n for tests\n .\n in three lines\n");
            aptGet.run(arguments(root, "install", "--download-only", "aa"));
            assertThat(root.resolve("archives/aa_1%3a2~x_amd64.deb")).hasSameBinaryContentAs(files.getFirst());
            assertThat(root.resolve("archives/bb_1.0_all.deb")).exists();
        }
    }

    private static String[] arguments(Path root, String... command) {
        var arguments = new ArrayList<String>();
        for (var option : List.of(
                "Dir::Etc=" + root.resolve("etc/apt"),
                "Dir::State=" + root,
                "Dir::State::status=" + root.resolve("status"),
                "Dir::State::lists=" + root.resolve("lists"),
                "Dir::Cache=" + root,
                "Dir::Cache::archives=" + root.resolve("archives"),
                "APT::Architecture=amd64",
                "APT::Architectures::=amd64",
                "APT::Sandbox::User=root",
                "APT::Get::Assume-Yes=true",
                "Debug::NoLocking=true")) {
            arguments.add("-o");
            arguments.add(option);
        }
        arguments.addAll(List.of(command));
        return arguments.toArray(String[]::new);
    }

    @Test
    void goesWhenItIsClosedAndLeavesTheStoreAlone() throws Exception {
        add("aa", "1", "all", "");
        Path folder;
        try (var repository = LocalRepository.create("trixie", locked, files)) {
            folder = Path.of(repository.mirrors().main().getPath());
            assertThat(folder.resolve("dists/trixie/Release")).exists();
            assertThat(Files.getPosixFilePermissions(folder)).hasSize(7);
        }
        assertThat(folder).doesNotExist();
        assertThat(files.getFirst()).exists();
    }

    @Test
    void dpkgReadsTheSameControlFile() throws Exception {
        add("aa", "1:2~x", "amd64", "Depends: bb (>= 1),\n cc\n");
        var control = DebControl.read(files.getFirst());
        var dpkg = ExternalTool.require("dpkg-deb");
        assertThat(control.field("Version"))
                .isEqualTo(
                        dpkg.run("-f", files.getFirst().toString(), "Version").strip());
        assertThat(control.withFields(Map.of()))
                .isEqualTo(dpkg.run("-f", files.getFirst().toString()));
    }

    @Test
    void whatIsNoPackageIsRefused() throws Exception {
        var file = temporary.resolve("x.deb");
        for (var broken : List.of(new byte[0], "!<arch>\n".getBytes(StandardCharsets.UTF_8), new byte[200])) {
            Files.write(file, broken);
            assertThatThrownBy(() -> DebControl.read(file)).isInstanceOf(MalformedFormatException.class);
        }
        var deb = Debs.deb("aa", "1", "all");
        for (var length = 0; length < deb.length; length += 7) {
            Files.write(file, Arrays.copyOf(deb, length));
            try {
                // The data behind it may be missing; nobody looks.
                assertThat(DebControl.read(file).field("Package")).isEqualTo("aa");
            } catch (MalformedFormatException e) {
                assertThat(e).hasMessageContaining("Debian package x.deb");
            }
        }
    }

    private Path lists(String main, String security) throws IOException {
        var lists = Files.createDirectories(temporary.resolve("lists"));
        Files.writeString(lists.resolve("m.example_dists_trixie_main_binary-amd64_Packages"), main);
        Files.writeString(lists.resolve("m.example_dists_trixie-security_main_binary-amd64_Packages"), security);
        Files.writeString(lists.resolve("m.example_dists_trixie_InRelease"), "Package: no\n");
        return lists;
    }

    private static String entry(LockedPackage item, String file) {
        return "Package: %s\nVersion: %s\nArchitecture: %s\nPriority: important\nFilename: %s\nSize: %d\nSHA256: %s\n\n"
                .formatted(item.name(), item.version(), item.architecture(), file, item.size(), item.sha256());
    }

    @Test
    void whatIsInstalledIsFoundInTheIndexesByItsHashAndKept() throws Exception {
        add("aa", "1:2~x", "amd64", "");
        add("bb", "1.0", "all", "");
        add("unused", "1.0", "all", "");
        var lists = lists(
                entry(locked.get(0), "./pool/a.deb"),
                entry(locked.get(0), "pool/updates/a.deb") + entry(locked.get(1), "pool/updates/b.deb"));
        var store = new PackageStore(temporary.resolve("cache").resolve("packages"));
        var installed = List.of(
                new InstalledPackage("aa", "1:2~x", "amd64", "aa", 0),
                new InstalledPackage("bb", "1.0", "all", "bb", 0));
        var found = InstalledPackages.lock(installed, temporary, lists, "trixie", store);
        assertThat(found.stream().map(LockedPackage::file)).containsExactly("pool/a.deb", "pool/updates/b.deb");
        assertThat(found.stream().map(LockedPackage::archive))
                .containsExactly(LockedPackage.Archive.MAIN, LockedPackage.Archive.SECURITY);
        assertThat(found.stream().map(LockedPackage::priority)).containsOnly("important");
        assertThat(store.find(locked.get(0).sha256())).isPresent();
        assertThat(store.find(locked.get(1).sha256())).isPresent();
        assertThat(store.find(locked.get(2).sha256())).isEmpty();
    }

    @Test
    void whatIsInstalledAndNowhereToBeFoundIsNoLock() throws Exception {
        add("aa", "1", "amd64", "");
        var lists = lists(entry(locked.get(0), "pool/a.deb").replace("SHA256: ", "SHA256: 00"), "");
        var store = new PackageStore(temporary.resolve("cache").resolve("packages"));
        var aa = new InstalledPackage("aa", "1", "amd64", "aa", 0);
        assertThatThrownBy(() -> InstalledPackages.lock(List.of(aa), temporary, lists, "trixie", store))
                .isInstanceOf(BuildException.class)
                .hasMessage("aa 1 (amd64) is installed, but no index of the mirror has its hash");
        var bb = new InstalledPackage("bb", "1", "amd64", "bb", 0);
        assertThatThrownBy(() -> InstalledPackages.lock(List.of(bb), temporary, lists, "trixie", store))
                .hasMessage("bb 1 (amd64) is installed, but apt has not kept its file");
        assertThat(files.getFirst()).exists();
    }
}
