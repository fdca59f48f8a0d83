package io.bascule.imagebuilder.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written reads as the same, and what is wrong is refused with its line. */
class LockFileTest {
    private static final String HEX = "ab".repeat(32);
    private static final String SMALLEST = """
            format: 1
            board: b
            runtime: {java: "25", sha256: %1$s}
            sources: [{source: debian}]
            users: {root: 0}
            groups: {root: 0}
            debian:
              suite: trixie
              packages:
                - {name: bash, version: "5.2", architecture: amd64, archive: main, file: "pool/b.deb", size: 7, sha256: %1$s, priority: required}
            """.formatted(HEX);

    @TempDir
    private Path folder = Path.of("");

    private static Lock parse(String text) throws BuildException {
        return LockReader.parse(Path.of("lock.yaml"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Lock full() {
        return new Lock(
                "a-board",
                new Lock.JavaRuntime("25.0.1+8-LTS", Locks.sha256("runtime")),
                Optional.of("trixie"),
                List.of(
                        Locks.item("zlib1g", "1:1.3.dfsg+really1.3.1-1~deb13u1"),
                        Locks.item("bash", "5.2"),
                        new LockedPackage(
                                "libc6",
                                "2.41",
                                "i386",
                                LockedPackage.Archive.SECURITY,
                                "pool/updates/main/g/glibc/libc6_1%3a2.41_i386.deb",
                                1L << 40,
                                Locks.sha256("x"),
                                "required")),
                List.of(
                        new Lock.LockedSource("debian", Optional.empty()),
                        new Lock.LockedSource("tar:../a \"b\": {c}\\é.tar", Optional.of(Locks.sha256("tar")))),
                new TreeMap<>(
                        Map.of("root", 0L, "nobody", 65534L, "_apt", 42L, "on", 1L, "007", 7L, "\uD83D\uDE00", 8L)),
                new TreeMap<>(Map.of("last", 0xFFFF_FFFEL)),
                Optional.of(Locks.sha256("keyring")),
                List.of(
                        new Lock.Image("b_1.1.usr.erofs", Locks.sha256("1.1")),
                        new Lock.Image("- odd #name", Locks.sha256("1.0"))));
    }

    @Test
    void whatIsWrittenReadsAsTheSame() throws Exception {
        var lock = full();
        var sorted = new Lock(
                lock.board(),
                lock.runtime(),
                lock.suite(),
                lock.packages().stream().sorted(LockedPackage.ORDER).toList(),
                lock.sources(),
                lock.users(),
                lock.groups(),
                lock.keyring(),
                lock.previous());
        assertThat(parse(LockWriter.write(lock))).isEqualTo(sorted);
        var bare = new Lock(
                "b",
                lock.runtime(),
                Optional.empty(),
                List.of(),
                lock.sources(),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty(),
                List.of());
        assertThat(parse(LockWriter.write(bare))).isEqualTo(bare);
    }

    @Test
    void theSameLockIsTheSameText() {
        var lock = full();
        var shuffled = new Lock(
                lock.board(),
                lock.runtime(),
                lock.suite(),
                lock.packages().reversed(),
                lock.sources(),
                lock.users(),
                lock.groups(),
                lock.keyring(),
                lock.previous());
        assertThat(LockWriter.write(shuffled)).isEqualTo(LockWriter.write(lock)).isASCII();
    }

    @Test
    void aPackageIsALine() {
        assertThat(LockWriter.write(Locks.of(Locks.item("bash", "5.2"))).lines())
                .contains("    - {name: bash, version:"
                        + " \"5.2\", architecture: amd64, archive: main, file: \"pool/main/bash_5.2_amd64.deb\", size: 7,"
                        + " sha256: \"" + Locks.sha256("bash5.2") + "\", priority: optional}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            format: 1                | format: 2               | lock.yaml:1: format: this version of Bascule reads format 1, found '2'
            format: 1                | #                       | the key 'format' is missing
            board: b                 | board: B_               | lock.yaml:2: board: expected the name of a board
            board: b                 | bored: b                | lock.yaml:2: bored: unknown key
            java: "25"               | java: []                | lock.yaml:3: runtime.java: expected a line of text
            java: "25"               | JAVA: 1                 | lock.yaml:3: runtime.JAVA: unknown key
            sources: [{source: debian}] | sources: debian      | lock.yaml:4: sources: expected a list
            sources: [{source: debian}] | sources: [debian]    | lock.yaml:4: sources[0]: expected keys and values
            {source: debian}         | {sauce: debian}         | lock.yaml:4: sources[0].sauce: unknown key
            {source: debian}         | {source: debian, sha256: AB} | lock.yaml:4: sources[0].sha256: expected a SHA-256
            users: {root: 0}         | users: {root: -1}       | lock.yaml:5: users.root: expected a whole number from 0 to 4294967294
            users: {root: 0}         | users: {root: 1, root: 2} | lock.yaml:5: users.root: is given twice
            groups: {root: 0}        | groups: {root: 4294967295} | lock.yaml:6: groups.root: expected a whole number
            groups: {root: 0}        | groups: []              | lock.yaml:6: groups: expected keys and values
            suite: trixie            | suite: Trixie!          | lock.yaml:8: debian.suite: expected the code name
            suite: trixie            | sweet: trixie           | lock.yaml:8: debian.sweet: unknown key
            name: bash               | name: ../bash           | lock.yaml:10: debian.packages[0].name: expected the name of a Debian package
            version: "5.2"           | version: "5 2"          | lock.yaml:10: debian.packages[0].version: expected a version
            architecture: amd64      | architecture: AMD64     | lock.yaml:10: debian.packages[0].architecture: expected an architecture
            archive: main            | archive: contrib        | lock.yaml:10: debian.packages[0].archive: expected main or security
            pool/b.deb               | /pool/b.deb             | lock.yaml:10: debian.packages[0].file: expected the path
            pool/b.deb               | pool/../../b.deb        | lock.yaml:10: debian.packages[0].file: expected the path
            pool/b.deb               | pool/b.txt              | lock.yaml:10: debian.packages[0].file: expected the path
            pool/b.deb               | pool/a?b.deb            | lock.yaml:10: debian.packages[0].file: expected the path
            size: 7                  | size: 0                 | lock.yaml:10: debian.packages[0].size: expected a whole number from 1
            size: 7                  | size: 99999999999999999999 | lock.yaml:10: debian.packages[0].size: expected a whole number
            size: 7                  | size: 7, color: red     | lock.yaml:10: debian.packages[0].color: unknown key
            priority: required       | priority: "Very High"   | lock.yaml:10: debian.packages[0].priority: expected a priority
            , priority: required     | #                       | lock.yaml:10: debian.packages[0]: the key 'priority' is missing
            """)
    void refusesWithFileAndLine(String what, String by, String says) {
        var text = SMALLEST.replace(what, by.equals("#") ? "" : by);
        assertThat(text).isNotEqualTo(SMALLEST);
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("lock.yaml:")
                .hasMessageContaining(says);
    }

    @Test
    void theSmallestIsRight() throws Exception {
        assertThat(parse(SMALLEST).packages()).hasSize(1);
    }

    @Test
    void refusesAPackageThatIsThereTwiceAndEarlierImagesThatAreNone() {
        var line = SMALLEST.lines()
                        .filter(text -> text.contains("bash"))
                        .findFirst()
                        .orElseThrow() + "\n";
        assertThatThrownBy(() -> parse(SMALLEST + line))
                .hasMessageContaining("lock.yaml:11: debian.packages[1]: bash:amd64 is there twice");
        assertThatThrownBy(() -> parse(SMALLEST + "previous: [{name: a}]\n"))
                .hasMessageContaining("lock.yaml:11: previous[0]: the key 'sha256' is missing");
        assertThatThrownBy(() -> parse(SMALLEST + "keyring: abc\n"))
                .hasMessageContaining("lock.yaml:11: keyring: expected a SHA-256");
    }

    @Test
    void saysWhatToDoIfThereIsNone() {
        assertThatThrownBy(() -> LockReader.read(folder.resolve("lock.yaml")))
                .isInstanceOf(BuildException.class)
                .hasMessage("there is no file " + folder.resolve("lock.yaml"))
                .extracting(e -> ((BuildException) e).hint())
                .isEqualTo("`bascule lock BOARD` writes one");
    }

    @Test
    void readsWhatIsOnTheDisk() throws Exception {
        var file = folder.resolve("lock.yaml");
        var lock = Locks.of(Locks.item("bash", "5.2"));
        Files.writeString(file, LockWriter.write(lock));
        assertThat(LockReader.read(file)).isEqualTo(lock);
    }
}
