package io.bascule.updateengine.command;

import io.bascule.partitionlayout.ByteCount;
import io.bascule.updateengine.host.EngineLog;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Says on standard error what is done: to the terminal of an admin, or to the journal. Alarms and events also go to the
 * kernel's log, so that they are on the console and stand between the kernel's own lines; how far an update is goes to a
 * file, at most once a second, that other programs may read.
 */
final class ConsoleLog implements EngineLog {
    private static final Path KERNEL_LOG = Path.of("/dev/kmsg");
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(1);

    // Levels of syslog(3).
    private static final int CRITICAL = 2;
    private static final int NOTICE = 5;

    private final Path progressFile;
    private final boolean terminal =
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    private final long start = System.nanoTime();
    private long checkpointed = start - BETWEEN_CHECKPOINTS.toNanos();
    private int lastTenth;
    private String step = "";

    ConsoleLog(Path runtime) {
        this.progressFile = runtime.resolve("progress.json");
    }

    @Override
    public void event(String line) {
        say(line);
        tellKernel(NOTICE, line);
    }

    @Override
    public void alarm(String line) {
        say(line);
        tellKernel(CRITICAL, line);
    }

    @Override
    public void step(String what) {
        step = what;
        lastTenth = 0;
        say(what);
    }

    @Override
    public void progress(long done, long total) {
        var now = System.nanoTime();
        if (done < total && now - checkpointed < BETWEEN_CHECKPOINTS.toNanos()) {
            return;
        }
        checkpointed = now;
        checkpoint(done, total);
        var tenth = (int) (total == 0 ? 10 : done * 10 / total);
        var line =
                String.format(Locale.ROOT, "  %3d %%  %s of %s", tenth * 10, new ByteCount(done), new ByteCount(total));
        if (terminal) {
            System.err.print("\r\033[K" + line + (done >= total ? "\n" : ""));
            System.err.flush();
        } else if (tenth > lastTenth) {
            say(line);
        }
        lastTenth = tenth;
    }

    private void checkpoint(long done, long total) {
        var document = Documents.object().put("step", step).put("done", done).put("total", total);
        try {
            var fresh = progressFile.resolveSibling("progress.json.new");
            Files.writeString(fresh, document + "\n");
            Files.move(fresh, progressFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // No update should fail for want of a file that only shows how far it is.
        }
    }

    private void say(String line) {
        System.err.println(String.format(Locale.ROOT, "[%6.1f s] %s", (System.nanoTime() - start) / 1e9, line));
    }

    private static void tellKernel(int level, String line) {
        try {
            Files.writeString(KERNEL_LOG, "<" + level + ">bascule: " + line + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            // It is a second place for the same words.
        }
    }
}
