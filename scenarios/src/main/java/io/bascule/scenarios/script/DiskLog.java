package io.bascule.scenarios.script;

import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.DiskEvents;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a disk was told, for people: a line an event, without the data. Positions and lengths are in bytes. */
final class DiskLog implements DiskEvents, Closeable {
    private static final double SECOND = 1e9;

    private final BufferedWriter out;
    private boolean broken;

    DiskLog(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    @Override
    public void accept(DiskEvent event) {
        if (broken) {
            return;
        }
        try {
            out.write(String.format(Locale.ROOT, "%10.6f %s%n", event.at().toNanos() / SECOND, describe(event)));
        } catch (IOException e) {
            // A log that is cut short must not cost the scenario its disk; close tells.
            broken = true;
        }
    }

    private static String describe(DiskEvent event) {
        return switch (event) {
            case DiskEvent.Write write ->
                "write " + write.position() + "+" + write.data().length + (write.durable() ? " durable" : "");
            case DiskEvent.Zeros zeros ->
                "zeros " + zeros.position() + "+" + zeros.length().bytes() + (zeros.durable() ? " durable" : "");
            case DiskEvent.Flush unused -> "flush";
            case DiskEvent.Mark mark -> "-- " + mark.text();
        };
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (broken) {
            throw new IOException("the log of the disk could not be written to its end");
        }
    }
}
