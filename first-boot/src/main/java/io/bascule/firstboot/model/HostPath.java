package io.bascule.firstboot.model;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An absolute path at which a host can keep something. */
public final class HostPath {
    private static final int MAX_LENGTH = 4095;
    private static final int MAX_NAME = 255;

    /** What is kept, and what is a link there. */
    private static final List<String> KEPT = List.of("etc", "var", "home", "opt", "root", "srv");

    private static final Map<String, String> LINKS =
            Map.of("home", "/var/home", "opt", "/var/opt", "root", "/var/root", "srv", "/var/srv");

    private static final Map<String, String> REASONS = Map.of(
            "usr", "/usr is read-only: what lies there comes with the image",
            "bin", "/bin is part of the read-only /usr",
            "sbin", "/sbin is part of the read-only /usr",
            "lib", "/lib is part of the read-only /usr",
            "lib64", "/lib64 is part of the read-only /usr",
            "run", "/run is gone after a reboot, and a configuration is applied once",
            "tmp", "/tmp is gone after a reboot, and a configuration is applied once",
            "boot", "there is no /boot: kernels are on the ESP, and the update engine's business",
            "efi", "/efi is the update engine's business");

    private static final String OWN_STATE = "/var/lib/bascule";

    private final String path;

    private HostPath(String path) {
        this.path = path;
    }

    /** {@return the path that a value is, with links of the image followed: {@code /home} lies in {@code /var}} */
    public static HostPath of(ConfigValue value) throws ConfigException {
        var text = value.line();
        if (!text.startsWith("/")) {
            throw value.error("'" + text + "' is not an absolute path");
        }
        for (var name : text.substring(1).split("/", -1)) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                throw value.error("'" + text + "' has a part that is empty, '.' or '..'");
            }
            if (name.length() > MAX_NAME) {
                throw value.error("a name in this path is longer than " + MAX_NAME);
            }
        }
        if (text.length() > MAX_LENGTH) {
            throw value.error("a path may have " + MAX_LENGTH + " characters at most");
        }
        try {
            var unused = Path.of(text);
        } catch (InvalidPathException e) {
            throw value.error("'" + text + "' is not a path that a file can have");
        }
        var top = text.substring(1).split("/", 2);
        if (!KEPT.contains(top[0]) || top.length == 1) {
            throw value.error("nothing can be kept at " + text + ": "
                    + (top.length == 1 && KEPT.contains(top[0])
                            ? "the image makes this folder itself"
                            : REASONS.getOrDefault(top[0], "/ is read-only"))
                    + ". Use /etc, /var, /home, /root, /opt or /srv");
        }
        var real = real(text);
        if ((real + "/").startsWith(OWN_STATE + "/")) {
            throw value.error(OWN_STATE + " belongs to Bascule");
        }
        return new HostPath(real);
    }

    /** {@return a path that this program itself decides on} */
    public static HostPath internal(String path) {
        return new HostPath(real(path));
    }

    private static String real(String path) {
        var top = path.substring(1).split("/", 2);
        var link = LINKS.get(top[0]);
        if (link == null) {
            return path;
        }
        return top.length == 1 ? link : link + "/" + top[1];
    }

    /** {@return this path below another root} */
    public Path below(Path root) {
        return root.resolve(path.substring(1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostPath that && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path;
    }
}
