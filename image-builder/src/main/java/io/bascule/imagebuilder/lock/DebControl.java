package io.bascule.imagebuilder.lock;

import io.bascule.imagebuilder.source.Decompressor;
import io.bascule.imagebuilder.source.UnpackBudget;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.MalformedFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What a Debian package says about itself: the file {@code control} in deb(5).
 *
 * @param fields by name, in their order; values as they stand, lines that follow with their indent
 */
record DebControl(Map<String, String> fields) {
    private static final int MAX_CONTROL = 1 << 20;

    /** @throws MalformedFormatException if {@code file} is no package */
    static DebControl read(Path file) throws IOException {
        try (var ar = new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (var member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
                if (member.getName().startsWith("control.tar")) {
                    return parse(control(ar));
                }
            }
            throw new IOException("there is no control.tar");
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            var malformed = new MalformedFormatException(
                    "Debian package " + file.getFileName(), "control", 0, String.valueOf(e.getMessage()));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static String control(InputStream member) throws IOException {
        var budget = UnpackBudget.forSlot(ByteCount.ofMiB(1));
        // Not closed: it would close the package, too, which its opener does.
        var tar = new TarArchiveInputStream(Decompressor.open(member, budget));
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.getName().equals("./control") || entry.getName().equals("control")) {
                var bytes = tar.readNBytes(MAX_CONTROL + 1);
                if (bytes.length > MAX_CONTROL) {
                    throw new IOException("the control file has more than 1 MiB");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
        throw new IOException("there is no control file");
    }

    /** {@return the first paragraph of {@code text}} */
    static DebControl parse(String text) {
        var fields = new LinkedHashMap<String, String>();
        var last = "";
        for (var line : text.lines().dropWhile(String::isBlank).toList()) {
            if (line.isBlank()) {
                break;
            }
            var colon = line.indexOf(':');
            if ((line.startsWith(" ") || line.startsWith("\t")) && !last.isEmpty()) {
                fields.merge(last, line, (first, more) -> first + "\n" + more);
            } else if (colon > 0) {
                last = line.substring(0, colon);
                fields.put(last, line.substring(colon + 1).strip());
            }
        }
        return new DebControl(fields);
    }

    /** {@return the first line of a field; empty if there is no such field} */
    String field(String name) {
        return fields.getOrDefault(name, "").lines().findFirst().orElse("");
    }

    /** {@return these fields as a paragraph, with {@code others} at the end in place of those of the same name} */
    String withFields(Map<String, String> others) {
        var all = new LinkedHashMap<>(fields);
        others.keySet().forEach(all::remove);
        all.putAll(others);
        return all.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
