package io.bascule.imagebuilder.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.Boards;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.image.InstalledPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lock is compared with: board, keys, earlier images, runtime, users, packages. */
class LockFitTest {
    private static final Lock LOCK = Locks.of(Locks.item("systemd", "257"));

    @TempDir
    private Path temporary = Path.of("");

    private Path board(String yaml) throws Exception {
        var folder = Files.createDirectories(temporary.resolve("b"));
        Files.writeString(folder.resolve("board.yaml"), "name: b\ndescription: d\n" + yaml);
        Files.writeString(folder.resolve("a.tar"), "");
        return folder;
    }

    @Test
    void fitsTheBoardThatItIsOf() throws Exception {
        LockFit.checkBoard(LOCK, "lock.yaml", Boards.minimal());
        LockFit.checkBoard(
                LOCK,
                "lock.yaml",
                BoardReader.read(
                        board("debian: {suite: trixie, packages: [systemd/trixie-updates, 'systemd:amd64']}")));
    }

    @Test
    void namesEverythingThatTheBoardSaysOtherwise() throws Exception {
        var board = BoardReader.read(board("""
                debian: {suite: forky, packages: [systemd, less, 'nano:i386']}
                sources: [tar:a.tar, debian]
                """));
        assertThatThrownBy(() -> LockFit.checkBoard(LOCK, "b/lock.yaml", board))
                .isInstanceOf(BuildException.class)
                .hasMessage("""
                        b/lock.yaml does not fit:
                          it has Debian trixie, and the board names Debian forky
                          it does not have the package 'less' that %1$s names
                          it does not have the package 'nano:i386' that %1$s names
                          its sources are debian, and those of the board tar:a.tar, debian""".formatted(board.folder().resolve("board.yaml")))
                .extracting(e -> ((BuildException) e).hint())
                .asString()
                .contains("`bascule lock` again");
    }

    @Test
    void isNotOfABoardOfAnotherName() {
        var other = new Lock(
                "c",
                LOCK.runtime(),
                LOCK.suite(),
                LOCK.packages(),
                LOCK.sources(),
                LOCK.users(),
                LOCK.groups(),
                LOCK.keyring(),
                LOCK.previous());
        assertThatThrownBy(() -> LockFit.checkBoard(other, "lock.yaml", Boards.minimal()))
                .hasMessageContaining("it is of the board 'c', and this is 'b'");
    }

    @Test
    void theNamesOfSourcesAreTheSameWhereverTheBoardLies() throws Exception {
        Files.createDirectories(temporary.resolve("b/image"));
        Files.writeString(temporary.resolve("o.tar"), "");
        var board = BoardReader.read(
                board("sources: [tar:a.tar, oci:image:1, 'oci-archive:../o.tar', 'docker://ghcr.io/acme/host:1']\n"));
        assertThat(board.sources().stream().map(source -> Lock.LockedSource.nameOf(board, source)))
                .containsExactly("tar:a.tar", "oci:image:1", "oci-archive:../o.tar", "docker://ghcr.io/acme/host:1");
    }

    @Test
    void theKeyringIsTheOneThatWasLocked() throws Exception {
        var signed = Locks.with(LOCK, Optional.of(Locks.sha256("keyring")), List.of());
        LockFit.checkKeyring(LOCK, "lock.yaml", Optional.empty());
        LockFit.checkKeyring(signed, "lock.yaml", Optional.of("keyring"));
        assertThatThrownBy(() -> LockFit.checkKeyring(signed, "lock.yaml", Optional.of("another")))
                .hasMessageContaining(Locks.sha256("keyring").toString())
                .hasMessageContaining(Locks.sha256("another").toString());
        assertThatThrownBy(() -> LockFit.checkKeyring(signed, "lock.yaml", Optional.empty()))
                .hasMessageContaining("would get no keyring");
        assertThatThrownBy(() -> LockFit.checkKeyring(LOCK, "lock.yaml", Optional.of("keyring")))
                .hasMessageContaining("its images get no keyring")
                .extracting(e -> ((BuildException) e).hint())
                .asString()
                .contains("lock --trust");
    }

    @Test
    void theOrderOfEarlierImagesCountsAndTheirNamesDoNot() throws Exception {
        var one = new Lock.Image("1.usr.erofs", Locks.sha256("1"));
        var two = new Lock.Image("2.usr.erofs", Locks.sha256("2"));
        var lock = Locks.with(LOCK, Optional.empty(), List.of(two, one));
        LockFit.checkPrevious(lock, "lock.yaml", List.of(new Lock.Image("renamed", two.sha256()), one));
        LockFit.checkPrevious(LOCK, "lock.yaml", List.of(one));
        assertThatThrownBy(() -> LockFit.checkPrevious(lock, "lock.yaml", List.of(one, two)))
                .hasMessageContaining("2.usr.erofs (SHA-256 " + two.sha256() + ")");
        assertThatThrownBy(() -> LockFit.checkPrevious(lock, "lock.yaml", List.of()))
                .hasMessageContaining("given with --previous are:\n    none");
    }

    @Test
    void theRuntimeIsTheLockedOneAndNotOneLikeIt() throws Exception {
        LockFit.checkJava(LOCK, "lock.yaml", "25.0.1+8");
        assertThatThrownBy(() -> LockFit.checkJava(LOCK, "lock.yaml", "25.0.2+1"))
                .hasMessageContaining("its engine runs on Java 25.0.1+8, and this is Java 25.0.2+1");
        LockFit.checkRuntime(LOCK, "lock.yaml", Locks.sha256("runtime"), "cache/x");
        assertThatThrownBy(() -> LockFit.checkRuntime(LOCK, "lock.yaml", Locks.sha256("y"), "cache/x"))
                .hasMessageContaining("cache/x has " + Locks.sha256("y"))
                .extracting(e -> ((BuildException) e).hint())
                .asString()
                .contains("copy that folder here from the cache of the machine that locked");
    }

    @Test
    void theDigestOfARuntimeIsOverPathsContentsLinksAndTheBitToExecute() throws Exception {
        var folder = temporary.resolve("runtime");
        Files.createDirectories(folder.resolve("bin"));
        var java = Files.writeString(folder.resolve("bin/java"), "java");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("bin/java"));
        var before = RuntimeDigest.of(folder);
        assertThat(before).isEqualTo(Locks.sha256("exec " + Locks.sha256("java") + " bin/java\nlink bin/java link\n"));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(RuntimeDigest.of(folder)).isEqualTo(before);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(RuntimeDigest.of(folder)).isNotEqualTo(before);
    }

    @Test
    void usersAndGroupsKeepTheirNumbers() throws Exception {
        LockedIds.check(LOCK.users(), LOCK.groups(), LOCK);
        assertThatThrownBy(() -> LockedIds.check(
                        new TreeMap<>(Map.of("root", 0L, "sshd", 990L, "new", 5L)),
                        new TreeMap<>(Map.of("root", 0L, "tss", 3L)),
                        LOCK))
                .isInstanceOf(BuildException.class)
                .hasMessage("""
                        the users and groups of the tree are not those of the lock:
                          the user 'sshd' is 990 now, locked is 989
                          the group 'users' (100) is gone
                          the user 'new' (5) is new
                          the group 'tss' (3) is new""");
    }

    @Test
    void aNewLockMayBringUsersButChangesNoNumber() throws Exception {
        LockedIds.refuseChanges(LOCK, Locks.withIds(LOCK, Map.of("root", 0L, "sshd", 989L, "new", 5L), LOCK.groups()));
        assertThatThrownBy(() -> LockedIds.refuseChanges(
                        LOCK, Locks.withIds(LOCK, Map.of("root", 0L, "sshd", 5L), Map.of("root", 0L))))
                .hasMessageContaining("the user 'sshd' is 5 now, locked is 989\n  the group 'users' (100) is gone")
                .extracting(e -> ((BuildException) e).hint())
                .asString()
                .contains("--allow-id-changes");
    }

    @Test
    void whatIsInstalledIsExactlyWhatIsLocked() throws Exception {
        var systemd = new InstalledPackage("systemd", "257", "amd64", "systemd", 0);
        InstalledPackages.check(List.of(systemd), LOCK);
        var lock = Locks.of(Locks.item("systemd", "257"), Locks.item("bash", "5.2"), Locks.item("less", "6"));
        assertThatThrownBy(() -> InstalledPackages.check(
                        List.of(
                                systemd,
                                new InstalledPackage("bash", "5.3", "amd64", "bash", 0),
                                new InstalledPackage("nano", "8", "amd64", "nano", 0)),
                        lock))
                .isInstanceOf(BuildException.class)
                .hasMessage("""
                        the tree does not have exactly the locked packages:
                          bash:amd64 is installed in version 5.3, locked is 5.2
                          nano:amd64 8 is installed and not locked
                          less:amd64 6 is locked and not installed""");
    }

    @Test
    void changesAreSaidPackageByPackage() {
        var before = Locks.of(Locks.item("bash", "5.2"), Locks.item("gone", "1"), Locks.item("same", "1"));
        var after = Locks.withIds(
                Locks.with(
                        Locks.of(Locks.item("bash", "5.3"), Locks.item("new", "2"), Locks.item("same", "1")),
                        Optional.of(Locks.sha256("k")),
                        List.of(new Lock.Image("b_1.usr.erofs", Locks.sha256("1")))),
                Map.of("root", 0L, "sshd", 989L, "tss", 101L),
                before.groups());
        var changes = LockChanges.between(Optional.of(before), after);
        assertThat(changes.packages().stream().map(LockChanges.PackageChange::toString))
                .containsExactly("bash:amd64 5.2 -> 5.3", "gone:amd64 1 is gone", "new:amd64 2 is new");
        assertThat(changes.others())
                .containsExactly(
                        "the keyring is another",
                        "the earlier images are b_1.usr.erofs",
                        "the user 'tss' (101) is new");
        assertThat(changes.summary()).isEqualTo("packages: 1 new, 1 gone, 1 in another version");
        assertThat(LockChanges.between(Optional.of(before), before).isEmpty()).isTrue();
        assertThat(LockChanges.between(Optional.empty(), before).isEmpty()).isTrue();
    }
}
