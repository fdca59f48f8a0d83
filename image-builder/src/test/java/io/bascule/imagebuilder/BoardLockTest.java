package io.bascule.imagebuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.lock.LockReader;
import io.bascule.imagebuilder.oci.FakeRegistry;
import io.bascule.imagebuilder.oci.Layouts;
import io.bascule.imagebuilder.source.Spool;
import io.bascule.imagebuilder.source.TarBuilder;
import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locking a board that needs no Debian, and building with its lock as far as its sources. */
class BoardLockTest {
    private static final BuildListener SILENT = new SilentListener();

    @TempDir
    private Path temporary = Path.of("");

    private Path folder = Path.of("");
    private Path cache = Path.of("");

    @BeforeEach
    void makeBoard() throws IOException {
        folder = Files.createDirectories(temporary.resolve("b"));
        cache = temporary.resolve("cache");
        Files.writeString(
                folder.resolve("board.yaml"), "name: b\ndescription: d\nsources: [tar:a.tar, tar:../b.tar]\n");
        users("sshd:x:989:65534::/run/sshd:/usr/sbin/nologin\n");
        Files.write(
                temporary.resolve("b.tar"), new TarBuilder().file("usr/b", "b").end());
        // jlink would take its time.
        Files.writeString(Files.createDirectories(EngineRuntime.folderIn(cache)).resolve("release"), "a runtime");
    }

    private void users(String lines) throws IOException {
        Files.write(
                folder.resolve("a.tar"),
                new TarBuilder()
                        .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n" + lines)
                        .file("etc/group", "root:x:0:\n")
                        .end());
    }

    private Path file() {
        return folder.resolve(Lock.FILE_NAME);
    }

    private BoardLock.Result lock(boolean allowIdChanges, boolean write) throws Exception {
        return BoardLock.run(
                new LockRequest(
                        folder,
                        file(),
                        cache,
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty(),
                        List.of(),
                        allowIdChanges,
                        write),
                SILENT);
    }

    private BuildRequest request(Optional<Path> packagesTar) {
        return new BuildRequest(
                folder,
                "1.0",
                temporary.resolve("out"),
                cache,
                false,
                Optional.empty(),
                Optional.empty(),
                packagesTar,
                Optional.empty(),
                Instant.EPOCH,
                1,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(file()));
    }

    private FileTree read(Board board, Lock lock, Spool spool) throws Exception {
        try (var rules = new LockedSources(
                lock,
                board,
                new BuildCache(cache, false).packages(),
                () -> {
                    throw BuildException.badInput("asked for a mirror", "");
                },
                SILENT)) {
            return new SourceStack(
                            board,
                            rules,
                            new SourceStack.Inputs(new BuildCache(cache, false), Optional.empty(), Instant.EPOCH),
                            spool,
                            SILENT)
                    .read();
        }
    }

    @Test
    void whatIsLockedIsWhatIsRead() throws Exception {
        var result = lock(false, true);
        assertThat(result.earlier()).isFalse();
        var lock = LockReader.read(file());
        assertThat(lock).isEqualTo(result.lock());
        assertThat(lock.sources().stream().map(Lock.LockedSource::name)).containsExactly("tar:a.tar", "tar:../b.tar");
        assertThat(lock.users()).containsEntry("sshd", 989L).hasSize(2);
        assertThat(lock.suite()).isEmpty();
        assertThat(cache).isDirectoryNotContaining("glob:**/lock*");
        var board = BoardReader.read(folder);
        try (var spool = Spool.in(temporary)) {
            assertThat(read(board, lock, spool).file("usr/b")).isPresent();
            Files.write(
                    temporary.resolve("b.tar"),
                    new TarBuilder().file("usr/b", "c").end());
            assertThatThrownBy(() -> read(board, lock, spool))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("b.tar is not what the lock says: its SHA-256 is ")
                    .hasMessageContaining(
                            lock.sources().getLast().sha256().orElseThrow().toString());
        }
    }

    private static Layouts.Layer layer(String content) {
        return Layouts.Layer.plain(new TarBuilder().file("usr/layer", content).end());
    }

    private void writeLayout(String content) throws IOException {
        var layouts = new Layouts();
        for (var file :
                layouts.add(layouts.manifest(layer(content)), "").files().entrySet()) {
            var path = folder.resolve("image").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    @Test
    void aContainerImageThatIsAnotherNowIsRefused() throws Exception {
        Files.writeString(folder.resolve("board.yaml"), "name: b\ndescription: d\nsources: [tar:a.tar, oci:image]\n");
        writeLayout("locked");
        var lock = lock(false, true).lock();
        var board = BoardReader.read(folder);
        try (var spool = Spool.in(temporary)) {
            assertThat(Trees.text(read(board, lock, spool), "usr/layer")).isEqualTo("locked");
            writeLayout("another");
            assertThatThrownBy(() -> read(board, lock, spool))
                    .isInstanceOf(BuildException.class)
                    .hasMessageContaining("image is not what the lock says: its SHA-256 is ");
        }
    }

    @Test
    void theTagOfARegistryMayMoveAndTheRegistryMayGo() throws Exception {
        Lock lock;
        Board board;
        try (var registry = new FakeRegistry();
                var spool = Spool.in(temporary)) {
            Files.writeString(
                    folder.resolve("board.yaml"),
                    "name: b\ndescription: d\nsources: [tar:a.tar, 'docker://" + registry.host() + "/acme/host:1']\n");
            push(registry, "locked");
            lock = lock(false, true).lock();
            assertThat(lock.sources().getLast().name()).endsWith("/acme/host:1");
            push(registry, "another");
            board = BoardReader.read(folder);
            Folders.delete(cache.resolve("blobs"));
            assertThat(Trees.text(read(board, lock, spool), "usr/layer")).isEqualTo("locked");
        }
        try (var spool = Spool.in(temporary)) {
            assertThat(Trees.text(read(board, lock, spool), "usr/layer")).isEqualTo("locked");
        }
    }

    private static void push(FakeRegistry registry, String content) {
        var layouts = new Layouts();
        var manifest = layouts.manifest(layer(content)).get("digest").textValue();
        registry.put("1", layouts, manifest.substring("sha256:".length()));
    }

    @Test
    void lockingAgainSaysWhatHasChanged() throws Exception {
        lock(false, true);
        var text = Files.readString(file());
        assertThat(lock(false, true).changes().isEmpty()).isTrue();
        assertThat(file()).hasContent(text);
        users("sshd:x:989:65534::/:/bin/sh\ntss:x:101:101::/:/bin/sh\n");
        var dry = lock(false, false);
        assertThat(dry.changes().others())
                .containsExactly("the source tar:a.tar is new or has other bytes", "the user 'tss' (101) is new");
        assertThat(file()).hasContent(text);
    }

    @Test
    void numbersOfUsersChangeOnlyIfThatIsWanted() throws Exception {
        lock(false, true);
        var text = Files.readString(file());
        users("sshd:x:990:65534::/run/sshd:/usr/sbin/nologin\n");
        var refused = catchThrowableOfType(BuildException.class, () -> lock(false, true));
        assertThat(refused).hasMessageContaining("the user 'sshd' is 990 now, locked is 989");
        assertThat(refused.hint()).contains("--allow-id-changes");
        assertThat(file()).hasContent(text);
        assertThat(lock(true, true).lock().users()).containsEntry("sshd", 990L);
        assertThat(LockReader.read(file()).users()).containsEntry("sshd", 990L);
    }

    @Test
    void theLockOfAnotherBoardIsNotOverwritten() throws Exception {
        lock(false, true);
        Files.writeString(file(), Files.readString(file()).replace("board: \"b\"", "board: c"));
        assertThatThrownBy(() -> lock(true, true)).hasMessageContaining("is the lock of another board, 'c'");
        Files.writeString(file(), "nonsense: [");
        assertThatThrownBy(() -> lock(true, true)).hasMessageContaining("lock.yaml:1: not valid YAML");
    }

    @Test
    void aBuildPlansWithALockThatFitsAndWithNoOther() throws Exception {
        assertThatThrownBy(() -> ImageBuild.plan(request(Optional.empty()))).hasMessage("there is no lock " + file());
        lock(false, true);
        assertThat(ImageBuild.plan(request(Optional.empty())).sources()).hasSize(2);
        Files.writeString(folder.resolve("board.yaml"), "name: b\ndescription: d\nsources: [tar:a.tar]\n");
        assertThatThrownBy(() -> ImageBuild.plan(request(Optional.empty())))
                .hasMessageContaining("its sources are tar:a.tar, tar:../b.tar, and those of the board tar:a.tar");
    }

    @Test
    void theRuntimeIsNotMadeAnewForALock() throws Exception {
        lock(false, true);
        var used = UsedLock.open(file(), request(Optional.empty()), BoardReader.read(folder));
        assertThat(used.sha256()).isEqualTo(Digests.sha256Hex(file()));
        assertThat(used.runtime(cache)).isEqualTo(EngineRuntime.folderIn(cache));
        Files.writeString(EngineRuntime.folderIn(cache).resolve("release"), "another");
        assertThatThrownBy(() -> used.runtime(cache)).hasMessageContaining("its engine's Java runtime has the hash");
        var empty = temporary.resolve("empty");
        assertThatThrownBy(() -> used.runtime(empty))
                .hasMessageContaining("there is none in " + EngineRuntime.folderIn(empty));
        assertThat(empty).doesNotExist();
    }
}
