package io.bascule.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page that says which test proves what, docs/trust.md: a proof that is gone is worse than none. */
class TrustPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");
    private static final int LEAST = 60;

    /** {@return the text of each test class, of several of one name all} */
    private static Map<String, String> tests() throws IOException {
        var tests = new HashMap<String, String>();
        try (var modules = Files.list(ROOT)) {
            for (var module : modules.map(
                            folder -> folder.resolve("src").resolve("test").resolve("java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (var files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith("Test.java"))
                            .forEach(file -> tests.merge(
                                    String.valueOf(file.getFileName()).replace(".java", ""),
                                    text(file),
                                    String::concat));
                }
            }
        }
        return tests;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyTestOnThePageExists() throws IOException {
        var tests = tests();
        var missing = new TreeSet<String>();
        var seen = new TreeSet<String>();
        var names = NAME.matcher(Files.readString(ROOT.resolve("docs").resolve("trust.md")));
        while (names.find()) {
            var text = tests.get(names.group(1));
            var method = names.group(2);
            if (text == null || (method != null && !text.contains("void " + method + "("))) {
                missing.add(names.group());
            }
            seen.add(names.group());
        }
        assertThat(missing).isEmpty();
        assertThat(seen).hasSizeGreaterThan(LEAST);
    }
}
