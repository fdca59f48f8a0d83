package io.bascule.updateengine.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code update-engine}. */
@Command(
        name = "update-engine",
        description = "Keeps this host on its releases: takes them, switches slots, and falls back from bad ones.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StatusCommand.class,
            CheckCommand.class,
            UpdateCommand.class,
            RebootCommand.class,
            RollbackCommand.class,
            MarkGoodCommand.class,
            MarkBadCommand.class,
            HistoryCommand.class,
            KnownBadCommand.class,
            RepairCommand.class,
            JudgeCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "update-engine 0.1.0",
        footer = {
            "",
            "A host has two slots. An update goes to the one that does not run; the next boot starts it, and if",
            "no boot of it passes the health checks, the host comes back to the slot that ran before.",
            "",
            "  update-engine status",
            "  update-engine update --from https://releases.example/amd64-base/1.1.0 --reboot",
            "  update-engine rollback --reboot",
            "",
            "Exit codes: 0 done, 1 defect of the engine, 2 wrong command line, 3 release refused or malformed,",
            "4 this host cannot, 5 input or output failed, 6 not trusted, 7 another engine is at work."
        })
public final class UpdateEngineCommand {
    private static final int DEFECT = 1;
    private static final String DISK_HINT = "look at the disk: `df -h`, `journalctl -k`";

    private UpdateEngineCommand() {}

    /** Runs the verb that {@code arguments} name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(new LinuxEngine(), arguments));
    }

    static int run(EngineFactory factory, String... arguments) {
        var commandLine = new CommandLine(new UpdateEngineCommand());
        give(commandLine, factory);
        commandLine.setExecutionExceptionHandler((exception, failed, parsed) -> {
            var known = translate(exception);
            known.ifPresentOrElse(failure -> report(failure, failed), () -> reportDefect(exception));
            return known.map(failure -> failure.problem().exitCode()).orElse(DEFECT);
        });
        return commandLine.execute(arguments);
    }

    private static void give(CommandLine command, EngineFactory factory) {
        if (command.getCommand() instanceof Verb verb) {
            verb.useEngines(factory);
        }
        command.getSubcommands().values().forEach(sub -> give(sub, factory));
    }

    private static Optional<EngineException> translate(Exception exception) {
        return switch (exception) {
            case EngineException known -> Optional.of(known);
            case NoSuchFileException failed ->
                Optional.of(new EngineException(Problem.IO, "there is no " + failed.getFile(), DISK_HINT, failed));
            case AccessDeniedException failed ->
                Optional.of(new EngineException(
                        Problem.IO, failed.getFile() + " may not be read or written", "it needs root", failed));
            case IOException failed ->
                Optional.of(new EngineException(
                        Problem.IO,
                        failed.getMessage() == null ? failed.toString() : failed.getMessage(),
                        DISK_HINT,
                        failed));
            case InterruptedException interrupted ->
                Optional.of(new EngineException(Problem.IO, "interrupted", "", interrupted));
            default -> Optional.empty();
        };
    }

    private static void report(EngineException failure, CommandLine failed) {
        if (failed.getCommand() instanceof Verb verb && verb.json()) {
            var root = JsonNodeFactory.instance.objectNode();
            root.putObject("error")
                    .put("code", failure.problem().code())
                    .put("message", failure.getMessage())
                    .put("hint", failure.hint());
            System.out.println(root.toPrettyString());
        }
        System.err.println("update-engine: " + failure.getMessage());
        if (!failure.hint().isEmpty()) {
            System.err.println("  what to do: " + failure.hint());
        }
        var cause = failure.getCause();
        if (debugging() && cause != null) {
            cause.printStackTrace();
        }
    }

    private static void reportDefect(Exception exception) {
        System.err.println("update-engine: a defect of the engine: " + exception);
        System.err.println("  what to do: set BASCULE_DEBUG=1 to see where, and please report it");
        if (debugging()) {
            exception.printStackTrace();
        }
    }

    private static boolean debugging() {
        return System.getenv("BASCULE_DEBUG") != null;
    }
}
