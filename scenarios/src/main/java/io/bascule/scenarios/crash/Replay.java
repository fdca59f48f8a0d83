package io.bascule.scenarios.crash;

import io.bascule.qemuharness.nbd.DiskDevice;
import io.bascule.qemuharness.trace.DiskEvent;
import io.bascule.qemuharness.trace.TraceReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Tells a disk what another one was told, as a recording has it. */
public final class Replay {
    private Replay() {}

    /**
     * Writes, zeros and flushes as they came; marks are left out.
     *
     * @param trace a file for {@link TraceReader}
     * @param disk at least as large as the one that was recorded
     */
    public static void replay(Path trace, DiskDevice disk) throws IOException {
        try (var reader = TraceReader.open(trace)) {
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                switch (next.get()) {
                    case DiskEvent.Write write ->
                        disk.write(write.position(), ByteBuffer.wrap(write.data()), write.durable());
                    case DiskEvent.Zeros zeros -> disk.zero(zeros.position(), zeros.length(), zeros.durable());
                    case DiskEvent.Flush unused -> disk.flush();
                    case DiskEvent.Mark unused -> {
                        // What somebody said about the disk changes nothing of it.
                    }
                }
            }
        }
    }
}
