package io.bascule.scenarios;

import io.bascule.cli.DemoReleases;
import io.bascule.cli.Doctor;
import io.bascule.cli.Terminal;
import io.bascule.imagebuilder.ReleaseFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The real release that the scenarios share with the demo. */
final class Releases {
    static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

    /** Where the machines of the scenarios leave their logs. */
    static final Path LOGS = CHECKOUT.resolve("scenarios").resolve("target").resolve("machines");

    static final DemoReleases ALL = new DemoReleases(
            CHECKOUT.resolve("out").resolve("demo").resolve("releases"),
            CHECKOUT.resolve("update-engine").resolve("target").resolve("engine"));

    private Releases() {}

    /**
     * {@return the release of a test image, with the fault that its {@code fault.yaml} wants}
     *
     * @param image a folder of {@code test-images}
     */
    static ReleaseFiles testImage(String image, String version) throws Exception {
        prepare();
        var folder = CHECKOUT.resolve("test-images").resolve(image);
        var release = ALL.get(folder, version, Terminal.standard()).release();
        var fault = folder.resolve("fault.yaml");
        return Files.exists(fault) ? FaultyRelease.of(release, fault, ALL.signing()) : release;
    }

    private static void prepare() throws Exception {
        var missing = Doctor.prepareForTests();
        Assumptions.assumeTrue(missing.isEmpty(), () -> String.join("; ", missing));
    }

    /** {@return amd64-base 1.0.0, built now if need be; the test is skipped if a tool is missing and cannot be installed} */
    static ReleaseFiles base() throws Exception {
        prepare();
        return ALL.get(CHECKOUT.resolve("boards").resolve("amd64-base"), "1.0.0", Terminal.standard())
                .release();
    }
}
