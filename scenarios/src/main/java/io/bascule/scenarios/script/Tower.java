package io.bascule.scenarios.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.cli.RunningHost;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.SectorSize;
import io.bascule.qemuharness.ConsoleMark;
import io.bascule.qemuharness.Credentials;
import io.bascule.qemuharness.FileServer;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.faultdisk.ByteRange;
import io.bascule.qemuharness.faultdisk.CutPolicy;
import io.bascule.qemuharness.faultdisk.Fault;
import io.bascule.qemuharness.faultdisk.PowerLoss;
import io.bascule.qemuharness.ssh.CommandResult;
import io.bascule.qemuharness.ssh.SshKey;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A host in a virtual machine, and the server that its releases come from. Each verb is a sentence of the timeline. */
public final class Tower implements AutoCloseable {
    private static final ByteCount DISK_SIZE = ByteCount.ofGiB(2);
    private static final ByteCount SMALLEST_JVM = ByteCount.ofMiB(16);
    private static final Duration LINE_LIMIT = Duration.ofMinutes(6);
    private static final Duration UPDATE_LIMIT = Duration.ofMinutes(10);
    private static final String UPDATE_UNIT = "scenario-update";

    private final Stage stage;
    private final TowerOptions options;
    private final TruthfulDisk disk;
    private final SshKey key = SshKey.generate("scenario");
    private FileServer server;
    private @Nullable RunningHost host;
    private ConsoleMark mark = ConsoleMark.POWER_ON;

    private Tower(Stage stage, TowerOptions options, TruthfulDisk disk, FileServer server) {
        this.stage = stage;
        this.options = options;
        this.disk = disk;
        this.server = server;
    }

    static Tower install(Stage stage, TestRelease release, TowerOptions options) throws Exception {
        var disk = TruthfulDisk.create(
                stage.files(release).disk(),
                stage.scratch().resolve("host.raw"),
                DISK_SIZE,
                stage.evidence().resolve("disk.log"));
        return new Tower(stage, options, disk, FileServer.serve(stage.releases().folder()));
    }

    // What its owner does with the machine.

    public void isPoweredOn() throws Exception {
        step(Step.Kind.BOOT, "the host is powered on", () -> {
            var arguments = options.clock()
                    .map(clock ->
                            new String[] {"-rtc", "base=" + clock.toString().replace("Z", "")})
                    .orElseGet(() -> new String[0]);
            var config = VmConfig.of("host", stage.evidence())
                    .withDisk(disk.forMachine())
                    .withMemory(options.memory())
                    .withCredentials(Credentials.NONE.with("ssh.authorized_keys.root", key.publicLine() + "\n"))
                    .withWatchdog()
                    .withExtraArguments(arguments);
            mark = ConsoleMark.POWER_ON;
            disk.powerOn();
            host = RunningHost.start(config, key);
            return "";
        });
    }

    /**
     * From now on the power goes as soon as a moment has come.
     *
     * @param policy what becomes of the writes that were not flushed
     */
    public void willLosePowerWhen(Moment moment, CutPolicy policy) throws Exception {
        step(Step.Kind.FAULT, "its power will go when " + moment + ", and " + Words.of(policy), () -> {
            if (host == null) {
                // Its table has to be read, and after a cut it has no power yet.
                disk.powerOn();
            }
            disk.cutPowerWhen(moment.watcher(disk.table()), policy);
            return "";
        });
    }

    /** Waits until the power has gone at the moment that was named. */
    public void hasLostItsPower() throws Exception {
        step(Step.Kind.FAULT, "its power goes", () -> {
            var loss = disk.awaitCut(UPDATE_LIMIT);
            host().vm().kill();
            putAway();
            return loss.map(PowerLoss::toString)
                    .orElseThrow(() -> new ScenarioFailure("the moment at which the power was to go did not come"));
        });
    }

    /** From now on its disk has a fault. */
    public void hasOnItsDisk(Fault fault) throws Exception {
        step(Step.Kind.FAULT, "its disk " + Words.of(fault), () -> {
            disk.faults().inject(fault);
            return "";
        });
    }

    public void hasASoundDiskAgain() throws Exception {
        step(Step.Kind.FAULT, "its disk is sound again", () -> {
            disk.faults().heal();
            return "";
        });
    }

    public void isSwitchedOff() throws Exception {
        step(Step.Kind.BOOT, "the host is switched off by its power button", () -> {
            saveJournal();
            Stage.expect(host().powerOff(), "the host did not switch itself off");
            putAway();
            return "";
        });
    }

    /** Restarts into what the boot entries say, whatever comes of it. */
    public void reboots() throws Exception {
        step(Step.Kind.BOOT, "the host reboots", () -> {
            mark = host().reboot(1);
            return "";
        });
    }

    /** Since the last {@link #reboots} or {@link #isPoweredOn} its kernel starts that often, one after the other. */
    public void hasStarted(int times) throws Exception {
        step(Step.Kind.BOOT, "its kernel starts for the " + ordinal(times) + " time since then", () -> {
            host().awaitStarts(mark, times);
            return "";
        });
    }

    /** From now on all that its disk is told is recorded; the host is off. */
    public DiskRecording isRecorded() throws Exception {
        var recording = new DiskRecording(
                stage.scratch().resolve("base.raw"), stage.scratch().resolve("disk.trace"));
        step(Step.Kind.PREPARE, "from now on all that its disk is told is recorded", () -> {
            disk.beginRecording(recording);
            return "";
        });
        return recording;
    }

    public void isRecordedNoMore() throws Exception {
        disk.endRecording();
    }

    /** Puts a text among what its disk is told. */
    public void mark(String text) {
        disk.faults().mark(text);
    }

    // What the engine does.

    public void updatesTo(TestRelease release) throws Exception {
        updatesTo(release, "");
    }

    /** As {@link #updatesTo(TestRelease)}, and the release may be tried once only. */
    public void updatesWithOneTryTo(TestRelease release) throws Exception {
        updatesTo(release, " --tries 1");
    }

    public void updatesTo(TestRelease release, String options) throws Exception {
        var url = url(stage.files(release));
        step(Step.Kind.ENGINE, "it updates to " + release + options, () -> {
            var result = host().engineJson("update --from " + url + options);
            return "slot " + result.path("slot").asText() + ", "
                    + new ByteCount(result.path("payloadBytes").asLong());
        });
    }

    /** As {@link #updatesTo(TestRelease)}. {@return the most memory that the engine had, its resident set} */
    public ByteCount updatesAndIsMeasuredTo(TestRelease release, String options) throws Exception {
        var url = url(stage.files(release));
        var peak = new ByteCount[1];
        step(Step.Kind.ENGINE, "it updates to " + release + options + ", and its memory is watched", () -> {
            var watching = "update-engine update --from " + url + options + " >/run/said 2>&1 & engine=$!;"
                    + " while now=$(awk '/VmHWM/ {print $2}' /proc/$engine/status 2>/dev/null) && [ -n \"$now\" ];"
                    + " do peak=$now; sleep 0.2; done; wait $engine || { cat /run/said >&2; exit 1; }; echo $peak";
            var result = host().ssh().exec(watching, UPDATE_LIMIT);
            Stage.expect(result.exitStatus() == 0, "the update failed: " + said(result));
            peak[0] = new ByteCount(Long.parseLong(result.stdout().strip()) << 10);
            Stage.expect(peak[0].compareTo(SMALLEST_JVM) > 0, "what was watched had " + peak[0] + " and was not a JVM");
            return peak[0].toString();
        });
        return peak[0];
    }

    /** {@return what the engine takes of the disk; the host has a release in each slot} */
    public Footprint isMeasured() throws Exception {
        var found = new Footprint[1];
        step(Step.Kind.CHECK, "what the engine takes of its disk is measured", () -> {
            var numbers = host().run(
                            "sync; df --output=avail -B1 /efi | tail -n 1; du -sb /var/lib/bascule/engine | cut -f1;"
                                    + " ls /efi/EFI/Linux | wc -l")
                    .split("\\s+");
            found[0] = new Footprint(
                    new ByteCount(Long.parseLong(numbers[0])),
                    new ByteCount(Long.parseLong(numbers[1])),
                    Integer.parseInt(numbers[2]));
            return found[0].toString();
        });
        return found[0];
    }

    /** Starts an update and does not wait for it. */
    public void beginsToUpdateTo(TestRelease release) throws Exception {
        var url = url(stage.files(release));
        step(Step.Kind.ENGINE, "it begins to update to " + release, () -> {
            host().run("rm -f /run/bascule/progress.json; systemctl reset-failed " + UPDATE_UNIT + " 2>/dev/null; "
                    + "systemd-run --unit=" + UPDATE_UNIT + " update-engine update --from " + url);
            return "";
        });
    }

    /** Waits until an update that was begun is at a step, as {@code progress.json} tells it. */
    public void isAt(String engineStep) throws Exception {
        step(Step.Kind.ENGINE, "the engine is at: " + engineStep, () -> {
            var waiting = "for i in $(seq 500); do grep -q '\"step\":\"" + engineStep + "' /run/bascule/progress.json"
                    + " 2>/dev/null && exit 0; systemctl is-active -q " + UPDATE_UNIT
                    + " || exit 3; sleep 0.1; done; exit 4";
            var result = host().ssh().exec(waiting, LINE_LIMIT);
            Stage.expect(
                    result.exitStatus() == 0,
                    result.exitStatus() == 3
                            ? "the update had ended before it was seen at '" + engineStep + "'"
                            : "the update was not seen at '" + engineStep + "'");
            return host().run("cat /run/bascule/progress.json");
        });
    }

    public void engineIsKilled() throws Exception {
        step(Step.Kind.FAULT, "the engine is killed (SIGKILL)", () -> {
            host().run("systemctl kill --signal=KILL " + UPDATE_UNIT + "; while systemctl is-active -q " + UPDATE_UNIT
                    + "; do sleep 0.1; done");
            return host().run("systemctl show -P Result " + UPDATE_UNIT);
        });
    }

    /** Waits until an update that was begun has ended, with this exit status. */
    public void endsUpdateWith(int status) throws Exception {
        step(Step.Kind.ENGINE, "the update ends with exit status " + status, () -> {
            host().ssh().exec("while systemctl is-active -q " + UPDATE_UNIT + "; do sleep 0.2; done", UPDATE_LIMIT);
            var found = host().run("systemctl show -P ExecMainStatus " + UPDATE_UNIT);
            var said = host().run("journalctl --no-pager -o cat -n 4 -u " + UPDATE_UNIT);
            Stage.expect(found.equals(String.valueOf(status)), "it ended with " + found + " and said: " + said);
            return said;
        });
    }

    public void losesItsServer() throws Exception {
        step(Step.Kind.FAULT, "the server of the releases goes away", () -> {
            server.close();
            return "";
        });
    }

    public void hasItsServerBack() throws Exception {
        step(Step.Kind.FAULT, "the server is back", () -> {
            server = FileServer.serve(stage.releases().folder(), server.port());
            return "";
        });
    }

    public void rollsBack() throws Exception {
        step(Step.Kind.ENGINE, "it rolls back", () -> host().run("update-engine rollback"));
    }

    public void refuses(TestRelease release, String code) throws Exception {
        var url = url(stage.files(release));
        step(Step.Kind.CHECK, "it refuses " + release + " (" + code + ")", () -> {
            var result = host().engine("update --json --from " + url);
            var error = new ObjectMapper().readTree(result.stdout()).path("error");
            Stage.expect(
                    result.exitStatus() != 0 && error.path("code").asText().equals(code),
                    "the update ended with " + result.exitStatus() + " and said: " + said(result));
            return error.path("message").asText();
        });
    }

    // What is seen of it.

    /** The boot that is up now is that of {@code release}, all of it works, and it has been judged. */
    public void runs(TestRelease release) throws Exception {
        step(Step.Kind.BOOT, "it comes up with " + release, () -> {
            var version = checkedVersion();
            Stage.expect(version.equals(release.version()), "it runs " + version + " and not " + release.version());
            return "judged " + host().run("cut -d' ' -f1 /proc/uptime") + " s after its kernel started";
        });
    }

    /** Waits until everything is up and judged. {@return the version} */
    private String checkedVersion() throws Exception {
        var state = host().awaitRunning();
        Stage.expect(state.equals("running"), "the host is up, but " + state);
        // The judge comes after boot-complete.target, and is-system-running may be ahead of it.
        host().run("systemctl start bascule-judge.service");
        return host().run(". /usr/lib/os-release && echo $IMAGE_VERSION");
    }

    /** As {@link #runs}, with one of two. */
    public void runsOneOf(TestRelease one, TestRelease other) throws Exception {
        step(Step.Kind.BOOT, "it comes up with " + one + " or " + other, () -> {
            var version = checkedVersion();
            Stage.expect(
                    version.equals(one.version()) || version.equals(other.version()),
                    "it runs " + version + " and neither " + one.version() + " nor " + other.version());
            return version;
        });
    }

    /** Takes {@code release} and starts it, if the host does not run it yet. */
    public void updatesUnlessItRuns(TestRelease release) throws Exception {
        if (!host().run(". /usr/lib/os-release && echo $IMAGE_VERSION").equals(release.version())) {
            updatesTo(release);
            reboots();
        }
    }

    /** {@return where the data of slot B are on the disk} */
    public ByteRange slotB() throws IOException {
        var entry = disk.table().entries().values().stream()
                .filter(partition -> partition.name().equals("USR-B"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the disk has no slot B yet"));
        var first = entry.first().byteOffset(SectorSize.B512);
        return ByteRange.of(first, (entry.last().value() + 1) * SectorSize.B512.bytes() - first);
    }

    public void waits(Duration time) throws Exception {
        step(Step.Kind.FAULT, time.toSeconds() + " seconds go by", () -> {
            Thread.sleep(time);
            return "";
        });
    }

    public void hasEntries(String... names) throws Exception {
        step(Step.Kind.CHECK, "its boot entries are " + String.join(", ", names), () -> {
            var found = host().bootEntries();
            Stage.expect(found.equals(List.of(names)), "its boot entries are " + String.join(", ", found));
            return "";
        });
    }

    /** Exactly these versions are known to be bad. */
    public void knowsAsBad(String... versions) throws Exception {
        var text =
                versions.length == 0 ? "it knows no release as bad" : "it knows as bad: " + String.join(", ", versions);
        step(Step.Kind.CHECK, text, () -> {
            var found = texts(host().engineJson("known-bad"), "version");
            Stage.expect(found.equals(List.of(versions)), "known as bad are: " + found);
            return "";
        });
    }

    /** Its history holds these events in this order, others between them. */
    public void remembers(String... events) throws Exception {
        step(Step.Kind.CHECK, "its history tells: " + String.join(", ", events), () -> {
            var found = texts(host().engineJson("history"), "event");
            var next = 0;
            for (var event : found) {
                next += next < events.length && event.equals(events[next]) ? 1 : 0;
            }
            Stage.expect(next == events.length, "its history is " + String.join(", ", found));
            return String.join(", ", found);
        });
    }

    /** Since the last reboot or power-on, the console says this; waits for it. */
    public void says(String text) throws Exception {
        step(
                Step.Kind.CHECK,
                "its console says: " + text,
                () -> host().vm()
                        .awaitLine(Pattern.compile(Pattern.quote(text)), mark, LINE_LIMIT)
                        .text()
                        .strip());
    }

    /** Something that is done on the host by a shell command, which has to succeed. */
    public void does(Step.Kind kind, String sentence, String command) throws Exception {
        step(kind, sentence, () -> host().run(command));
    }

    private void step(Step.Kind kind, String text, Timeline.Action action) throws Exception {
        stage.timeline().step(kind, text, action);
    }

    private RunningHost host() throws ScenarioFailure {
        if (host == null) {
            throw new ScenarioFailure("the scenario speaks to a host that is switched off");
        }
        return host;
    }

    private String url(ReleaseFiles release) {
        return server.urlForGuests(
                stage.releases().folder().relativize(release.folder()).toString());
    }

    private static String said(CommandResult result) {
        return (result.stdout() + result.stderr()).strip();
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(entry -> entry.path(field).asText())
                .toList();
    }

    private static String ordinal(int number) {
        return switch (number) {
            case 1 -> "first";
            case 2 -> "second";
            case 3 -> "third";
            default -> number + "th";
        };
    }

    /** What systemd kept of all boots; only of a host that answers. */
    private void saveJournal() throws IOException {
        var journal = Optional.ofNullable(host).flatMap(RunningHost::journal);
        if (journal.isPresent()) {
            Files.writeString(stage.evidence().resolve("journal.txt"), journal.get());
        }
    }

    private void putAway() throws IOException {
        var open = host;
        host = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try (disk) {
            saveJournal();
            putAway();
        }
    }
}
