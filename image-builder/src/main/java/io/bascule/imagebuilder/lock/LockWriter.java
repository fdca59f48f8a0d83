package io.bascule.imagebuilder.lock;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes {@code lock.yaml}: the same lock is always the same text, a package a line, so that differences read well. */
public final class LockWriter {
    private static final String HEADER = """
            # What this board is built from, to the byte: `bascule build --locked` takes exactly this.
            # Written by `bascule lock`, and best changed by it only. docs/formats/lock.md describes every key.
            """;

    /** What no reader of YAML takes for a number, a truth or syntax. */
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_/+-]*[a-z_+/-][a-z0-9_/+-]*");

    private static final Pattern WORD_OF_YAML = Pattern.compile("true|false|null|yes|no|on|off");

    private LockWriter() {}

    /** {@return the text of {@code lock.yaml}} */
    public static String write(Lock lock) {
        var text = new StringBuilder(HEADER);
        text.append("format: ").append(Lock.FORMAT).append('\n');
        text.append("board: ").append(scalar(lock.board())).append('\n');
        text.append("runtime: {java: ")
                .append(scalar(lock.runtime().java()))
                .append(", sha256: ")
                .append(quoted(lock.runtime().sha256().toString()))
                .append("}\n");
        lock.keyring()
                .ifPresent(digest -> text.append("keyring: ")
                        .append(quoted(digest.toString()))
                        .append('\n'));
        writeSources(lock, text);
        if (!lock.previous().isEmpty()) {
            text.append("previous:\n");
            for (var image : lock.previous()) {
                text.append("  - {name: ")
                        .append(scalar(image.name()))
                        .append(", sha256: ")
                        .append(quoted(image.sha256().toString()))
                        .append("}\n");
            }
        }
        writeIds("users", lock.users(), text);
        writeIds("groups", lock.groups(), text);
        lock.suite().ifPresent(suite -> writePackages(suite, lock, text));
        return text.toString();
    }

    private static void writeSources(Lock lock, StringBuilder text) {
        text.append("sources:\n");
        for (var source : lock.sources()) {
            text.append("  - {source: ").append(scalar(source.name()));
            source.sha256().ifPresent(digest -> text.append(", sha256: ").append(quoted(digest.toString())));
            text.append("}\n");
        }
    }

    private static void writeIds(String key, Map<String, Long> ids, StringBuilder text) {
        if (ids.isEmpty()) {
            text.append(key).append(": {}\n");
            return;
        }
        text.append(key).append(":\n");
        ids.forEach((name, id) ->
                text.append("  ").append(scalar(name)).append(": ").append(id).append('\n'));
    }

    private static void writePackages(String suite, Lock lock, StringBuilder text) {
        text.append("debian:\n  suite: ").append(scalar(suite)).append("\n  packages:\n");
        for (var item : lock.packages().stream().sorted(LockedPackage.ORDER).toList()) {
            text.append("    - {name: ")
                    .append(scalar(item.name()))
                    .append(", version: ")
                    .append(quoted(item.version()))
                    .append(", architecture: ")
                    .append(scalar(item.architecture()))
                    .append(", archive: ")
                    .append(item.archive().text())
                    .append(", file: ")
                    .append(quoted(item.file()))
                    .append(", size: ")
                    .append(item.size())
                    .append(", sha256: ")
                    .append(quoted(item.sha256().toString()))
                    .append(", priority: ")
                    .append(scalar(item.priority()))
                    .append("}\n");
        }
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !WORD_OF_YAML.matcher(text).matches() ? text : quoted(text);
    }

    /** Double quotes of YAML 1.2, section 7.3.1. */
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
