package io.bascule.firstboot.command;

import io.bascule.firstboot.apply.Activation;
import io.bascule.firstboot.apply.Applier;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.source.ConfigSources;
import io.bascule.firstboot.source.LinuxCommands;
import io.bascule.firstboot.source.LinuxVolumes;
import io.bascule.firstboot.source.LoadedConfig;
import io.bascule.partitionlayout.ForeignText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bascule-first-boot}. */
@Command(
        name = "bascule-first-boot",
        description = {
            "Applies the configuration that this machine is given from outside: by a systemd credential, QEMU's firmware",
            "configuration, or a volume labelled ignition, cidata or config-2. The first boot does it by itself, once."
        },
        mixinStandardHelpOptions = true,
        version = "bascule-first-boot 0.1.0",
        footer = {
            "",
            "All of it is read and checked before anything is changed.",
            "Exit codes: 0 success, 1 failed, 2 wrong command line, 3 the configuration is not understood or not",
            "possible on this host, 4 one was applied before and is not applied again.",
            "",
            "Examples:",
            "  bascule-first-boot --status      what was applied, and whether something else is attached",
            "  bascule-first-boot --dry-run     what --again would do",
            "  bascule-first-boot --again       reads what is attached now and applies it"
        })
public final class FirstBootCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_CONFIG = 3;
    private static final int NOT_AGAIN = 4;

    private static final Path ROOT = Path.of("/");
    private static final Path RUNTIME = Path.of("/run/bascule");

    /** What the scripts that end a failed boot tell the people at the console. */
    private static final Path REASON = RUNTIME.resolve("first-boot-failed");

    @Option(names = "--again", description = "Apply it although one was applied before.")
    private boolean again;

    @Option(names = "--dry-run", description = "Read and check everything, say what would be done, change nothing.")
    private boolean dryRun;

    @Option(names = "--status", description = "Say what was applied and what is attached; change nothing.")
    private boolean status;

    private final Applier applier =
            new Applier(ROOT, new LinuxCommands(), InstantSource.system(), FirstBootCommand::say);

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FirstBootCommand())
                .setExecutionExceptionHandler((exception, line, parsed) -> fail(exception))
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var before = applier.applied();
        if (status) {
            say(before.map(stamp ->
                            "applied on " + stamp.time() + " from " + stamp.source() + ", SHA-256 " + stamp.sha256())
                    .orElse("nothing was applied"));
            var attached = load();
            say(attached.map(loaded -> "attached: " + loaded.source()
                            + (before.isPresent() && before.get().sha256().equals(loaded.sha256())
                                    ? ", the same"
                                    : ", SHA-256 " + loaded.sha256() + ", not applied; --again does it"))
                    .orElse("nothing is attached"));
            return OK;
        }
        if (before.isPresent() && !again && !dryRun) {
            say("a configuration was applied on " + before.get().time() + " from "
                    + before.get().source() + "; to apply what is attached now, use --again");
            return NOT_AGAIN;
        }
        var found = load();
        if (found.isEmpty()) {
            say("no configuration is attached to this machine");
            return OK;
        }
        var loaded = found.get();
        say((dryRun ? "would apply " : "applying ") + loaded.source() + ", SHA-256 " + loaded.sha256());
        if (dryRun) {
            applier.check(loaded.config());
            Applier.describe(loaded.config()).forEach(FirstBootCommand::say);
            return OK;
        }
        var units = applier.apply(loaded);
        Activation.run(loaded.config(), units, new LinuxCommands());
        Files.deleteIfExists(REASON);
        say("applied; later boots will not do it again");
        return OK;
    }

    private static Optional<LoadedConfig> load() throws IOException, InterruptedException {
        var given = System.getenv("CREDENTIALS_DIRECTORY");
        var credentials = Path.of(given == null || given.isEmpty() ? "/run/credentials/@system" : given);
        return new ConfigSources(ROOT, credentials, new LinuxVolumes(new LinuxCommands(), RUNTIME)).load();
    }

    private static int fail(Exception exception) throws IOException {
        var message = exception.getMessage() == null ? exception.toString() : exception.getMessage();
        var reason = exception instanceof ConfigException
                ? message + " (nothing was changed)"
                : exception.getClass().getSimpleName() + ": " + message;
        say(reason);
        Files.createDirectories(RUNTIME);
        Files.writeString(REASON, ForeignText.printable(reason) + "\n");
        return exception instanceof ConfigException ? BAD_CONFIG : FAILED;
    }

    private static void say(String line) {
        System.out.println("bascule-first-boot: " + ForeignText.printable(line));
    }
}
