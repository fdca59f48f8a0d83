package io.bascule.imagebuilder.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import io.bascule.imagebuilder.image.ImageTree;
import io.bascule.imagebuilder.tree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Picks out of the files that differ those that steer a host and are small texts. */
final class ConfigTexts {
    private static final String ETC = "/" + ImageTree.VENDOR_ETC + "/";

    /** Where vendors keep what an admin may override in /etc, and what the engine goes by. */
    private static final List<String> FOLDERS = List.of(
            ETC,
            "/usr/lib/environment.d/",
            "/usr/lib/modprobe.d/",
            "/usr/lib/modules-load.d/",
            "/usr/lib/os-release",
            "/usr/lib/repart.d/",
            "/usr/lib/sysctl.d/",
            "/usr/lib/systemd/",
            "/usr/lib/sysusers.d/",
            "/usr/lib/tmpfiles.d/",
            "/usr/lib/udev/rules.d/",
            "/usr/share/bascule/");

    private static final int MAX_SIZE = 256 << 10;
    private static final int MAX_LINES = 5000;
    private static final int CONTEXT = 3;

    /** As diff(1) says it, behind a last line without an end. */
    private static final String NO_NEWLINE = "\\ No newline at end of file";

    private final List<ConfigChange> changes = new ArrayList<>();

    /** {@return those that are in both images first, then what came, then what went, each by path} */
    List<ConfigChange> changes() {
        return changes.stream()
                .sorted(Comparator.comparing(ConfigChange::kind).thenComparing(ConfigChange::path))
                .toList();
    }

    /** Looks at a file that differs. */
    void add(ChangeKind kind, String path, @Nullable Inode old, @Nullable Inode now) throws IOException {
        if (FOLDERS.stream().noneMatch(path::startsWith)) {
            return;
        }
        var before = lines(old);
        var after = lines(now);
        if (before.isEmpty() || after.isEmpty() || before.equals(after)) {
            return;
        }
        var patch = DiffUtils.diff(before.get(), after.get(), new MyersDiffWithLinearSpace<String>());
        var diff = UnifiedDiffUtils.generateUnifiedDiff("a", "b", before.get(), patch, CONTEXT);
        var shown = path.startsWith(ETC) ? "/etc/" + path.substring(ETC.length()) : path;
        // Without the two lines of names.
        changes.add(new ConfigChange(
                kind,
                shown,
                goneFirst(diff.subList(Math.min(2, diff.size()), diff.size())).stream()
                        .map(VisibleText::line)
                        .toList()));
    }

    /** As people know it: where lines were replaced, first those that went and then those that came. */
    private static List<String> goneFirst(List<String> diff) {
        var ordered = new ArrayList<String>();
        var come = new ArrayList<String>();
        for (var line : diff) {
            if (line.startsWith("+")) {
                come.add(line);
                continue;
            }
            if (!line.startsWith("-")) {
                ordered.addAll(come);
                come.clear();
            }
            ordered.add(line);
        }
        ordered.addAll(come);
        return ordered;
    }

    /** {@return the lines of a text; none if there is no file; empty if it is no small text} */
    private static Optional<List<String>> lines(@Nullable Inode inode) throws IOException {
        if (inode == null) {
            return Optional.of(List.of());
        }
        if (inode instanceof Inode.Symlink link) {
            return Optional.of(List.of("-> " + VisibleText.of(link.target().bytes())));
        }
        if (!(inode instanceof Inode.RegularFile file) || file.content().size() > MAX_SIZE) {
            return Optional.empty();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file.content().readAll()))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        if (text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else {
            lines.add(NO_NEWLINE);
        }
        return lines.size() > MAX_LINES ? Optional.empty() : Optional.of(lines);
    }
}
