package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.BuildException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running mmdebstrap. It ends with whoever started it, and is given the time to clear up after itself. */
final class Installation implements Closeable {
    private static final int MAX_MESSAGES = 10_000;
    private static final long CLEAR_UP_SECONDS = 20;

    private final Process process;
    private final List<String> messages = new ArrayList<>();
    private final Thread reader;
    private final Thread end = new Thread(this::stop, "stop mmdebstrap");

    private Installation(Process process, Mmdebstrap.Listener listener) {
        this.process = process;
        this.reader = Thread.ofPlatform()
                .daemon()
                .name("mmdebstrap messages")
                .start(() -> read(process.getErrorStream(), listener));
        Runtime.getRuntime().addShutdownHook(end);
    }

    static Installation start(ProcessBuilder builder, Mmdebstrap.Listener listener) throws BuildException, IOException {
        try {
            var process = builder.start();
            process.getOutputStream().close();
            return new Installation(process, listener);
        } catch (IOException e) {
            throw new BuildException(
                    BuildException.Kind.MISSING_TOOL,
                    builder.command().getFirst() + " cannot be run: " + e.getMessage(),
                    "run ./bascule doctor --install",
                    e);
        }
    }

    /** {@return the tar stream} */
    InputStream output() {
        return process.getInputStream();
    }

    /** Waits for the end. @return the exit status */
    int awaitEnd() throws InterruptedException {
        var status = process.waitFor();
        reader.join();
        return status;
    }

    /** {@return all lines that mmdebstrap has said so far} */
    List<String> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // The shutdown has begun, and the hook does what is left.
        }
        stop();
    }

    private void stop() {
        if (!process.isAlive()) {
            return;
        }
        var children = process.descendants().toList();
        process.destroy();
        try {
            if (process.waitFor(CLEAR_UP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void read(InputStream from, Mmdebstrap.Listener listener) {
        try (var lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (messages) {
                    if (messages.size() < MAX_MESSAGES) {
                        messages.add(line);
                    }
                }
                if (line.startsWith("I: ")) {
                    listener.step(line.substring(3));
                }
            }
        } catch (IOException e) {
            // It is over: what was said before still counts.
        }
    }
}
