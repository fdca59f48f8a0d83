package io.bascule.imagebuilder.board;

import io.bascule.signing.Sha256Digest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A container image in a registry, like {@code ghcr.io/acme/host:1.2} or {@code ghcr.io/acme/host@sha256:...}.
 *
 * @param host of the registry, with its port if it is not the usual one
 * @param repository the name there: lower-case, with slashes (OCI distribution specification, "Pulling manifests")
 * @param tag which one of that name; absent if only the digest counts
 * @param digest of the manifest or index; what a tag means may change, this does not
 */
public record ImageReference(String host, String repository, Optional<String> tag, Optional<Sha256Digest> digest) {
    private static final Pattern HOST =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+\\])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");
    private static final int MAX_REPOSITORY = 255;

    /**
     * Reads {@code HOST/NAME[:TAG][@sha256:HEX]}; without tag and digest it is the tag {@code latest}.
     *
     * @throws IllegalArgumentException saying what of it is wrong
     */
    public static ImageReference parse(String text) {
        var at = text.indexOf('@');
        Optional<Sha256Digest> digest = Optional.empty();
        if (at >= 0) {
            var matcher = DIGEST.matcher(text.substring(at + 1));
            if (!matcher.matches()) {
                throw new IllegalArgumentException("'" + text.substring(at + 1)
                        + "' is not a digest like sha256:... with 64 lower-case hexadecimal digits");
            }
            digest = Optional.of(Sha256Digest.parse(matcher.group(1)));
        }
        var named = at < 0 ? text : text.substring(0, at);
        var slash = named.indexOf('/');
        var host = slash < 0 ? "" : named.substring(0, slash);
        // A name without host would be looked for somewhere else on each machine.
        if (!HOST.matcher(host).matches() || !(host.contains(".") || host.contains(":") || host.equals("localhost"))) {
            throw new IllegalArgumentException("'" + text
                    + "' does not begin with the host of a registry; write docker.io/library/debian:trixie for"
                    + " debian:trixie");
        }
        var rest = named.substring(slash + 1);
        var colon = rest.lastIndexOf(':');
        var repository = colon < 0 ? rest : rest.substring(0, colon);
        if (!REPOSITORY.matcher(repository).matches() || repository.length() > MAX_REPOSITORY) {
            throw new IllegalArgumentException("'" + repository
                    + "' is not the name of a repository: lower-case letters, digits, '.', '_', '-', and '/' between");
        }
        Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw new IllegalArgumentException("'" + tag.get() + "' is not a tag");
        }
        return new ImageReference(
                host, repository, tag.isEmpty() && digest.isEmpty() ? Optional.of("latest") : tag, digest);
    }

    /** {@return whether the host is this machine, by its name or address} */
    public boolean isLoopback() {
        var name = host.replaceFirst(":[0-9]+$", "");
        return name.equals("localhost") || name.matches("127(?:\\.[0-9]{1,3}){3}") || name.equals("[::1]");
    }

    @Override
    public String toString() {
        return host + "/" + repository + tag.map(name -> ":" + name).orElse("")
                + digest.map(hash -> "@sha256:" + hash).orElse("");
    }
}
