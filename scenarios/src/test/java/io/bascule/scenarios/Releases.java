package io.bascule.scenarios;

import io.bascule.cli.Terminal;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.scenarios.script.TestReleases;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The real releases that the scenarios share with the demo. */
final class Releases {
    static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

    /** Where the machines of the tests leave their logs. */
    static final Path LOGS = CHECKOUT.resolve("scenarios").resolve("target").resolve("machines");

    static final TestReleases ALL = new TestReleases(CHECKOUT, Terminal.standard());

    private Releases() {}

    /** Skips the test if a tool is missing and cannot be installed. */
    static void assumeTools() throws Exception {
        var missing = TestReleases.missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> String.join("; ", missing));
    }

    /** {@return amd64-base 1.0.0, built now if need be; the test is skipped if a tool is missing and cannot be installed} */
    static ReleaseFiles base() throws Exception {
        assumeTools();
        return ALL.ofBoard(CHECKOUT.resolve("boards").resolve("amd64-base"), "1.0.0");
    }
}
