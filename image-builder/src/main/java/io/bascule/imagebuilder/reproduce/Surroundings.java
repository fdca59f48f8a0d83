package io.bascule.imagebuilder.reproduce;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;

/**
 * What a second build has otherwise than the first, and must not show in it.
 *
 * @param timeZone name of the IANA time zone
 * @param locale with another alphabet, other numbers and, as Turkish does, another idea of upper case
 * @param cores how many the Java runtime believes in, and how many threads compress
 * @param clock how the wall clock is another one; absent if nothing here can do that
 * @param folder that everything of the second build lies in, in parts of it: see {@link #workingFolder}
 */
public record Surroundings(String timeZone, Locale locale, int cores, Optional<Clock> clock, Path folder) {
    private static final List<String> TIME_ZONES = List.of("Pacific/Kiritimati", "Pacific/Marquesas");
    private static final List<Locale> LOCALES = List.of(Locale.of("tr", "TR"), Locale.of("fa", "IR"));
    private static final int CORES_INSTEAD_OF_ONE = 3;

    /** 077 hides files from all but their owner; who builds so already gets the usual one. */
    private static final String OTHER_UMASK = "case $(umask) in *077) umask 022;; *) umask 077;; esac; exec \"$@\"";

    /**
     * Another wall clock, by libfaketime.
     *
     * @param library {@code libfaketimeMT.so.1}, which every program of the second build is started with
     * @param shift how far ahead it is of the real one; negative for behind
     */
    public record Clock(Path library, Duration shift) {}

    /**
     * {@return surroundings that differ from those of this process in everything}
     *
     * @param cores how many the first build uses
     */
    public static Surroundings unlikeThese(int cores, Optional<Clock> clock, Path folder) {
        var zone = TIME_ZONES.stream()
                .filter(name -> !ZoneId.systemDefault().equals(ZoneId.of(name)))
                .findFirst();
        var locale = LOCALES.stream()
                .filter(other -> !other.getLanguage().equals(Locale.getDefault().getLanguage()))
                .findFirst();
        return new Surroundings(
                zone.orElseThrow(),
                locale.orElseThrow(),
                cores == 1 ? CORES_INSTEAD_OF_ONE : cores / 2,
                clock,
                folder.toAbsolutePath());
    }

    public Path workingFolder() {
        return folder.resolve("work");
    }

    public Path outputFolder() {
        return folder.resolve("out");
    }

    public Path cacheFolder() {
        return folder.resolve("cache");
    }

    /** {@return for the JDK's temporary files} */
    public Path temporaryFolder() {
        return folder.resolve("tmp");
    }

    /**
     * {@return a process that runs {@code main} with this Java and this class path; the folders must be there}
     *
     * @param arguments for {@code main}; paths among them must be absolute
     */
    public ProcessBuilder process(String main, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                "sh",
                "-c",
                OTHER_UMASK,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=" + locale.getLanguage(),
                "-Duser.country=" + locale.getCountry(),
                "-Djava.io.tmpdir=" + temporaryFolder(),
                "-XX:ActiveProcessorCount=" + cores,
                "-Xmx" + Runtime.getRuntime().maxMemory(),
                // Names of files are what they are, whatever locale.
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                main));
        command.addAll(arguments);
        var process = new ProcessBuilder(command).directory(workingFolder().toFile());
        var environment = process.environment();
        environment.put("TZ", timeZone);
        environment.put("LANG", language());
        environment.put("LC_ALL", language());
        clock.ifPresent(other -> {
            environment.put("LD_PRELOAD", other.library().toString());
            environment.put(
                    "FAKETIME", String.format(Locale.ROOT, "%+ds", other.shift().toSeconds()));
            // The monotonic clock is shifted, too: where it is not, Java's timed waits end at once and spin.
            environment.put("NO_FAKE_STAT", "1");
        });
        return process;
    }

    private String language() {
        return locale.getLanguage() + "_" + locale.getCountry() + ".UTF-8";
    }

    /** The class path with paths that hold in another folder. */
    private static String classPath() {
        var separator = System.getProperty("path.separator");
        var paths = new ArrayList<String>();
        for (var part : System.getProperty("java.class.path").split(separator)) {
            paths.add(Path.of(part).toAbsolutePath().toString());
        }
        return String.join(separator, paths);
    }

    /** {@return what is different, in words} */
    public List<String> varied() {
        var varied = new ArrayList<>(List.of(
                "time zone " + timeZone + " (here " + TimeZone.getDefault().getID() + ")",
                "locale " + locale + " (here " + Locale.getDefault() + ")",
                "umask",
                "cores: " + cores,
                "folders: working, output, cache, temporary"));
        clock.ifPresent(other -> varied.add("clock " + other.shift().abs().toHours() + " hours "
                + (other.shift().isNegative() ? "behind" : "ahead")));
        return List.copyOf(varied);
    }
}
