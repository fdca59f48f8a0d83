package io.bascule.qemuharness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;

/** A QEMU that runs unattended, and what can be told of it without its cooperation. */
record VmProcess(String name, VmDirectory directory, GuardedProcess process, Console console) {
    private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    /** Connects to the new QEMU's machine protocol. */
    Qmp connect() throws IOException, InterruptedException {
        var deadline = Deadline.in(QMP_LIMIT);
        while (true) {
            try {
                return Qmp.connect(directory.qmpSocket());
            } catch (IOException e) {
                // Before QEMU listens there is no socket, or one that refuses.
                if (!process.isAlive()) {
                    throw exited("its machine protocol was up");
                }
                if (deadline.hasPassed()) {
                    throw timedOut("QEMU's machine protocol (" + e.getMessage() + ")", QMP_LIMIT);
                }
            }
            Thread.sleep(POLL);
        }
    }

    ConsoleLine awaitLine(Pattern pattern, ConsoleMark from, Duration limit) throws IOException, InterruptedException {
        var wanted = "a console line with /" + pattern + "/";
        return switch (console.await(pattern, from, limit)) {
            case Console.Outcome.Found found -> found.line();
            case Console.Outcome.TimedOut timedOut -> throw timedOut(wanted, limit);
            case Console.Outcome.WriterEnded ended -> throw exited(wanted + " came");
        };
    }

    int awaitExit(Duration limit) throws VmTimeoutException, InterruptedException {
        if (!process.waitFor(limit)) {
            throw timedOut("the end of QEMU", limit);
        }
        return process.exitStatus();
    }

    /** Ends QEMU if it has not ended yet, and removes what only a running one needs. */
    void kill() throws IOException, InterruptedException {
        process.kill();
        if (!process.waitFor(KILL_LIMIT)) {
            throw timedOut("the end of QEMU after SIGKILL", KILL_LIMIT);
        }
        // The guard has done so, unless it was killed itself.
        Trees.delete(directory.scratch());
    }

    VmEvidence evidence() {
        try {
            var output = Files.readAllBytes(directory.qemuOutput());
            return new VmEvidence(
                    name,
                    console.lastLines(VmEvidence.LAST_LINES),
                    console.log(),
                    new String(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VmTimeoutException timedOut(String waitedFor, Duration limit) {
        return new VmTimeoutException(waitedFor, limit, evidence());
    }

    /** {@return the failure of a wait whose QEMU has ended} */
    VmExitedException exited(String waitedFor) {
        return new VmExitedException(waitedFor, process.exitStatus(), evidence());
    }
}
