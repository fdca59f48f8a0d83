package io.bascule.imagebuilder.source;

import io.bascule.imagebuilder.BuildException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Debian's packages come from.
 *
 * @param main the archive, which also has the updates of a release
 * @param security the archive of security fixes; absent if none is known
 */
public record AptMirrors(URI main, Optional<URI> security) {
    /** Part of an archive: a suite, its updates, or its security fixes. {@code name} is that of its folder. */
    public record Distribution(URI mirror, String name) {}

    private static final String FORMAT = "$(REPO_URI)|$(LABEL)";

    /** Where apt's {@code --print-uris} finds what a part of an archive says about itself. */
    private static final Pattern RELEASE_URI = Pattern.compile("^'([^']+)/dists/[^']+/(?:InRelease|Release)'");

    private static final Pattern SECURITY = Pattern.compile("/debian-security$|://security\\.debian\\.org$");

    /** {@return these mirrors, checked to be addresses that apt can use} */
    public static AptMirrors of(String main, Optional<String> security) throws BuildException {
        return new AptMirrors(
                parse(main), security.isPresent() ? Optional.of(parse(security.get())) : Optional.empty());
    }

    /**
     * The mirrors that this machine's own apt is configured with: asking apt is the only way that knows all of its formats.
     *
     * @throws BuildException if there is no apt here, or it knows no Debian mirror
     */
    public static AptMirrors ofThisMachine() throws BuildException, IOException, InterruptedException {
        var lines = new ArrayList<String>();
        try {
            lines.addAll(linesOf("apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages"));
            // Of what it never downloaded, such as security fixes on a machine that was just made, it has no targets.
            lines.addAll(linesOf("apt-get", "update", "--print-uris"));
        } catch (IOException e) {
            throw new BuildException(
                    BuildException.Kind.BAD_INPUT,
                    "this machine has no apt whose mirror could be used",
                    "name one with --mirror",
                    e);
        }
        return parseTargets(lines);
    }

    private static List<String> linesOf(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    /** {@return all that a suite consists of} */
    List<Distribution> distributions(String suite) {
        var all = new ArrayList<>(List.of(new Distribution(main, suite), new Distribution(main, suite + "-updates")));
        security.ifPresent(mirror -> all.add(new Distribution(mirror, suite + "-security")));
        return all;
    }

    static AptMirrors parseTargets(List<String> lines) throws BuildException {
        Optional<URI> main = Optional.empty();
        Optional<URI> security = Optional.empty();
        for (var line : lines) {
            var uri = RELEASE_URI.matcher(line);
            var bar = line.indexOf('|');
            if (bar < 0 && !uri.find()) {
                continue;
            }
            var address = (bar < 0 ? uri.group(1) : line.substring(0, bar)).replaceFirst("/+$", "");
            var label = bar < 0 ? "" : line.substring(bar + 1);
            // Before the first `apt-get update` apt does not know labels and prints the format's own text.
            var unknown = label.startsWith("$") || label.isEmpty();
            if (main.isEmpty() && (label.equals("Debian") || (unknown && address.endsWith("/debian")))) {
                main = Optional.of(parse(address));
            } else if (security.isEmpty()
                    && (label.equals("Debian-Security")
                            || (unknown && SECURITY.matcher(address).find()))) {
                security = Optional.of(parse(address));
            }
        }
        return new AptMirrors(
                main.orElseThrow(() -> BuildException.badInput(
                        "this machine's apt is not configured with a Debian mirror", "name one with --mirror")),
                security);
    }

    /** An address like {@code file:mirror} has none. */
    private static boolean isAbsolutePath(@Nullable String path) {
        return path != null && Path.of(path).isAbsolute();
    }

    private static URI parse(String address) throws BuildException {
        try {
            var uri = URI.create(address);
            var remote = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            var local = "file".equals(uri.getScheme()) || "copy".equals(uri.getScheme());
            if (remote ? uri.getHost() != null : local && isAbsolutePath(uri.getPath())) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // The same message as for another scheme follows.
        }
        throw BuildException.badInput(
                "not the address of a mirror: '" + address + "'",
                "write it like http://mirror.example/debian or file:/srv/debian");
    }
}
