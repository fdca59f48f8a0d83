package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.Board;
import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** os-release(5) of an image: the distribution's, with the image's own name and version, by which systemd-boot sorts. */
public final class OsRelease {
    public static final String PATH = "usr/lib/os-release";

    private OsRelease() {}

    /** {@return the text for {@link #PATH}} */
    static String of(FileTree tree, Board board, String version) throws BuildException, IOException {
        var file = tree.file(PATH)
                .orElseThrow(() -> BuildException.badInput(
                        "the tree has no /" + PATH, "add base-files to the packages in board.yaml"));
        var fields = parse(new String(file.content().readAll(), StandardCharsets.UTF_8));
        var distribution = fields.getOrDefault("PRETTY_NAME", "Linux");
        fields.put("PRETTY_NAME", board.name() + " " + version + " (" + distribution + ")");
        fields.put("IMAGE_ID", board.name());
        fields.put("IMAGE_VERSION", version);
        fields.put("DEFAULT_HOSTNAME", board.name());
        var text = new StringBuilder();
        fields.forEach((key, value) ->
                text.append(key).append('=').append(quote(value)).append('\n'));
        return text.toString();
    }

    /** {@return the fields of an os-release, in its order, values without their quotes} */
    public static Map<String, String> parse(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var line : text.lines().toList()) {
            var equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                fields.put(
                        line.substring(0, equals),
                        unquote(line.substring(equals + 1).strip()));
            }
        }
        return fields;
    }

    private static String quote(String value) {
        return value.matches("[A-Za-z0-9._-]+") ? value : "\"" + value.replaceAll("([\\\\\"$`])", "\\\\$1") + "\"";
    }

    /** As a shell does it: nothing is special between single quotes, a backslash is between double ones. */
    private static String unquote(String value) {
        if (value.length() >= 2 && value.startsWith("'") && value.endsWith("'")) {
            return value.substring(1, value.length() - 1);
        }
        var text = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
        return text.replaceAll("\\\\(.)", "$1");
    }
}
