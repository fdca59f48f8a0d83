package io.bascule.scenarios.script;

import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.FileBlockDevice;
import io.bascule.partitionlayout.uki.UkiReader;
import io.bascule.scenarios.bootpath.KnownRelease;
import io.bascule.signing.Sha256Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a scenario plays on: it has releases, makes hosts, and keeps what they leave behind. */
public final class Stage implements AutoCloseable {
    private final Path evidence;
    private final Path scratch;
    private final TestReleases releases;
    private final Timeline timeline;
    private final Map<TestRelease, ReleaseFiles> files = new HashMap<>();
    private final List<AutoCloseable> hosts = new ArrayList<>();

    /**
     * @param evidence folder for what is kept
     * @param scratch folder for what may be deleted at the end, such as disks
     */
    public Stage(Path evidence, Path scratch, TestReleases releases, Timeline timeline) {
        this.evidence = evidence;
        this.scratch = scratch;
        this.releases = releases;
        this.timeline = timeline;
    }

    public Path evidence() {
        return evidence;
    }

    public Path scratch() {
        return scratch;
    }

    public Timeline timeline() {
        return timeline;
    }

    TestReleases releases() {
        return releases;
    }

    /** {@return the files of a release; the first time, this is where they are built, if need be} */
    ReleaseFiles files(TestRelease release) throws Exception {
        if (!files.containsKey(release)) {
            timeline.step(Step.Kind.PREPARE, "there is a release " + release, () -> {
                files.put(release, releases.get(release));
                return "";
            });
        }
        return Objects.requireNonNull(files.get(release));
    }

    /** {@return a release as those know it who look at disks} */
    public KnownRelease known(TestRelease release) throws Exception {
        try (var uki = FileBlockDevice.openReadOnly(files(release).uki())) {
            return new KnownRelease(
                    release.version(),
                    UkiReader.usrHash(uki),
                    Sha256Digest.ofContent(Files.readAllBytes(files(release).uki())));
        }
    }

    /** {@return a new host, called like a tower of the bridge, with {@code release} in slot A and switched off} */
    public Tower tower(TestRelease release) throws Exception {
        return tower(release, new TowerOptions());
    }

    public Tower tower(TestRelease release, TowerOptions options) throws Exception {
        files(release);
        var made = new ArrayList<Tower>();
        timeline.step(Step.Kind.PREPARE, "a host is installed with " + release, () -> {
            made.add(Tower.install(this, release, options));
            return options.toString();
        });
        hosts.add(made.getFirst());
        return made.getFirst();
    }

    /** Something that only this scenario does, under a sentence of its own. */
    public void step(Step.Kind kind, String text, Timeline.Action action) throws Exception {
        timeline.step(kind, text, action);
    }

    /** A check that only this scenario makes. */
    public static void expect(boolean held, String otherwise) throws ScenarioFailure {
        if (!held) {
            throw new ScenarioFailure(otherwise);
        }
    }

    /** Switches off everything that still runs, and saves what it leaves. */
    @Override
    public void close() throws IOException {
        var failures = new ArrayList<Exception>();
        for (var host : hosts.reversed()) {
            try {
                host.close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var failure = new IOException(
                    "the hosts could not be put away: " + failures.getFirst().getMessage());
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
