package io.bascule.updateengine.command;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code update-engine known-bad}. */
@Command(
        name = "known-bad",
        description = "Shows the releases that failed on this host and are refused.",
        subcommands = KnownBadCommand.Forget.class)
final class KnownBadCommand extends Verb {
    private static final int IDENTITY_SHOWN = 16;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var list = engine().knownBad();
        var text = list.stream()
                .map(bad -> String.format(
                        Locale.ROOT,
                        "%-12s %s  %s  %s",
                        bad.version().text(),
                        bad.identity().toString().substring(0, IDENTITY_SHOWN),
                        bad.since(),
                        bad.reason()))
                .collect(Collectors.joining("\n"));
        return print(Documents.knownBad(list), text.isEmpty() ? "none" : text);
    }

    /** {@code update-engine known-bad forget}. */
    @Command(name = "forget", description = "Takes a release off the list, so that it may be tried again.")
    static final class Forget extends Verb {
        @Parameters(
                paramLabel = "VERSION|IDENTITY|all",
                description = "A version, at least 8 digits of an identity, or all.")
        private String what = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            var forgotten = engine().forget(what);
            return print(
                    Documents.knownBad(forgotten),
                    forgotten.stream()
                            .map(bad -> "forgotten: " + bad.version().text())
                            .collect(Collectors.joining("\n")));
        }
    }
}
