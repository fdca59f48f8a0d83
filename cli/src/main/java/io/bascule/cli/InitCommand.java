package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.BoardLock;
import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.LockRequest;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.imagebuilder.lock.Lock;
import io.bascule.imagebuilder.product.NewProduct;
import io.bascule.signing.KeyAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bascule init}. */
@Command(
        name = "init",
        description = {
            "Makes a new product: a folder with a board, an overlay, a release key, a lock and a README, which builds at once.",
            "The folder is there as a whole or not at all; one that has something in it is refused."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The board is a copy of the one to begin with, so the folder can be moved and put into a repository of its",
            "own. A board that extends others or reads files beside it is extended where it lies instead.",
            "The private key is for its owner only, and in .gitignore. To lock the board its packages are installed once,",
            "as `bascule lock` does; without a mirror, or with --no-lock, that is left for later.",
            "",
            "Examples:",
            "  bascule init kiosk",
            "  bascule build kiosk --version 1.0.0 --out kiosk/releases --key kiosk/keys/release.key --locked",
            "  bascule init products/till --name till-9 --from boards/my-base"
        })
final class InitCommand implements Callable<Integer> {
    private static final String BOARDS = "boards";

    @Parameters(paramLabel = "FOLDER", description = "The folder to make: not there yet, or empty.")
    private Path folder = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the product, in every file name and for ever; default: that of the folder.")
    private @Nullable String name;

    @Option(
            names = "--from",
            paramLabel = "BOARD",
            description = "The board to begin with: one of Bascule's, or a folder; default: ${DEFAULT-VALUE}.")
    private String from = "amd64-base";

    @Option(
            names = "--algorithm",
            paramLabel = "ALGORITHM",
            description = "Of the release key: rsa-4096, rsa-2048 or p256; default: ${DEFAULT-VALUE}.")
    private String algorithm = KeyAlgorithm.RSA_4096.text();

    @Option(names = "--no-lock", description = "Do not lock the board yet: `bascule lock FOLDER` does it later.")
    private boolean noLock;

    @Option(names = "--dry-run", description = "Check everything and say what would be made, but make nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, BuildException, IOException, InterruptedException {
        var kind = KeysNewCommand.algorithm(algorithm);
        var product = NewProduct.plan(folder, Optional.ofNullable(name), base());
        var locked = false;
        if (!dryRun) {
            product.create(kind);
            locked = !noLock && lock(product);
        }
        var next = new ArrayList<>(product.nextCommands(folder));
        if (locked) {
            next.set(0, next.getFirst() + " --locked");
        }
        if (json) {
            printJson(product, locked, next);
        } else {
            print(product, next);
        }
        return ExitCode.OK.number();
    }

    /** A product without a lock is one all the same. {@return whether it has one} */
    private static boolean lock(NewProduct product) throws IOException, InterruptedException {
        var terminal = Terminal.standard();
        try {
            BoardLock.run(
                    new LockRequest(
                            product.folder(),
                            product.folder().resolve(Lock.FILE_NAME),
                            Workspace.cache(),
                            Optional.empty(),
                            Optional.empty(),
                            Workspace.buildTime(),
                            Optional.of(Files.readString(product.keyring())),
                            List.of(),
                            false,
                            true),
                    terminal);
            return true;
        } catch (BuildException | CliFailure e) {
            terminal.say("NOT LOCKED: " + e.getMessage() + "\n  the product is made; `bascule lock " + product.folder()
                    + " --trust " + product.keyring() + "` locks it");
            return false;
        }
    }

    private Path base() throws CliFailure, IOException {
        var shipped = Workspace.home().resolve(BOARDS);
        for (var board : List.of(shipped.resolve(from), Path.of(from))) {
            if (Files.isRegularFile(board.resolve(BoardReader.FILE_NAME))) {
                return board;
            }
        }
        throw new CliFailure(
                ExitCode.BAD_INPUT,
                "--from: '" + from + "' is neither a board of Bascule nor the folder of one",
                "give a folder with a board.yaml" + known(shipped));
    }

    private static String known(Path boards) throws IOException {
        if (!Files.isDirectory(boards)) {
            return "";
        }
        try (var folders = Files.list(boards)) {
            return ", or one of "
                    + String.join(
                            ", ",
                            folders.filter(board -> Files.isRegularFile(board.resolve(BoardReader.FILE_NAME)))
                                    .map(board -> String.valueOf(board.getFileName()))
                                    .sorted()
                                    .toList());
        }
    }

    private void print(NewProduct product, List<String> next) throws IOException {
        System.out.println((dryRun ? "would make " : "made ") + product.folder() + ": the product " + product.name()
                + ", " + (product.copied() ? "with a copy of the board " : "extending the board ") + product.base());
        if (!dryRun) {
            System.out.println("  " + product.privateKey()
                    + " signs its releases; keep it out of repositories and backups that others read");
        }
        System.out.println("next:");
        next.forEach(command -> System.out.println("  " + command));
    }

    private void printJson(NewProduct product, boolean locked, List<String> next) throws IOException {
        var result = new ObjectMapper()
                .createObjectNode()
                .put("folder", product.folder().toString())
                .put("name", product.name())
                .put("from", product.base())
                .put("copied", product.copied())
                .put("made", !dryRun)
                .put("locked", locked)
                .put("board", product.folder().resolve(BoardReader.FILE_NAME).toString())
                .put("privateKey", product.privateKey().toString())
                .put("keyring", product.keyring().toString());
        next.forEach(result.putArray("next")::add);
        System.out.println(result.toPrettyString());
    }
}
