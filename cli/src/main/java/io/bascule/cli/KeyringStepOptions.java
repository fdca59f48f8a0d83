package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.signing.KeyId;
import io.bascule.signing.Keyring;
import io.bascule.signing.KeyringChange;
import io.bascule.signing.Role;
import io.bascule.signing.SignedKeyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that make the next version of a keyring, and what they do with them. */
final class KeyringStepOptions {
    @Option(
            names = "--keyring",
            required = true,
            paramLabel = "KEYRING",
            description = "The keyring that hosts trust now; it is not changed.")
    private Path keyring = Path.of("");

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Where the next version goes; must not be there. Default: keyring-N.json beside KEYRING, with N"
                            + " its version.")
    private @Nullable Path out;

    @Option(names = "--dry-run", description = "Do it all and say what would be, but write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    /** Makes the next version, signs it with the keys given, writes it and tells what it is. */
    int make(KeyringChange change) throws CliFailure, IOException {
        var before = KeyringFile.read(keyring);
        var old = before.keyring();
        var next = change.applyTo(old);
        var file = out == null ? KeyringFile.nextTo(keyring, old) : out;
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliFailure(
                    ExitCode.BAD_INPUT,
                    "there is a file " + file + " already, and two keyrings of one version would be two to trust",
                    "if it is an unfinished one, sign that with `bascule keys sign`, or delete it");
        }
        var signers = keys.signers();
        KeyringVoters.require(signers, next, Optional.of(old));
        var document = SignedKeyring.unsigned(next).signedWith(signers);
        if (!dryRun) {
            document.write(file);
        }
        var report = new KeyringReport(document, Optional.of(old));
        if (old.version() > 1 && before.progress(old).missing() > 0) {
            Terminal.standard()
                    .say("note: " + keyring + ", version " + old.version()
                            + ", has not all signatures itself; hosts get" + " to version " + next.version()
                            + " only through it");
        }
        if (json) {
            printJson(file, next, report);
        } else {
            print(file, old, next, report);
        }
        return ExitCode.OK.number();
    }

    private void printJson(Path file, Keyring next, KeyringReport report) {
        var root = new ObjectMapper()
                .createObjectNode()
                .put("keyring", file.toString())
                .put("written", !dryRun)
                .put("version", next.version());
        report.addTo(root);
        System.out.println(root.toPrettyString());
    }

    private void print(Path file, Keyring old, Keyring next, KeyringReport report) {
        System.out.println(
                (dryRun ? "would write " : "wrote ") + file + ", version " + next.version() + " of the keyring");
        differences(old, next).forEach(line -> System.out.println("  " + line));
        System.out.println();
        report.print(System.out);
        System.out.println();
        System.out.println(
                report.complete()
                        ? "Next: build with --trust " + file
                                + ", and keep every version: a host goes from one to the next."
                        : "Next: who has one of these keys runs: bascule keys sign " + file + " --key KEY");
    }

    private static List<String> differences(Keyring old, Keyring next) {
        var lines = new ArrayList<String>();
        for (var role : Role.values()) {
            var had = old.roleKeys(role);
            var has = next.roleKeys(role);
            lines.add("role " + role.text() + ": " + has.threshold() + " of "
                    + has.keys().size() + " must sign"
                    + (had.equals(has)
                            ? ", as before"
                            : "; before: " + had.threshold() + " of "
                                    + had.keys().size()));
            has.keys().stream()
                    .filter(id -> !had.keys().contains(id))
                    .forEach(id -> lines.add("  + " + line(next, id)));
            had.keys().stream().filter(id -> !has.keys().contains(id)).forEach(id -> lines.add("  - " + line(old, id)));
        }
        return lines;
    }

    private static String line(Keyring keyring, KeyId id) {
        return (id + "  " + KeyringReport.comment(keyring, id)).strip();
    }
}
