package io.bascule.qemuharness.trace;

import io.bascule.partitionlayout.ByteCount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Traces in memory. */
final class Traces {
    static final ByteCount DISK = new ByteCount(64 << 10);

    private Traces() {}

    static byte[] written(DiskEvent... events) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new TraceWriter(bytes, DISK)) {
            for (var event : events) {
                writer.accept(event);
            }
        }
        return bytes.toByteArray();
    }

    /** Adds what comes before the end, or before what is wrong, to {@code events}. */
    static void read(byte[] trace, List<DiskEvent> events) throws IOException {
        try (var reader = TraceReader.of(new ByteArrayInputStream(trace))) {
            reader.forEach(events::add);
        }
    }

    static List<DiskEvent> read(byte[] trace) throws IOException {
        var events = new ArrayList<DiskEvent>();
        read(trace, events);
        return events;
    }
}
