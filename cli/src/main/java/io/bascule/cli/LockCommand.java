package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BoardLock;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.LockRequest;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.signing.Keyring;
import io.bascule.signing.MalformedDocumentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule lock}. */
@Command(
        name = "lock",
        mixinStandardHelpOptions = true,
        description = {
            "Finds out what a board is made of today, and writes it into its lock.yaml: every package with version and hash,",
            "the other sources, the engine's Java runtime, users and groups with their numbers. Says what has changed.",
            "`bascule build --locked` then takes exactly that, also from the cache and without a network."
        },
        footer = {
            "",
            "Packages are installed once to find out (a minute or two), and stay in the cache. Commit lock.yaml with the board.",
            "",
            "Examples:",
            "  bascule lock boards/amd64-base",
            "  bascule lock boards/amd64-base --dry-run      what an update would bring",
            "  bascule lock boards/amd64-base --trust keys/keyring.json --previous releases/amd64-base/1.0.0",
            "  bascule build boards/amd64-base --version 1.1.0 --out releases --locked"
        })
final class LockCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BOARD", description = "Folder of the board, with its board.yaml.")
    private Path board = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the lock there; by default to lock.yaml in the board's folder.")
    private @Nullable Path out;

    @Mixin
    private MirrorOptions mirrors = new MirrorOptions();

    @Option(
            names = "--trust",
            paramLabel = "KEYRING",
            description = "The keyring.json that images get: lock for releases that are signed, as with build --trust.")
    private @Nullable Path trust;

    @Option(
            names = "--previous",
            paramLabel = "RELEASE",
            description = "An earlier release that builds are given with --previous, too; the closest first.")
    private List<Path> previous = new ArrayList<>();

    @Option(
            names = "--cache",
            paramLabel = "FOLDER",
            description = "Where packages and runtime are kept for builds; default: ${DEFAULT-VALUE}.")
    private Path cache = Workspace.cache();

    @Option(
            names = "--allow-id-changes",
            description =
                    "Let users and groups that are locked get other numbers, or go. Files on hosts belong to numbers.")
    private boolean allowIdChanges;

    @Option(names = "--dry-run", description = "Find everything out and say it, but write no lock.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        var terminal = Terminal.standard();
        var result = BoardLock.run(
                new LockRequest(
                        board,
                        out == null ? board.resolve(Lock.FILE_NAME) : out,
                        cache,
                        mirrors.mirrors(),
                        mirrors.keyring(),
                        Workspace.buildTime(),
                        trusted(),
                        previous,
                        allowIdChanges,
                        !dryRun),
                terminal);
        if (json) {
            printJson(result);
        } else {
            print(result);
            terminal.say((dryRun ? "would write " : "wrote ") + result.file() + " in "
                    + Terminal.seconds(terminal.elapsed()));
        }
        return ExitCode.OK.number();
    }

    private Optional<String> trusted() throws CliFailure, IOException {
        if (trust == null) {
            return Optional.empty();
        }
        var bytes = InputFile.keyringBytes(trust);
        try {
            Keyring.read(bytes);
        } catch (MalformedDocumentException e) {
            throw InputFile.notAKeyring(trust, e);
        }
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static void print(BoardLock.Result result) {
        var changes = result.changes();
        if (!result.earlier()) {
            System.out.println("a first lock: " + result.lock().packages().size() + " packages");
            return;
        }
        if (changes.isEmpty()) {
            System.out.println("nothing has changed since the earlier lock");
            return;
        }
        System.out.println(changes.summary());
        changes.packages().forEach(change -> System.out.println("  " + change));
        changes.others().forEach(System.out::println);
    }

    private void printJson(BoardLock.Result result) throws IOException {
        var mapper = new ObjectMapper();
        var root = mapper.createObjectNode()
                .put("lock", result.file().toString())
                .put("written", !dryRun)
                .put("earlier", result.earlier())
                .put("board", result.lock().board())
                .put("lockedPackages", result.lock().packages().size());
        var packages = root.putArray("packages");
        for (var change : result.changes().packages()) {
            packages.addObject()
                    .put("name", change.name())
                    .put("before", change.before())
                    .put("after", change.after());
        }
        result.changes().others().forEach(root.putArray("others")::add);
        System.out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
    }
}
