package io.bascule.cli;

import io.bascule.imagebuilder.BuildException;
import io.bascule.qemuharness.MissingRequirementException;
import io.bascule.qemuharness.VmException;
import io.bascule.qemuharness.ssh.SshException;
import io.bascule.signing.KeyFileException;
import io.bascule.signing.KeyringChangeException;
import io.bascule.signing.external.SignerException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code bascule}. */
@Command(
        name = "bascule",
        description = "Builds immutable operating-system images and keeps fleets of hosts on them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            BuildCommand.class,
            LockCommand.class,
            ImageCommand.class,
            RunCommand.class,
            ConfigCommand.class,
            KeysCommand.class,
            PayloadCommand.class,
            ReleaseCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "bascule 0.1.0",
        footer = {
            "",
            "First steps:",
            "  bascule demo                       builds an image, boots it twice and shows what it does",
            "  bascule init kiosk                 a product of your own, with board and keys",
            "  bascule build boards/amd64-base --version 1.0.0 --out releases",
            "  bascule run releases/amd64-base/1.0.0/amd64-base_1.0.0.raw",
            "  bascule keys new                   for releases that hosts take as updates: build --key",
            "  bascule scenario list              stories that break hosts; in a checkout only",
            "",
            "Exit codes: 0 success, 1 defect of bascule, 2 wrong command line, 3 bad input,",
            "4 missing tool, 5 input or output failed, 6 a check did not hold."
        })
public final class Bascule {
    private Bascule() {}

    /** Runs the command that {@code arguments} name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        var bascule = new CommandLine(new Bascule());
        ServiceLoader.load(Extension.class).forEach(extension -> bascule.addSubcommand(extension.command()));
        return bascule.setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    var failure = translate(exception);
                    report(failure, System.err);
                    return failure.exitCode().number();
                })
                .execute(arguments);
    }

    private static CliFailure translate(Exception exception) {
        return switch (exception) {
            case CliFailure failure -> failure;
            case BuildException failure ->
                new CliFailure(exitCode(failure.kind()), text(failure), failure.hint(), failure);
            case KeyFileException failure ->
                new CliFailure(ExitCode.BAD_INPUT, text(failure), failure.remedy(), failure);
            case SignerException failure ->
                new CliFailure(
                        failure.permanent() ? ExitCode.BAD_INPUT : ExitCode.IO,
                        text(failure),
                        failure.remedy(),
                        failure);
            case KeyringChangeException failure ->
                new CliFailure(ExitCode.BAD_INPUT, text(failure), failure.remedy(), failure);
            case MissingRequirementException failure ->
                new CliFailure(ExitCode.MISSING_TOOL, failure.problem(), failure.remedy(), failure);
            case VmException failure -> new CliFailure(ExitCode.CHECK_FAILED, text(failure), "", failure);
            case SshException failure -> new CliFailure(ExitCode.CHECK_FAILED, text(failure), "", failure);
            case FileSystemException failure ->
                new CliFailure(
                        ExitCode.IO, failure.getClass().getSimpleName() + ": " + failure.getMessage(), "", failure);
            case IOException failure -> new CliFailure(ExitCode.IO, text(failure), "", failure);
            case InterruptedException failure -> new CliFailure(ExitCode.IO, "interrupted", "", failure);
            default ->
                new CliFailure(
                        ExitCode.INTERNAL,
                        "a defect in bascule: " + exception,
                        "set BASCULE_DEBUG=1 to see where, and please report it",
                        exception);
        };
    }

    private static ExitCode exitCode(BuildException.Kind kind) {
        return switch (kind) {
            case BAD_INPUT -> ExitCode.BAD_INPUT;
            case MISSING_TOOL -> ExitCode.MISSING_TOOL;
            case IO -> ExitCode.IO;
        };
    }

    private static String text(Exception exception) {
        return exception.getMessage() == null ? exception.toString() : exception.getMessage();
    }

    private static void report(CliFailure failure, PrintStream to) {
        to.println("bascule: " + failure.getMessage());
        if (!failure.hint().isEmpty()) {
            to.println("  what to do: " + failure.hint());
        }
        @Nullable Throwable cause = failure.getCause();
        if (System.getenv("BASCULE_DEBUG") != null && cause != null) {
            cause.printStackTrace(to);
        }
    }
}
