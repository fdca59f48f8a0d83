package io.bascule.scenarios.crash;

import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MemoryBlockDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.scenarios.bootpath.BootOutcome;
import io.bascule.scenarios.bootpath.BootPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the engine told a disk to do, and what it remembered meanwhile.
 *
 * @param base the disk before
 * @param events what it was told
 * @param states for each event the files of the engine's state folder right after it
 * @param running the release that runs meanwhile
 * @param before the release that comes up if nothing of it happens
 * @param after the release that comes up when all of it has happened
 */
record Recording(
        Scenario scenario,
        int filler,
        BlockDevice base,
        List<DiskEvent> events,
        List<Map<String, byte[]>> states,
        Map<String, byte[]> stateBefore,
        String running,
        String before,
        String after,
        BootPath path) {

    /** Plays a scenario on a new host, with the real engine. */
    static Recording of(Scenario scenario, int filler, VfatEsp.Syncing syncing, Path scratch) throws IOException {
        var path = CrashHost.bootPath(
                Stream.of("0.9.0", Scenario.FIRST, Releases.DELTA_FROM, Releases.DELTA, "1.2.0", Scenario.NEXT));
        var image = CrashHost.install(Releases.of(Scenario.FIRST), filler);
        var folder = Files.createDirectories(scratch.resolve(scenario.text() + "-" + filler + "-" + syncing));
        var active = new boolean[1];
        var recorder = new Recorder(folder.resolve("state"));
        var device = new RecordingDevice(image, event -> {
            if (active[0]) {
                recorder.accept(event);
            }
        });
        var host = new CrashHost(device, folder, path, device::mark);
        host.bootToTheEnd();
        host.engine().judge();
        scenario.prepare(host, scratch);
        var base = copy(image);
        var stateBefore = files(host.stateFolder());
        var running = host.running();
        active[0] = true;
        host.setSyncing(syncing);
        scenario.run(host, scratch);
        device.mark("end");
        var healthy = scenario.broken();
        return new Recording(
                scenario,
                filler,
                base,
                List.copyOf(recorder.events),
                List.copyOf(recorder.states),
                stateBefore,
                running,
                version(path.endsIn(
                        new CrashDisk(base), v -> healthy.filter(v::equals).isEmpty())),
                version(path.endsIn(
                        new CrashDisk(image), v -> healthy.filter(v::equals).isEmpty())),
                path);
    }

    private static String version(BootOutcome outcome) {
        return outcome instanceof BootOutcome.Boots boots ? boots.version() : outcome.toString();
    }

    private static final class Recorder {
        private final Path stateFolder;
        private final List<DiskEvent> events = new ArrayList<>();
        private final List<Map<String, byte[]>> states = new ArrayList<>();

        Recorder(Path stateFolder) {
            this.stateFolder = stateFolder;
        }

        void accept(DiskEvent event) {
            var state = files(stateFolder);
            if (!states.isEmpty() && same(states.getLast(), state)) {
                state = states.getLast();
            }
            events.add(event);
            states.add(state);
        }

        private static boolean same(Map<String, byte[]> left, Map<String, byte[]> right) {
            return left.keySet().equals(right.keySet())
                    && left.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), right.get(e.getKey())));
        }
    }

    private static Map<String, byte[]> files(Path folder) {
        var files = new HashMap<String, byte[]>();
        if (Files.isDirectory(folder)) {
            try (var names = Files.newDirectoryStream(folder, Files::isRegularFile)) {
                for (var file : names) {
                    files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static BlockDevice copy(MemoryBlockDevice image) throws IOException {
        var bytes = new byte[(int) image.size().bytes()];
        image.read(0, ByteBuffer.wrap(bytes));
        return new MemoryBlockDevice(bytes);
    }

    /** {@return the engine's files at the moment before event {@code index}} */
    Map<String, byte[]> stateBefore(int index) {
        return index == 0 ? stateBefore : states.get(index - 1);
    }

    /** {@return the engine's files at the moment of event {@code index}, or the last ones} */
    Map<String, byte[]> stateAt(int index) {
        return states.isEmpty() ? stateBefore : states.get(Math.min(index, states.size() - 1));
    }

    /** {@return whether at event {@code index} a name is being changed on the ESP} */
    boolean renamingAt(int index) {
        for (var i = Math.min(index, events.size() - 1); i >= 0; i--) {
            if (events.get(i) instanceof DiskEvent.Mark mark) {
                if (mark.text().startsWith("renamed ")) {
                    return i == index;
                }
                if (mark.text().startsWith("rename ")) {
                    return true;
                }
            }
        }
        return scenario == Scenario.COUNTING;
    }

    /**
     * {@return which releases may come up when the power is cut before event {@code index} and while no name changes} What
     * waited for its reboot may no more, from when its entry is deleted.
     */
    Set<String> allowedAt(int index) {
        var deletes = first("delete ");
        if (index > committed()) {
            return Set.of(after);
        }
        if (index <= deletes) {
            return index <= deletes - 1 || deletes == events.size() ? Set.of(before) : Set.of(before, running);
        }
        return before.equals(running) ? Set.of(running) : Set.of(before, running);
    }

    private int first(String text) {
        for (var i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof DiskEvent.Mark mark && mark.text().startsWith(text)) {
                return i;
            }
        }
        return events.size();
    }

    /** {@return the event with which a name begins to change whose change commits, or the number of events} */
    private int committed() {
        var begins = 0;
        for (var i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof DiskEvent.Mark mark) {
                if (mark.text().startsWith("rename ")) {
                    begins = i;
                } else if (mark.text().contains("(commits:")) {
                    return begins;
                }
            }
        }
        return events.size();
    }

    /** {@return whether a release is on trial in the end, which the running one stands by for} */
    boolean trial() {
        return scenario.trial();
    }
}
