package io.bascule.imagebuilder.sbom;

import io.bascule.imagebuilder.image.ImageTree;
import io.bascule.imagebuilder.image.OsRelease;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import io.bascule.signing.Sha256Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.zip.ZipInputStream;

/**
 * The update engine in an image, and what it runs on.
 *
 * @param jars of the engine, by file name; none if the image has no engine
 * @param javaVersion of the runtime; empty if the image has none
 * @param javaModules of the runtime, as its release file lists them
 */
public record EngineParts(List<Jar> jars, String javaVersion, String javaModules) {
    private static final Pattern NAMED = Pattern.compile("(.+?)-([0-9].*)\\.jar");
    private static final Pattern COORDINATE = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern DESCRIPTOR = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");

    /** What an image without the engine has of it. */
    public static final EngineParts NONE = new EngineParts(List.of(), "", "");

    public EngineParts {
        jars = List.copyOf(jars);
    }

    /**
     * A library of the engine.
     *
     * @param group of Maven; empty if the jar does not say
     * @param name of the artifact, or of the file without its version
     * @param version empty if neither the jar nor its name say it
     * @param sha256 of the file, in lower-case hexadecimal
     */
    public record Jar(String file, String group, String name, String version, String sha256) {}

    /**
     * {@return what the image has}
     *
     * @param usr the tree of {@code /usr}, itself the root
     */
    public static EngineParts in(FileTree usr) throws IOException {
        var jars = new ArrayList<Jar>();
        if (usr.find(below(ImageTree.ENGINE)).orElse(null) instanceof Inode.Directory folder) {
            for (var child : folder.children()) {
                var name = child.getKey().toString();
                if (child.getValue() instanceof Inode.RegularFile file && name.endsWith(".jar")) {
                    jars.add(jar(name, file.content().readAll()));
                }
            }
        }
        var release = usr.file(below(ImageTree.RUNTIME) + "/release").orElse(null);
        if (release == null) {
            return new EngineParts(jars, "", "");
        }
        // The file has the syntax of os-release: shell assignments.
        var fields = OsRelease.parse(new String(release.content().readAll(), StandardCharsets.UTF_8));
        return new EngineParts(
                jars, fields.getOrDefault("JAVA_VERSION", "unknown"), fields.getOrDefault("MODULES", ""));
    }

    private static String below(String path) {
        return path.substring("usr/".length());
    }

    private static Jar jar(String file, byte[] bytes) throws IOException {
        var digest = Sha256Digest.ofContent(bytes).toString();
        var descriptors = new ArrayList<Properties>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (DESCRIPTOR.matcher(entry.getName()).matches()) {
                    var properties = new Properties();
                    properties.load(new ByteArrayInputStream(zip.readAllBytes()));
                    descriptors.add(properties);
                }
            }
        }
        // A jar with several has other jars inside, and does not say which one it is.
        if (descriptors.size() == 1) {
            var group = descriptors.getFirst().getProperty("groupId", "");
            var name = descriptors.getFirst().getProperty("artifactId", "");
            var version = descriptors.getFirst().getProperty("version", "");
            if (List.of(group, name, version).stream()
                    .allMatch(text -> COORDINATE.matcher(text).matches())) {
                return new Jar(file, group, name, version, digest);
            }
        }
        var named = NAMED.matcher(file);
        return named.matches()
                ? new Jar(file, "", named.group(1), named.group(2), digest)
                : new Jar(file, "", file.substring(0, file.length() - ".jar".length()), "", digest);
    }
}
