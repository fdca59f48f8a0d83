package io.bascule.scenarios.script;

import io.bascule.cli.DemoReleases;
import io.bascule.cli.Doctor;
import io.bascule.imagebuilder.BuildListener;
import io.bascule.imagebuilder.ReleaseFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The releases of the test images, built when they are needed first and shared by all scenarios and the demo. Safe for several threads. */
public final class TestReleases {
    private final Path images;
    private final DemoReleases releases;
    private final BuildListener listener;

    /** @param checkout of Bascule, with the engine built */
    public TestReleases(Path checkout, BuildListener listener) {
        this.images = checkout.resolve("test-images");
        this.releases = new DemoReleases(
                checkout.resolve("out").resolve("demo").resolve("releases"),
                checkout.resolve("update-engine").resolve("target").resolve("engine"));
        this.listener = listener;
    }

    /** {@return a line for each tool that is missing for building and booting, and cannot be installed without asking} */
    public static List<String> missing() throws Exception {
        return Doctor.prepareForTests();
    }

    /** {@return the files of that release, with the fault that its {@code fault.yaml} wants} */
    public synchronized ReleaseFiles get(TestRelease release) throws Exception {
        var folder = images.resolve(release.image());
        if (!Files.isDirectory(folder)) {
            throw new ScenarioFailure("there is no test image '" + release.image() + "' in " + images);
        }
        var files = releases.get(folder, release.version(), listener).release();
        var fault = folder.resolve("fault.yaml");
        return Files.exists(fault) ? FaultyRelease.of(files, fault, releases.signing()) : files;
    }

    /** {@return the release of a board and not of a test image} */
    public synchronized ReleaseFiles ofBoard(Path board, String version) throws Exception {
        return releases.get(board, version, listener).release();
    }

    /** {@return the folder above all releases} */
    public Path folder() {
        return releases.folder();
    }
}
