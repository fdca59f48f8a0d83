package io.bascule.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Jazzer, which makes inputs guided by the code that they reach, in a process of its own: it instruments classes, takes
 * its time, and can only be run once in a process. It is on the class path in {@code -Plong} alone.
 */
final class JazzerRun {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    private static final String INSTRUMENTED = "io.bascule.**:org.apache.commons.compress.**:org.tukaani.xz.**"
            + ":org.snakeyaml.**:com.fasterxml.jackson.core.**";

    /** It takes for a defect that a file's name is built from the input, which a board's keys are for. */
    private static final String DISABLED = "com.code_intelligence.jazzer.sanitizers.FilePathTraversal";

    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s*([0-9]+)");
    private static final int LONGEST_TOKEN = 64;
    private static final int MOST_DEFECTS = 20;
    private static final Duration START_AND_END = Duration.ofMinutes(3);

    private final FuzzTarget target;
    private final FuzzCorpus corpus;
    private final Path folder;
    private final Path failures;

    JazzerRun(FuzzTarget target, FuzzCorpus corpus) {
        this.target = target;
        this.corpus = corpus;
        this.folder = Path.of("target", "fuzz", target.name()).toAbsolutePath();
        this.failures = FuzzRun.FAILURES.resolve(target.name()).toAbsolutePath();
    }

    static boolean available() {
        try {
            Class.forName(MAIN, false, JazzerRun.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Runs for that long. Returns how often the parser was called; {@link #defects} has what was found. */
    long run(Duration budget) throws IOException, InterruptedException {
        deleteFiles(failures);
        Files.createDirectories(failures);
        var seeds = Files.createDirectories(folder.resolve("seeds"));
        deleteFiles(seeds);
        write(corpus.seeds(), seeds);
        write(corpus.files(), seeds);
        var kept = Files.createDirectories(folder.resolve("corpus"));
        var log = folder.resolve("jazzer.log");
        var process = new ProcessBuilder(command(budget, kept, seeds))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(budget.plus(START_AND_END).toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("Jazzer does not end; " + log + " says what it does");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        // It is said again at each defect.
        return EXECUTIONS
                .matcher(Files.readString(log, StandardCharsets.ISO_8859_1))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElseThrow(() -> new IOException("Jazzer did not run: see " + log));
    }

    /** {@return how many inputs were kept for the code that they reach, in this run and earlier ones} */
    int found() throws IOException {
        try (var files = Files.list(folder.resolve("corpus"))) {
            return (int) files.count();
        }
    }

    /** {@return the different defects of the run, each tried again here} */
    Map<String, String> defects() throws IOException {
        var defects = new TreeMap<String, String>();
        var trial = new FuzzTrial(target);
        try (var files = Files.list(failures)) {
            for (var file : files.toList()) {
                try {
                    trial.run(Files.readAllBytes(file));
                    defects.put(
                            file.toString(), target.name() + ": only in Jazzer's process, with the input in " + file);
                } catch (FuzzDefect defect) {
                    defects.putIfAbsent(defect.place(), FuzzRun.describe(target, defect, "found by Jazzer"));
                }
            }
        }
        return defects;
    }

    private List<String> command(Duration budget, Path kept, Path seeds) throws IOException {
        var largest =
                corpus.all().stream().mapToInt(input -> input.length).max().orElse(0);
        // Surefire's own class path is a jar that names the others.
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + JazzerTarget.PROPERTY + "=" + target.getClass().getName(),
                "-cp",
                classPath,
                MAIN,
                "--target_class=" + JazzerTarget.class.getName(),
                "--instrumentation_includes=" + INSTRUMENTED,
                "--disabled_hooks=" + DISABLED,
                "--keep_going=" + MOST_DEFECTS,
                "--reproducer_path=" + folder,
                "-max_total_time=" + budget.toSeconds(),
                "-max_len=" + Math.max(4096, 2 * largest),
                "-timeout=60",
                "-rss_limit_mb=0",
                "-print_final_stats=1",
                "-artifact_prefix=" + failures + "/",
                kept.toString(),
                seeds.toString()));
        if (!target.dictionary().tokens().isEmpty()) {
            command.add("-dict=" + dictionary());
        }
        return command;
    }

    /** In the form that libFuzzer reads: a quoted token a line. */
    private Path dictionary() throws IOException {
        var lines = new ArrayList<String>();
        for (var token : target.dictionary().tokens()) {
            if (token.length > 0 && token.length <= LONGEST_TOKEN) {
                var line = new StringBuilder("\"");
                for (var value : token) {
                    line.append(String.format(Locale.ROOT, "\\x%02X", value));
                }
                lines.add(line.append('"').toString());
            }
        }
        return Files.write(folder.resolve("dictionary"), lines);
    }

    private static void write(Map<String, byte[]> inputs, Path to) throws IOException {
        for (var input : inputs.entrySet()) {
            Files.write(to.resolve(input.getKey()), input.getValue());
        }
    }

    private static void deleteFiles(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
