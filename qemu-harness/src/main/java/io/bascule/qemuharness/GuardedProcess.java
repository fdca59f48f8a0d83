package io.bascule.qemuharness;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that ends when this JVM does, by any cause: a shell script ({@code guard.sh}) holds one end of a pipe and
 * kills the process when our end closes, which the kernel sees to even if we are killed.
 */
final class GuardedProcess {
    private static final String SCRIPT = readScript();
    private static final String STANDARD_INPUT = "-";

    private final Process guard;
    private final Closeable lifeline;

    private GuardedProcess(Process guard, Closeable lifeline) {
        this.guard = guard;
        this.lifeline = lifeline;
    }

    /**
     * Starts a process without input.
     *
     * @param scratch a directory that is removed with all it holds when the process ends
     * @param output the file for its standard output and error
     */
    static GuardedProcess start(List<String> command, Path scratch, Path output) throws IOException {
        var guard = new ProcessBuilder(guarded(command, scratch, STANDARD_INPUT))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new GuardedProcess(guard, guard.getOutputStream());
    }

    /** Starts a process on this JVM's terminal; the guard puts the terminal's settings back when it ends. */
    static GuardedProcess startOnTerminal(List<String> command, Path scratch) throws IOException, InterruptedException {
        var fifo = scratch.resolve("lifeline");
        var made = new ProcessBuilder("mkfifo", "-m", "600", fifo.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (made != 0) {
            throw new IOException("mkfifo " + fifo + " failed with status " + made);
        }
        // For reading too, although nobody reads here: to open a FIFO for writing alone waits for a reader.
        var lifeline = new RandomAccessFile(fifo.toFile(), "rw");
        try {
            return new GuardedProcess(
                    new ProcessBuilder(guarded(command, scratch, fifo.toString()))
                            .inheritIO()
                            .start(),
                    lifeline);
        } catch (IOException e) {
            lifeline.close();
            throw e;
        }
    }

    boolean isAlive() {
        return guard.isAlive();
    }

    /** {@return the process's exit status, or 128 + the number of the signal that ended it} */
    int waitFor() throws InterruptedException {
        return guard.waitFor();
    }

    /** {@return whether the process has ended within the limit} */
    boolean waitFor(Duration limit) throws InterruptedException {
        return guard.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** {@return the exit status of a process that has ended} */
    int exitStatus() {
        return guard.exitValue();
    }

    /** Ends the process with SIGKILL. Does nothing if it has ended. */
    void kill() {
        try {
            lifeline.close();
        } catch (IOException e) {
            // Nothing is ever written, so there is nothing that closing could fail to write.
            throw new IllegalStateException("the lifeline of a process does not close", e);
        }
    }

    private static List<String> guarded(List<String> command, Path scratch, String lifeline) {
        var all = new ArrayList<>(List.of("sh", "-c", SCRIPT, "guard", scratch.toString(), lifeline));
        all.addAll(command);
        return all;
    }

    private static String readScript() {
        try (var resource = GuardedProcess.class.getResourceAsStream("guard.sh")) {
            if (resource == null) {
                throw new IllegalStateException("guard.sh is missing from the jar");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("guard.sh cannot be read", e);
        }
    }
}
